/**
 * A map that knows its oldest key at once. A plain one looks for it behind the places of all that was deleted before, which takes
 * microseconds where thousands come and go.
 */
export class OldestFirstMap<K, V> extends Map<K, V> {
  #keys: MapIterator<K> | undefined
  #oldest: { readonly key: K } | undefined

  /** The key that was set first of those that are there; one that is deleted and set again is the newest. */
  get oldest(): K | undefined {
    this.#oldest ??= this.#next()
    return this.#oldest?.key
  }

  /** The oldest key where what it has is due to go; undefined where nothing is. */
  oldestIf(isDue: (value: V) => boolean): K | undefined {
    const { oldest } = this
    return oldest !== undefined && isDue(this.get(oldest) as V) ? oldest : undefined
  }

  override delete(key: K): boolean {
    if (this.#oldest?.key === key) this.#oldest = undefined
    return super.delete(key)
  }

  override clear(): void {
    this.#oldest = undefined
    super.clear()
  }

  #next(): { readonly key: K } | undefined {
    if (this.size === 0) return undefined
    // what was before it is deleted: it goes on from there
    this.#keys ??= this.keys()
    const next = this.#keys.next()
    if (!next.done) return { key: next.value }
    this.#keys = undefined
    return this.#next()
  }
}
