import type { FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import type { App } from '../lib/http.ts'
import { type FieldProblem, Problem } from '../lib/problem.ts'
import { fieldProblems } from '../lib/schema-problems.ts'
import type { Text } from '../lib/text.ts'
import { readTexts } from './schemas.ts'

/** This program's own API. `/api/handles` and the pages take what others send them. */
const OWN = '/api/v1/'

/**
 * Refuses what a route of the API does not know in its query: a filter that is misspelt would otherwise answer as if there
 * were none. Told with all else that is wrong with the query.
 */
export function refuseUnknownParameters(app: App): void {
  app.addHook('preValidation', async (request) => {
    if (request.routeOptions.url?.startsWith(OWN) !== true) return
    const fields = unknownParameters(request)
    if (fields.length === 0) return
    throw new Problem('invalid-input', WRONG_QUERY, { fields })
  })
}

function unknownParameters({ query, routeOptions }: FastifyRequest): readonly FieldProblem[] {
  const given = Object.keys(query as object)
  if (given.length === 0) return []
  const schema = routeOptions.schema?.querystring as TSchema | undefined
  // Every route of the API describes its query as one object, if it takes any.
  const known = schema !== undefined && Type.IsObject(schema) ? Object.keys(schema.properties) : []
  const unknown = given.filter((it) => !known.includes(it))
  if (unknown.length === 0) return []
  const expected = known.length === 0 ? NONE : oneOf(known)
  const wrong = schema === undefined ? [] : fieldProblems(schema, readTexts(schema, query))
  return [...unknown.map((it) => ({ path: pointer(it), reason: UNKNOWN, expected })), ...wrong]
}

/** A name as a JSON Pointer (RFC 6901 §3). */
function pointer(name: string): string {
  return `/${name.slice(0, NAME_CHARS_TOLD_MAX).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

const NAME_CHARS_TOLD_MAX = 100

function oneOf(names: readonly string[]): Text {
  return { en: `one of ${names.join(', ')}`, zh: `可用参数：${names.join('、')}` }
}

const NONE: Text = { en: 'no parameters', zh: '不带参数' }
const UNKNOWN: Text = { en: 'is not a known parameter', zh: '不是已知参数' }
const WRONG_QUERY: Text = { en: 'Some parameters are wrong', zh: '部分参数有误' }
