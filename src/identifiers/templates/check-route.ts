import { type Static, Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { languageOf } from '../../lib/text.ts'
import type { PrefixKey } from '../handle.ts'
import { entitledPrefix } from '../prefixes/tenancy.ts'
import { type EditingDeps, templateAt } from './editing.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { parseTemplate } from './parse.ts'
import { TemplateBodySchema, TemplateName, TemplateWishSchema } from './stored-template.ts'
import type { Template } from './template.ts'

const Body = Type.Object(
  {
    prefix: Type.String({ minLength: 1, maxLength: 512 }),
    name: TemplateName,
    version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    definition: Type.Unknown({
      description: 'As of a draft: label, description, thing, fields; told what is wrong with it',
    }),
  },
  { additionalProperties: false },
)

const Reply = Type.Object({
  errors: Type.Array(
    Type.Object({
      path: Type.String(),
      detail: Type.String(),
      expected: Type.Optional(Type.String()),
    }),
  ),
  /** With every default filled in, where nothing is wrong. */
  template: Type.Optional(TemplateBodySchema),
  /** JSON Schema (2020-12) of its fields. */
  schema: Type.Optional(
    Type.Unsafe<Readonly<Record<string, unknown>>>({
      type: 'object',
      additionalProperties: true,
    }),
  ),
})

/** Judges a definition that is being written as saving and publishing would, and keeps nothing. */
export function templateCheckRoute(app: App, deps: EditingDeps): void {
  const schema = {
    tags: ['templates'],
    operationId: 'checkTemplate',
    summary: 'What is wrong with a definition that is being written, or what it comes to',
    body: Body,
    response: { 200: Reply },
  }
  app.post('/api/v1/templates/check', { schema }, async ({ caller, body, headers }, reply) => {
    const { prefix, name, version, definition } = body
    const question = { prefix, permission: 'templates.write', known: 'templates.read' } as const
    const { key } = entitledPrefix(caller, deps.book, question)
    const place = { prefix: key, name, version }
    const previous = await previousOf(deps, place)
    reply.header('cache-control', 'no-store')
    return judged({ given: definition, place, previous }, languageOf(headers['accept-language']))
  })
}

type Place = { readonly prefix: PrefixKey; readonly name: string; readonly version: number }

async function previousOf(deps: EditingDeps, place: Place): Promise<Template | undefined> {
  if (place.version === 1) return undefined
  return (await templateAt(deps, { ...place, version: place.version - 1 })).body
}

function judged(
  asked: { given: unknown; place: Place; previous: Template | undefined },
  language: 'en' | 'zh',
): Static<typeof Reply> {
  try {
    const template = parseTemplate({ ...asked, schema: TemplateWishSchema })
    const fields = template.fields.map((it) => ({ ...it }))
    return {
      errors: [],
      template: { ...template, fields: fields as Static<typeof TemplateBodySchema>['fields'] },
      schema: jsonSchemaOf(template),
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'invalid-input') throw error
    return { errors: error.fields.map((it) => told(it, language)) }
  }
}

function told({ path, reason, expected }: FieldProblem, language: 'en' | 'zh') {
  return {
    path,
    detail: reason[language],
    ...(expected !== undefined && { expected: expected[language] }),
  }
}
