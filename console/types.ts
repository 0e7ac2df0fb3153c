import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FROM = new URL('../docs/openapi.json', import.meta.url)
const TO = new URL('src/api/schema.d.ts', import.meta.url)
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const

/** The part of JSON Schema that our routes use. */
type Schema = {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly description?: string
  readonly default?: unknown
}
type Content = { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }
type Parameter = {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}
type Operation = {
  readonly summary?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content & { readonly required?: boolean }
  readonly responses: Readonly<Record<string, Content>>
}
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

/**
 * Writes the types of the API for the console, in the form that `openapi-fetch` reads, from the document that the routes
 * generate. A route that disappears or changes its form then breaks the console's type check. Does nothing where the types
 * are already of this document.
 */
export function writeApiTypes(): void {
  const text = readFileSync(FROM, 'utf8')
  // this program has its say in what the types are
  const own = readFileSync(fileURLToPath(import.meta.url))
  const stamp = `// ${createHash('sha256').update(text).update(own).digest('hex')}\n`
  if (existsSync(TO) && readFileSync(TO, 'utf8').startsWith(stamp)) return
  const { paths } = JSON.parse(text) as Document
  const lines = Object.entries(paths).map(([path, operations]) => pathType(path, operations))
  writeFileSync(TO, `${stamp}export type paths = {\n${lines.join('\n')}\n}\n`)
}

function pathType(path: string, operations: Readonly<Record<string, Operation>>): string {
  const methods = METHODS.map((method) => {
    const operation = operations[method]
    return operation === undefined ? `${method}?: never` : `${method}: ${operationType(operation)}`
  })
  return `${JSON.stringify(path)}: { ${NO_PARAMETERS}; ${methods.join('\n')} }`
}

const NO_PARAMETERS = 'parameters: { query?: never; header?: never; path?: never; cookie?: never }'

function operationType({ parameters = [], requestBody, responses }: Operation): string {
  const groups = (['query', 'path', 'header'] as const).map((place) => {
    const here = parameters.filter((it) => it.in === place)
    if (here.length === 0) return `${place}?: never`
    // what has a default need not be given, whatever the document says
    const needs = (it: Parameter) => it.required === true && it.schema.default === undefined
    const isNeeded = here.some(needs)
    const members = here.map(
      (it) => `${JSON.stringify(it.name)}${needs(it) ? '' : '?'}: ${schemaType(it.schema)}`,
    )
    return `${place}${isNeeded ? '' : '?'}: { ${members.join('; ')} }`
  })
  const body =
    requestBody === undefined
      ? 'requestBody?: never'
      : `requestBody${requestBody.required === true ? '' : '?'}: ${contentType(requestBody)}`
  const replies = Object.entries(responses).map(([status, it]) => `${status}: ${contentType(it)}`)
  return `{ parameters: { ${groups.join('; ')}; cookie?: never }; ${body}; responses: { ${replies.join('; ')} } }`
}

function contentType({ content }: Content): string {
  const kinds = Object.entries(content ?? {}).map(
    ([type, { schema }]) => `${JSON.stringify(type)}: ${schema ? schemaType(schema) : 'unknown'}`,
  )
  return `{ headers: { [name: string]: unknown }; ${kinds.length === 0 ? 'content?: never' : `content: { ${kinds.join('; ')} }`} }`
}

function schemaType(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((it) => JSON.stringify(it)).join(' | ')
  if (schema.anyOf !== undefined) return schema.anyOf.map((it) => `(${schemaType(it)})`).join(' | ')
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['unknown'])
  return types.map((type) => plainType(type, schema)).join(' | ')
}

function plainType(type: string, schema: Schema): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return `(${schema.items ? schemaType(schema.items) : 'unknown'})[]`
    case 'object':
      return objectType(schema)
    default:
      return 'unknown'
  }
}

function objectType(schema: Schema): string {
  const needed = new Set(schema.required)
  const members = Object.entries(schema.properties ?? {}).map(([name, it]) => {
    const note =
      it.description === undefined ? '' : `/** ${it.description.replaceAll('*/', '*')} */ `
    return `${note}${JSON.stringify(name)}${needed.has(name) ? '' : '?'}: ${schemaType(it)}`
  })
  if (members.length > 0) return `{ ${members.join('; ')} }`
  const [rest] = Object.values(schema.patternProperties ?? {})
  const other = rest ?? schema.additionalProperties
  return `Record<string, ${typeof other === 'object' ? schemaType(other) : 'unknown'}>`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeApiTypes()
