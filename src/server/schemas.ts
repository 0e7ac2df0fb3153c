import fastJson, { type Schema } from 'fast-json-stringify'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { Problem } from '../lib/problem.ts'
import { fieldProblems } from '../lib/schema-problems.ts'
import type { Text } from '../lib/text.ts'

const WRONG: Text = { en: 'Some fields are wrong', zh: '部分字段有误' }

/**
 * Checks what a request brings against its route's schema. What arrives as text (query, path, headers) is read as the
 * schema's types first; bodies are taken as they are. Every wrong field is told at once.
 */
export const convertAndCheck: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const isText = httpPart !== 'body'
  return (given: unknown) => {
    const value = isText ? readTexts(schema, given) : given
    const fields = fieldProblems(schema, value)
    if (fields.length === 0) return { value }
    return { error: new Problem('invalid-input', WRONG, { fields }) }
  }
}

/**
 * Writes replies by their schema, so that nothing leaves that it does not name. The writer of a reply is made when the
 * reply is first sent: made at start, those of all routes would take longer than the rest of it.
 */
export const writeWhenAsked: FastifySerializerCompiler<TSchema> = ({ schema }) => {
  let write: ((value: unknown) => string) | undefined
  return (value) => {
    write ??= fastJson(schema as Schema)
    return write(value)
  }
}

/** The members a schema names, each from its text; a text that is not of the type stays, and is refused by the check. */
export function readTexts(schema: TSchema, given: unknown): unknown {
  if (!Type.IsObject(schema) || typeof given !== 'object' || given === null) return given
  const value: Record<string, unknown> = { ...given }
  for (const [name, member] of Object.entries(schema.properties)) {
    const text = value[name]
    if (text !== undefined) value[name] = readText(member, text)
    else if ('default' in member) value[name] = member.default
  }
  return value
}

function readText(schema: TSchema, text: unknown): unknown {
  if (Type.IsArray(schema)) {
    return (Array.isArray(text) ? text : [text]).map((it) => readText(schema.items, it))
  }
  if (typeof text !== 'string') return text
  if (Type.IsInteger(schema)) return isWhole(text) ? Number(text) : text
  if (Type.IsNumber(schema)) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (Type.IsBoolean(schema)) return BOOLEANS[text] ?? text
  return text
}

/** `?dryRun` alone says yes. */
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false, '': true }

/** Digits that a number holds exactly. */
function isWhole(text: string): boolean {
  return /^-?\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))
}
