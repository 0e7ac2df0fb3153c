import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { type Answers, factsOf } from './facts-state.ts'

type Post<P extends '/api/v1/policy/fits' | '/api/v1/policy/explain'> = Json<
  paths[P]['post']['responses'][200]
>
export type Fits = Post<'/api/v1/policy/fits'>
export type Fit = Fits['items'][number]
export type Question = Fits['ask'][number]
export type Explained = Post<'/api/v1/policy/explain'>
export type Mode = Fits['mode']
export type KnownFact = Json<
  paths['/api/v1/policy/enterprises/{enterprise}/facts']['get']['responses'][200]
>['items'][number]

export const MODES = ['live', 'as_if_in_force'] as const satisfies readonly Mode[]

export type Asked = {
  readonly answers: Answers
  readonly mode: Mode
  readonly region?: string | undefined
  readonly enterprise?: string | undefined
}

/** What fits by the answers so far; what was there stays while the next is reckoned. */
export function fitsQuery({ answers, mode, region, enterprise }: Asked) {
  return queryOptions({
    queryKey: ['support', 'fits', answers, mode, region, enterprise],
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(
        api.POST('/api/v1/policy/fits', {
          body: {
            facts: factsOf(answers),
            mode,
            ...(region !== undefined && { region }),
            ...(enterprise !== undefined && { enterprise }),
          },
        }),
      ),
  })
}

export function knownQuery(enterprise: string) {
  return queryOptions({
    queryKey: ['support', 'known', enterprise],
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/enterprises/{enterprise}/facts', {
          params: { path: { enterprise } },
        }),
      ),
  })
}

export function proposalsQuery(enterprise: string, mode: Mode) {
  return queryOptions({
    queryKey: ['support', 'proposals', enterprise, mode],
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/enterprises/{enterprise}/proposals', {
          params: { path: { enterprise }, query: { mode } },
        }),
      ),
  })
}

/** Why one measure answers as it does. What the node knows stands in the facts with its source. */
export function explainQuery(
  measure: string,
  { answers, mode }: Asked,
  known: readonly KnownFact[],
  day: string,
) {
  const facts = withKnown(known, { application_date: day, ...factsOf(answers) })
  return explainFactsQuery(measure, mode, facts)
}

/** Why a measure answers so to facts as they are handed in. */
export function explainFactsQuery(
  measure: string,
  mode: Mode,
  facts: Readonly<Record<string, unknown>>,
) {
  return queryOptions({
    queryKey: ['support', 'explain', measure, mode, facts],
    queryFn: () => answer(api.POST('/api/v1/policy/explain', { body: { measure, mode, facts } })),
  })
}

/** As the node itself joins them: what it counted first, with its source, and beside it what was stated. */
function withKnown(
  known: readonly KnownFact[],
  stated: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const facts: Record<string, unknown> = { ...stated }
  for (const { fact, json, source } of known) {
    const said = stated[fact]
    const isRecord = typeof json === 'object' && json !== null
    facts[fact] = isRecord
      ? { ...json, ...(said as object | undefined), ...without(json as object, 'type') }
      : json
    facts[`${fact}_source`] = source
    if (!isRecord && said !== undefined && said !== json) facts[`declared_${fact}`] = said
  }
  return facts
}

function without(record: object, name: string): object {
  return Object.fromEntries(Object.entries(record).filter(([it]) => it !== name))
}
