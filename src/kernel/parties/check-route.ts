import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import type { FieldProblem } from '../../lib/problem.ts'
import { fieldProblems } from '../../lib/schema-problems.ts'
import { languageOf } from '../../lib/text.ts'
import { unstored } from '../access/route-parts.ts'
import { EntryWish, judgeEntry } from './wish.ts'

const ENTRY_BYTES_MAX = 64 * 1024

/**
 * Judges an application that is still being written: what is there is judged as it would be on sending, what is not there
 * yet is not missed. Reads nothing and keeps nothing, so it tells nobody who else has applied.
 */
export function checkRoute(app: App): void {
  app.post('/api/v1/applications/check', {
    bodyLimit: ENTRY_BYTES_MAX,
    onRequest: unstored,
    schema: {
      tags: ['enterprises'],
      operationId: 'checkApplication',
      summary: 'What is wrong so far with an application that is being written',
      description: 'Fields as of an application, those that are there; empty ones are not judged.',
      body: Type.Object({}, { additionalProperties: true }),
      response: {
        200: Type.Object({
          errors: Type.Array(
            Type.Object({
              path: Type.String(),
              detail: Type.String(),
              expected: Type.Optional(Type.String()),
            }),
          ),
        }),
      },
    },
    handler({ body, headers }: FastifyRequest) {
      const language = languageOf(headers['accept-language'])
      const errors = judgeSoFar(body).map(({ path, reason, expected }) => ({
        path,
        detail: reason[language],
        ...(expected !== undefined && { expected: expected[language] }),
      }))
      return { errors }
    },
  })
}

/** One problem a field; none for fields that are absent or empty. Pure. */
function judgeSoFar(body: unknown): readonly FieldProblem[] {
  const found = new Map<string, FieldProblem>()
  for (const it of [...judgeEntry(body), ...fieldProblems(EntryWish, body)]) {
    if (!found.has(it.path) && isGiven(body, it.path)) found.set(it.path, it)
  }
  return [...found.values()]
}

function isGiven(body: unknown, path: string): boolean {
  let here = body
  for (const step of path.split('/').slice(1)) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return false
    here = (here as Record<string, unknown>)[step]
  }
  return here !== undefined && here !== null && here !== ''
}
