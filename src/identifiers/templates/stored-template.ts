import { type Static, Type } from 'typebox'
import type { Collection, Stored } from '../../kernel/documents/documents.ts'
import { type FieldType, TEMPLATE_FIELDS_MAX, type Template } from './template.ts'

export const FIELD_TYPES = [
  'text',
  'number',
  'date',
  'boolean',
  'enumeration',
  'url',
  'file',
  'reference',
  'list',
] as const satisfies readonly FieldType[]
export const OPTIONS_MAX = 1000
export const FIELD_CHARS_MAX = 65_000
const LABEL_CHARS_MAX = 200

const Label = Type.Object(
  {
    en: Type.String({ minLength: 1, maxLength: LABEL_CHARS_MAX }),
    zh: Type.String({ minLength: 1, maxLength: LABEL_CHARS_MAX }),
  },
  { additionalProperties: false },
)
const Description = Type.Object(
  { en: Type.String({ maxLength: 4000 }), zh: Type.String({ maxLength: 4000 }) },
  { additionalProperties: false },
)

const valueRule = {
  unit: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  charsMax: Type.Optional(Type.Integer({ minimum: 1, maximum: FIELD_CHARS_MAX })),
  pattern: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  options: Type.Optional(
    Type.Array(
      Type.Object(
        { value: Type.String({ minLength: 1, maxLength: LABEL_CHARS_MAX }), label: Label },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: OPTIONS_MAX },
    ),
  ),
}

const ElementSchema = Type.Object(
  { type: Type.Unsafe<FieldType>(Type.Enum([...FIELD_TYPES])), ...valueRule },
  { additionalProperties: false },
)

const field = {
  name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' }),
  type: Type.Unsafe<FieldType>(Type.Enum([...FIELD_TYPES])),
  label: Label,
  ...valueRule,
  separator: Type.Optional(Type.String({ minLength: 1, maxLength: 3 })),
  element: Type.Optional(ElementSchema),
  disabled: Type.Optional(Type.Boolean()),
}
const Index = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })
const HandleType = Type.String({ minLength: 1, maxLength: 255 })

/** A field as it is asked for: what is left out gets its default (see `completed`). */
export const FieldWishSchema = Type.Object(
  {
    ...field,
    index: Type.Optional(Index),
    handleType: Type.Optional(HandleType),
    required: Type.Optional(Type.Boolean()),
    unique: Type.Optional(Type.Boolean()),
    public: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type FieldWish = Static<typeof FieldWishSchema>

export const FieldSchema = Type.Object({
  ...field,
  index: Index,
  handleType: HandleType,
  required: Type.Boolean(),
  unique: Type.Boolean(),
  public: Type.Boolean(),
})

const Fields = { minItems: 1, maxItems: TEMPLATE_FIELDS_MAX }
export const TemplateName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' })

/** A type of schema.org; they are written so. */
const Thing = Type.String({
  pattern: '^[A-Z][A-Za-z0-9]{0,63}$',
  description:
    'What its identifiers stand for, as a type of schema.org, e.g. Product or Place; Thing where left out',
  'x-expected': {
    en: 'a type of schema.org, e.g. Product or Place',
    zh: 'schema.org 的类型，例如 Product 或 Place',
  },
})

export const TemplateWishSchema = Type.Object(
  {
    label: Label,
    description: Type.Optional(Description),
    thing: Type.Optional(Thing),
    fields: Type.Array(FieldWishSchema, Fields),
  },
  { additionalProperties: false },
)
export type TemplateWish = Static<typeof TemplateWishSchema>

const Version = Type.Integer({ minimum: 1, maximum: 1_000_000 })

export const TemplateBodySchema = Type.Object({
  prefix: Type.String({ minLength: 1, maxLength: 255 }),
  name: TemplateName,
  version: Version,
  label: Label,
  description: Type.Optional(Description),
  thing: Type.Optional(Thing),
  state: Type.Unsafe<Template['state']>(Type.Enum(['draft', 'published', 'withdrawn'])),
  fields: Type.Array(FieldSchema, Fields),
})
export type StoredTemplate = Stored<Template>

/** Ids are `PREFIX/NAME@VERSION`. */
export const TEMPLATES = {
  name: 'templates',
  schema: Type.Unsafe<Template>(TemplateBodySchema),
  indexes: { prefix: 'text', name: 'text', version: 'integer', state: 'text' },
} as const satisfies Collection

export function templateDocumentId({
  prefix,
  name,
  version,
}: Pick<Template, 'prefix' | 'name' | 'version'>): string {
  return `${prefix}/${name}@${version}`
}

/** `product@2` as name and version; undefined for anything else. Without a version: the newest published one is meant. */
export function parseTemplateName(
  text: string,
): { readonly name: string; readonly version?: number } | undefined {
  const [, name, version] = /^([a-z][a-z0-9-]{0,63})(?:@([1-9]\d{0,6}))?$/.exec(text) ?? []
  if (name === undefined) return undefined
  return version === undefined ? { name } : { name, version: Number(version) }
}
