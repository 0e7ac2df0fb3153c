import { type Draft, draftOf, type FieldDraft, type Template, wishOf } from './definition.ts'

type Named = Readonly<Record<string, FieldDraft>>

const byName = (fields: readonly FieldDraft[]): Named =>
  Object.fromEntries(fields.map((it) => [it.name, it]))
/** What a field says, without its key. */
const said = (field: FieldDraft | undefined, draft: Draft): string =>
  field === undefined ? '' : JSON.stringify(wishOf({ ...draft, fields: [field] }).fields[0])

/** Names of fields that two definitions say otherwise, and whether they differ in the rest. */
export function differences(
  mine: Draft,
  theirs: Draft,
): { readonly names: readonly string[]; readonly isGeneral: boolean } {
  const [a, b] = [byName(mine.fields), byName(theirs.fields)]
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return {
    names: names.filter((it) => said(a[it], mine) !== said(b[it], theirs)),
    isGeneral: general(mine) !== general(theirs),
  }
}

function general(draft: Draft): string {
  return JSON.stringify({ ...wishOf({ ...draft, fields: [] }) })
}

/** Both changes of what both began with: where both changed the same field, mine. */
export function merged(base: Template, mine: Draft, current: Template): Draft {
  const [from, theirs] = [draftOf(base), draftOf(current)]
  const [old, other] = [byName(from.fields), byName(theirs.fields)]
  const isMine = (it: FieldDraft) => said(it, mine) !== said(old[it.name], from)
  const kept = mine.fields.flatMap((it) => {
    if (isMine(it)) return [it]
    const there = other[it.name]
    return there === undefined ? [] : [{ ...there, key: it.key }]
  })
  const names = new Set(mine.fields.map((it) => it.name))
  const added = theirs.fields.filter((it) => !names.has(it.name) && old[it.name] === undefined)
  const rest = general(mine) === general(from) ? theirs : mine
  return { ...rest, fields: [...kept, ...added] }
}
