import { CHARS_MAX_DEFAULT, LIST_ELEMENTS_MAX, type ValueRule } from './canonical.ts'
import { PATTERN_INPUT_CHARS_MAX } from './pattern.ts'
import type { Template, TemplateField } from './template.ts'

type JsonSchema = { readonly [member: string]: unknown }

/** JSON Schema (2020-12) of a record's `fields` by a template, as `GET` answers them and `POST` takes them best. */
export function jsonSchemaOf(template: Template): JsonSchema {
  const offered = template.fields.filter((it) => it.disabled !== true)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: template.label.en,
    'x-title': template.label,
    ...(template.description !== undefined && { description: template.description.en }),
    type: 'object',
    properties: Object.fromEntries(offered.map((it) => [it.name, fieldSchema(it)])),
    required: offered.filter((it) => it.required).map((it) => it.name),
    additionalProperties: false,
  }
}

function fieldSchema(field: TemplateField): JsonSchema {
  return {
    title: field.label.en,
    'x-title': field.label,
    'x-index': field.index,
    'x-type': field.handleType,
    ...(field.unit !== undefined && { 'x-unit': field.unit }),
    ...(field.unique && { 'x-unique': true }),
    ...(!field.public && { 'x-protected': true }),
    ...valueSchema(field),
  }
}

function valueSchema(rule: ValueRule): JsonSchema {
  switch (rule.type) {
    case 'text':
      return textSchema(rule)
    case 'number':
      return numberSchema(rule)
    case 'date':
      return {
        anyOf: [
          { type: 'string', format: 'date' },
          { type: 'string', pattern: DATE_TIME },
        ],
      }
    case 'boolean':
      return { type: 'boolean' }
    case 'enumeration':
      return { enum: rule.options?.map((it) => it.value) ?? [] }
    case 'url':
      return { type: 'string', format: 'uri', pattern: '^https?://', maxLength: maxOf(rule) }
    case 'file':
      return { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }
    case 'reference':
      return { type: 'string', pattern: '^[^/]+/', maxLength: maxOf(rule) }
    case 'list':
      return {
        type: 'array',
        maxItems: LIST_ELEMENTS_MAX,
        items: valueSchema(rule.element ?? { type: 'text' }),
      }
  }
}

const DATE_TIME = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})?$'

function maxOf({ charsMax = CHARS_MAX_DEFAULT }: ValueRule): number {
  return charsMax
}

function textSchema(rule: ValueRule): JsonSchema {
  if (rule.pattern === undefined) return { type: 'string', maxLength: maxOf(rule) }
  const maxLength = Math.min(maxOf(rule), PATTERN_INPUT_CHARS_MAX)
  return { type: 'string', maxLength, pattern: `^(?:${rule.pattern})$` }
}

/** A number, or its decimal text where a double would lose digits. */
function numberSchema({ minimum, maximum }: ValueRule): JsonSchema {
  const range = {
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  }
  return {
    anyOf: [
      { type: 'number', ...range },
      { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' },
    ],
  }
}
