import type { Json, paths } from '../../api/client.ts'
import type { Template, TemplateField } from '../../ui/record-form.tsx'

/** A definition as saving takes it. */
export type Wish = Omit<
  Json<NonNullable<paths['/api/v1/templates']['post']['requestBody']>>,
  'prefix' | 'name'
>
export type FieldType = TemplateField['type']
export type { Template, TemplateField }

export const FIELD_TYPES = [
  ...(['text', 'number', 'date', 'boolean', 'enumeration'] as const),
  ...(['url', 'file', 'reference', 'list'] as const),
] as const satisfies readonly FieldType[]

export type OptionDraft = {
  readonly key: number
  readonly value: string
  readonly zh: string
  readonly en: string
}

/** How one value is written, as it is being typed: numbers are still text. */
export type RuleDraft = {
  readonly type: FieldType
  readonly unit: string
  readonly minimum: string
  readonly maximum: string
  readonly charsMax: string
  readonly pattern: string
  readonly options: readonly OptionDraft[]
}

export type FieldDraft = RuleDraft & {
  /** Stays with the field however it is moved or renamed. */
  readonly key: number
  readonly name: string
  readonly zh: string
  readonly en: string
  readonly required: boolean
  readonly unique: boolean
  readonly public: boolean
  readonly disabled: boolean
  readonly index: string
  readonly handleType: string
  readonly separator: string
  readonly element: RuleDraft
}

export type Draft = {
  readonly zh: string
  readonly en: string
  readonly descriptionZh: string
  readonly descriptionEn: string
  readonly thing: string
  readonly fields: readonly FieldDraft[]
}

let keys = 0
export function nextKey(): number {
  keys += 1
  return keys
}

const EMPTY_RULE: RuleDraft = {
  ...{ type: 'text', unit: '', minimum: '', maximum: '', charsMax: '', pattern: '' },
  options: [],
}

/** A new field of a type, with a name that none of the others has. */
export function newField(
  type: FieldType,
  label: { readonly zh: string; readonly en: string },
  others: readonly Pick<FieldDraft, 'name'>[],
): FieldDraft {
  const taken = new Set(others.map((it) => it.name.toLowerCase()))
  let name: string = type
  for (let number = 2; taken.has(name); number++) name = `${type}${number}`
  return {
    ...EMPTY_RULE,
    type,
    key: nextKey(),
    name,
    ...label,
    required: false,
    unique: false,
    public: true,
    disabled: false,
    index: '',
    handleType: '',
    separator: '',
    element: EMPTY_RULE,
    ...(type === 'enumeration' && { options: [emptyOption()] }),
  }
}

export function emptyOption(): OptionDraft {
  return { key: nextKey(), value: '', zh: '', en: '' }
}

type Rule = NonNullable<TemplateField['element']> | TemplateField

function ruleDraft(rule: Rule): RuleDraft {
  const text = (it: number | string | undefined) => (it === undefined ? '' : String(it))
  return {
    type: rule.type,
    unit: text(rule.unit),
    minimum: text(rule.minimum),
    maximum: text(rule.maximum),
    charsMax: text(rule.charsMax),
    pattern: text(rule.pattern),
    options: (rule.options ?? []).map(({ value, label }) => ({ key: nextKey(), value, ...label })),
  }
}

/** A stored template as it is edited. */
export function draftOf(template: Template): Draft {
  const { label, description, thing = '', fields } = template
  return {
    ...label,
    descriptionZh: description?.zh ?? '',
    descriptionEn: description?.en ?? '',
    thing,
    fields: fields.map((it) => ({
      ...ruleDraft(it),
      key: nextKey(),
      name: it.name,
      ...it.label,
      required: it.required,
      unique: it.unique,
      public: it.public,
      disabled: it.disabled === true,
      index: String(it.index),
      handleType: it.handleType,
      separator: it.separator ?? '',
      element: it.element === undefined ? EMPTY_RULE : ruleDraft(it.element),
    })),
  }
}

/** What is no number goes as it is: the node says what is wrong with it, at its place. */
function numberIn(text: string): number {
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? (text as unknown as number) : number
}

/** Of the rules those that go with the type. */
function ruleWish(rule: RuleDraft): NonNullable<Wish['fields'][number]['element']> {
  const { type, unit, minimum, maximum, charsMax, pattern, options } = rule
  const isLong = type === 'text' || type === 'url' || type === 'reference'
  return {
    type,
    ...(type === 'number' && unit !== '' && { unit }),
    ...(type === 'number' && minimum !== '' && { minimum: numberIn(minimum) }),
    ...(type === 'number' && maximum !== '' && { maximum: numberIn(maximum) }),
    ...(isLong && charsMax !== '' && { charsMax: numberIn(charsMax) }),
    ...(type === 'text' && pattern !== '' && { pattern }),
    ...(type === 'enumeration' && {
      options: options.map(({ value, zh, en }) => ({ value, label: { zh, en } })),
    }),
  }
}

/** What is typed, as saving takes it. */
export function wishOf(draft: Draft): Wish {
  const { zh, en, descriptionZh, descriptionEn, thing, fields } = draft
  const isDescribed = descriptionZh !== '' || descriptionEn !== ''
  return {
    label: { zh, en },
    ...(isDescribed && { description: { zh: descriptionZh, en: descriptionEn } }),
    ...(thing !== '' && { thing }),
    fields: fields.map((it) => ({
      ...ruleWish(it),
      name: it.name,
      label: { zh: it.zh, en: it.en },
      required: it.required,
      unique: it.unique,
      public: it.public,
      ...(it.disabled && { disabled: true }),
      ...(it.index !== '' && { index: numberIn(it.index) }),
      ...(it.handleType !== '' && { handleType: it.handleType }),
      ...(it.type === 'list' && { element: ruleWish(it.element) }),
      ...(it.type === 'list' && it.separator !== '' && { separator: it.separator }),
    })),
  }
}

/** What is typed, as far as it can be shown, right or wrong. */
export function shownFields(draft: Draft): readonly TemplateField[] {
  return wishOf(draft).fields.map((it, at) => ({
    required: false,
    unique: false,
    public: true,
    ...it,
    name: it.name === '' ? `field ${at}` : it.name,
    index: at,
    handleType: it.name,
  }))
}
