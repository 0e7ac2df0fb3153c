const SCHEMAS_MAX = 500

type Schema = Readonly<Record<string, unknown>>

/**
 * The names of fields that an object under these steps of a value may have by a JSON Schema, whichever of its alternatives is
 * meant. For offering the nearest name, so what is not understood is left out.
 */
export function fieldsAt(schema: unknown, steps: readonly string[]): ReadonlySet<string> {
  let here = alternatives([schema], schema)
  for (const step of steps) {
    here = alternatives(
      here.flatMap((it) => [property(it, step), it.items, it.additionalProperties]),
      schema,
    )
  }
  return new Set(here.flatMap((it) => (isSchema(it.properties) ? Object.keys(it.properties) : [])))
}

function property({ properties }: Schema, name: string): unknown {
  return isSchema(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined
}

/** The schemas themselves and all that they stand for: members of unions and intersections, references. */
function alternatives(schemas: readonly unknown[], root: unknown): Schema[] {
  const found = new Set<Schema>()
  const open = [...schemas]
  for (let it = open.pop(); open.length > 0 || it !== undefined; it = open.pop()) {
    if (!isSchema(it) || found.has(it) || found.size > SCHEMAS_MAX) continue
    found.add(it)
    for (const list of [it.anyOf, it.oneOf, it.allOf]) if (Array.isArray(list)) open.push(...list)
    if (typeof it.$ref === 'string') open.push(referenced(it.$ref, it, root))
  }
  return [...found]
}

function referenced(ref: string, near: Schema, root: unknown): unknown {
  const name = ref.split('/').at(-1) ?? ''
  for (const { $defs } of [near, root].filter(isSchema)) {
    if (isSchema($defs) && Object.hasOwn($defs, name)) return $defs[name]
  }
  return undefined
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
