import type { HandleKey } from '../../identifiers/handle.ts'
import type { Resolution } from '../../identifiers/resolution/resolution.ts'
import type { ValueFilter } from '../../identifiers/resolution/values.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import { foreignValues } from '../recursion/foreign-values.ts'
import type { Recursed } from '../recursion/recursion.ts'
import { type Answer, type CodeName, codeAnswer, noValuesAnswer, valuesAnswer } from './answers.ts'
import type { ApiRequest } from './api.ts'
import { isTrue, type Parameters } from './request.ts'

export type AskedForeign = {
  readonly request: ApiRequest
  readonly key: HandleKey
  readonly spelled: string
  readonly parameters: Parameters
  readonly filter: ValueFilter
  /** What this node itself says. */
  readonly found: Resolution
}

/** What others say of a name that is not here, for who is served so; undefined where nobody else is asked. */
export function elsewhereAnswer(asked: AskedForeign): MaybePromise<Answer> | undefined {
  const { request, key, spelled, parameters, filter, found } = asked
  if (request.elsewhere === undefined) return undefined
  const isNamed = request.by?.who !== undefined
  const { recurse, address } = request.elsewhere
  const recursed = recurse({
    ...{ address, key, found, name: spelled, recursionCount: 0, ...filter },
    isAuthoritative: isTrue(parameters, 'auth'),
    isPublic: parameters.has('publicOnly') ? isTrue(parameters, 'publicOnly') : !isNamed,
    isPersonal: isNamed || request.mayRead !== undefined,
  })
  const tell = (it: Recursed) => recursedAnswer(asked, it)
  return recursed instanceof Promise ? recursed.then(tell) : recursed && tell(recursed)
}

function recursedAnswer({ request, spelled, filter }: AskedForeign, recursed: Recursed): Answer {
  const handle = spelled
  switch (recursed.kind) {
    case 'found': {
      const values = foreignValues(recursed.values, filter)
      return values.length === 0 ? noValuesAnswer(handle) : valuesAnswer(handle, values, 0)
    }
    case 'absent':
      return codeAnswer('handleNotFound', { handle })
    case 'valueless':
      return noValuesAnswer(handle)
    case 'refused': {
      const message = recursed.message[request.language]
      return codeAnswer(REFUSALS[recursed.code] ?? 'error', { handle, message })
    }
  }
}

/** What has a name here of what others refuse. */
const REFUSALS: Readonly<Record<number, CodeName>> = {
  3: 'serverBusy',
  102: 'invalidHandle',
  400: 'invalidAdmin',
  401: 'insufficientPermissions',
  406: 'unableToAuthenticate',
}
