import type { App } from '../../lib/http.ts'
import { type JsonDigits, parseDigits } from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'

/** Of a body with facts: some hundred enterprises' lists of invoices would be another tool's work. */
export const FACTS_BYTES_MAX = 1024 * 1024

/**
 * Routes whose JSON bodies keep every number digit by digit: money is never a binary fraction. Numbers in them are `JsonNumber`; schemas
 * describe what lies around the facts.
 */
export function digitsScope(app: App, routes: (scope: App) => void): void {
  app.register((scope, _options, ready) => {
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: FACTS_BYTES_MAX },
      (_request, body, done) => {
        try {
          done(null, parsed(String(body)))
        } catch (error) {
          done(error as Error)
        }
      },
    )
    routes(scope as App)
    ready()
  })
}

function parsed(text: string): JsonDigits {
  try {
    return parseDigits(text)
  } catch (cause) {
    const said = { en: 'The body is no JSON', zh: '请求体不是 JSON' }
    throw new Problem('unreadable-input', said, { cause })
  }
}
