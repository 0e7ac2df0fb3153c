import type { TSchema } from 'typebox'
import type { PackKind } from './kind.ts'
import { RegionSchema } from './region.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
/** Smaller schemas stand where they are used. */
const SHARED_CHARS_MIN = 200

/**
 * JSON Schemas for editors, by file name: one for the files of each kind (one entry or a list of them), one for `region.yaml`.
 */
export function fileSchemas(kinds: readonly PackKind[]): ReadonlyMap<string, object> {
  const schemas = new Map<string, object>([
    ['region.json', { $schema: DIALECT, title: 'region.yaml', ...RegionSchema }],
  ])
  for (const { folder, word, schema } of kinds) {
    const shared = sharedParts(schema)
    schemas.set(`${folder}.json`, {
      $schema: DIALECT,
      title: `${word.zh} ${word.en}`,
      anyOf: [{ $ref: '#/$defs/entry' }, { type: 'array', items: { $ref: '#/$defs/entry' } }],
      $defs: { entry: shared.whole, ...shared.parts },
    })
  }
  return schemas
}

type Shared = { readonly whole: unknown; readonly parts: Readonly<Record<string, unknown>> }

/** What a schema repeats is written once and referred to, so that the file can be read. */
function sharedParts(schema: TSchema): Shared {
  const uses = new Map<string, number>()
  countUses(schema, uses)
  const names = new Map<string, string>()
  const parts: Record<string, unknown> = {}
  const written = (value: unknown, isWhole: boolean): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((it) => written(it, false))
    const key = JSON.stringify(value)
    const isShared =
      !isWhole && isSchemaLike(value) && key.length >= SHARED_CHARS_MIN && (uses.get(key) ?? 0) > 1
    const known = isShared ? names.get(key) : undefined
    if (known !== undefined) return { $ref: `#/$defs/${known}` }
    const name = `part${names.size + 1}`
    if (isShared) names.set(key, name)
    const whole = Object.fromEntries(
      Object.entries(value).map(([at, it]) => [at, written(it, false)]),
    )
    if (!isShared) return whole
    parts[name] = whole
    return { $ref: `#/$defs/${name}` }
  }
  return { whole: written(schema, true), parts }
}

function countUses(value: unknown, uses: Map<string, number>): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) {
    const key = JSON.stringify(value)
    const count = (uses.get(key) ?? 0) + 1
    uses.set(key, count)
    if (count > 1) return
  }
  for (const it of Object.values(value)) countUses(it, uses)
}

/** Where a schema may stand; a map of fields has schemas under these names, no text and no list. */
function isSchemaLike(value: object): boolean {
  const { type, anyOf } = value as { type?: unknown; anyOf?: unknown }
  return typeof type === 'string' || Array.isArray(anyOf)
}
