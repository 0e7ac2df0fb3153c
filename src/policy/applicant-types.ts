/** An applicant's type with the types it counts as besides. */
export type ApplicantTypes = ReadonlyMap<string, readonly string[]>

/** Whether a type is one of those that a measure names, or lies below one of them. */
export function isAmong(type: string, named: readonly string[], types: ApplicantTypes): boolean {
  const seen = new Set<string>()
  const open = [type]
  for (let it = open.pop(); it !== undefined; it = open.pop()) {
    if (named.includes(it)) return true
    if (seen.has(it)) continue
    seen.add(it)
    open.push(...(types.get(it) ?? []))
  }
  return false
}

/** The same for types that are named beforehand: what counts is found once. */
export function amongTypes(
  named: readonly string[],
  types: ApplicantTypes,
): (type: string) => boolean {
  const all = [...named, ...types.keys()]
  const counting = new Set(all.filter((it) => isAmong(it, named, types)))
  return (type) => counting.has(type)
}
