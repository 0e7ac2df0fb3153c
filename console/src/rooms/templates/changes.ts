import type { Template, TemplateField, Wish } from './definition.ts'

export type ChangeKind =
  | 'added'
  | 'disabled'
  | 'enabled'
  | 'relabelled'
  | 'optional'
  | 'shared'
  | 'protected'
  | 'wider'
  | 'removed'
  | 'moved'
  | 'general'

/** One thing in which a version differs from the one before. */
export type Change = {
  readonly kind: ChangeKind
  readonly label?: { readonly zh: string; readonly en: string }
}

type Field = Wish['fields'][number]

/** What a definition changes, field by field. Pure. */
export function changesOf(before: Template, wish: Wish): readonly Change[] {
  const old = new Map(before.fields.map((it) => [it.name, it]))
  const changes: Change[] = []
  for (const field of wish.fields) {
    const earlier = old.get(field.name)
    if (earlier === undefined) changes.push({ kind: 'added', label: field.label })
    else changes.push(...fieldChanges(earlier, field))
    old.delete(field.name)
  }
  for (const gone of old.values()) changes.push({ kind: 'removed', label: gone.label })
  if (isMoved(before, wish)) changes.push({ kind: 'moved' })
  if (isOtherwise(general(before), general(wish))) changes.push({ kind: 'general' })
  return changes
}

function fieldChanges(before: TemplateField, field: Field): readonly Change[] {
  const { label } = field
  const kinds: ChangeKind[] = []
  if (field.disabled === true && before.disabled !== true) kinds.push('disabled')
  if (field.disabled !== true && before.disabled === true) kinds.push('enabled')
  if (isOtherwise(label, before.label)) kinds.push('relabelled')
  if (field.required !== true && before.required) kinds.push('optional')
  if (field.unique !== true && before.unique) kinds.push('shared')
  if (field.public === false && before.public) kinds.push('protected')
  if (isOtherwise(rules(field), rules(before))) kinds.push('wider')
  return kinds.map((kind) => ({ kind, label }))
}

function rules({ minimum, maximum, charsMax, pattern, options, element }: Field): unknown {
  return { minimum, maximum, charsMax, pattern, options, element }
}

function general({ label, description, thing }: Pick<Wish, 'label' | 'description' | 'thing'>) {
  return { label, description, thing }
}

/** Fields that were there stand in another order. */
function isMoved(before: Template, wish: Wish): boolean {
  const names = new Set(wish.fields.map((it) => it.name))
  const old = before.fields.map((it) => it.name).filter((it) => names.has(it))
  const kept = new Set(old)
  const now = wish.fields.map((it) => it.name).filter((it) => kept.has(it))
  return isOtherwise(old, now)
}

function isOtherwise(one: unknown, other: unknown): boolean {
  return plain(one) !== plain(other)
}

/** Members in one order, so that only what is said counts. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  )
}
