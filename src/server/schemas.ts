import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { Problem } from '../lib/problem.ts'
import { fieldProblems } from '../lib/schema-problems.ts'
import type { Text } from '../lib/text.ts'

const WRONG: Text = { en: 'Some fields are wrong', zh: '部分字段有误' }

/**
 * Checks what a request brings against its route's schema. What arrives as text (query, path, headers) is turned into the
 * schema's types first; bodies are taken as they are. Every wrong field is told at once.
 */
export const convertAndCheck: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const isText = httpPart !== 'body'
  return (given: unknown) => {
    const value = isText ? Value.Convert(schema, Value.Default(schema, given)) : given
    const fields = fieldProblems(schema, value)
    if (fields.length === 0) return { value }
    return { error: new Problem('invalid-input', WRONG, { fields }) }
  }
}
