import { hash } from 'node:crypto'
import { OldestFirstMap } from '../lib/oldest-first-map.ts'
import type { Outgoing } from '../protocols/exchange/asked.ts'

const COUNT_MAX = 4_096
const BYTES_MAX = 8 * 2 ** 20
const AGE_MS_MAX = 30_000

type Kept = { readonly digest: string; readonly atMs: number; answers: Outgoing[]; bytes: number }

/** Answers of late to requests that must not be carried out twice: who has not heard an answer asks again with the same bytes. */
export class RecentAnswers {
  readonly #kept = new OldestFirstMap<string, Kept>()
  readonly #now: () => number
  #bytes = 0

  constructor(now = () => performance.now()) {
    this.#now = now
  }

  /** What was answered so far, nothing while it is being carried out; undefined where it was not asked. */
  find(name: string, request: Uint8Array): readonly Outgoing[] | undefined {
    const known = this.#kept.get(name)
    if (known === undefined || known.digest !== digestOf(request)) return undefined
    return this.#now() - known.atMs > AGE_MS_MAX ? undefined : known.answers
  }

  begin(name: string, request: Uint8Array): void {
    this.#drop(name)
    const atMs = this.#now()
    this.#kept.set(name, { digest: digestOf(request), atMs, answers: [], bytes: 0 })
    const isFull = () => this.#kept.size > COUNT_MAX || this.#bytes > BYTES_MAX
    const due = () => this.#kept.oldestIf((it) => isFull() || atMs - it.atMs > AGE_MS_MAX)
    for (let it = due(); it !== undefined; it = due()) this.#drop(it)
  }

  add(name: string, answer: Outgoing): void {
    const known = this.#kept.get(name)
    if (known === undefined) return
    known.answers.push(answer)
    known.bytes += answer.bytes.length
    this.#bytes += answer.bytes.length
  }

  #drop(name: string): void {
    this.#bytes -= this.#kept.get(name)?.bytes ?? 0
    this.#kept.delete(name)
  }
}

function digestOf(request: Uint8Array): string {
  return hash('sha256', request, 'base64url')
}
