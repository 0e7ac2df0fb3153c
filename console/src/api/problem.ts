/** One wrong field of a request: where, why, and what would be right. */
export type FieldProblem = {
  readonly path: string
  readonly detail: string
  readonly expected?: string
  readonly line?: number
}

/** What the node answered instead of what was asked for (RFC 9457), or that it could not be asked at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  /** HTTP status; 0 where no answer came. */
  readonly status: number
  readonly code: string
  readonly title: string
  readonly fields: readonly FieldProblem[]
  readonly requestId: string | undefined

  constructor(status: number, document: Partial<ProblemDocument>) {
    super(document.detail ?? document.title ?? '')
    this.status = status
    this.code = document.code ?? (status === 0 ? 'offline' : 'internal')
    this.title = document.title ?? ''
    this.fields = document.errors ?? []
    this.requestId = document.requestId
  }
}

type ProblemDocument = {
  readonly title: string
  readonly detail: string
  readonly code: string
  readonly errors: readonly FieldProblem[]
  readonly requestId: string
}

/** What a failed answer said; an answer that is no problem document keeps its status. */
export function problemOf(status: number, error: unknown): ApiProblem {
  const isDocument = typeof error === 'object' && error !== null && 'code' in error
  return new ApiProblem(status, isDocument ? (error as Partial<ProblemDocument>) : {})
}

/** Anything thrown, as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  // `fetch` says a lost connection by a TypeError and nothing else
  if (error instanceof TypeError) return new ApiProblem(0, {})
  return new ApiProblem(500, { detail: error instanceof Error ? error.message : String(error) })
}
