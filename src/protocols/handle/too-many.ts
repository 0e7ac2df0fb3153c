import { JSON_TYPE } from './answers.ts'
import type { ApiAnswer } from './api.ts'

/** Server too busy, for this client: 429 with `Retry-After` in seconds. */
export function tooManyAnswer(waitS: number): ApiAnswer {
  return {
    status: 429,
    headers: ['content-type', JSON_TYPE, 'retry-after', String(waitS)],
    body: `{"responseCode":3,"message":"Too many requests; try again in ${waitS} s"}`,
  }
}
