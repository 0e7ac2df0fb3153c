import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'

export type Draft = Json<paths['/api/v1/policy/drafts/{id}']['get']['responses']['200']>
export type DraftRow = Json<
  paths['/api/v1/policy/drafts']['get']['responses']['200']
>['items'][number]
export type RuleRow = Json<
  paths['/api/v1/policy/rules']['get']['responses']['200']
>['items'][number]
export type Vocabulary = Json<paths['/api/v1/policy/editor/vocabulary']['get']['responses']['200']>
export type Check = Json<paths['/api/v1/policy/draft-check']['post']['responses']['200']>
export type Version = Json<
  paths['/api/v1/policy/rules/{id}/versions']['get']['responses']['200']
>['items'][number]

/** A measure while it is written: members as a rule file has them, some of them missing or wrong. */
export type Body = Readonly<Record<string, unknown>>

/** What is edited of a draft. */
export type Wish = {
  readonly place: string
  readonly body: Body
  readonly evidence: readonly string[]
  readonly ambiguities: readonly Ambiguity[]
  readonly vectors: string
  readonly paper: string
  readonly supersedes: boolean
  /** Id of the evaluation that is answered; empty: none. */
  readonly evaluation: string
}
export type Ambiguity = NonNullable<Draft['ambiguities']>[number]

export const rulesQuery = queryOptions({
  queryKey: ['policy', 'rules'],
  queryFn: () => answer(api.GET('/api/v1/policy/rules')),
})

export const regionsQuery = queryOptions({
  queryKey: ['support', 'regions'],
  staleTime: 300_000,
  queryFn: () => answer(api.GET('/api/v1/policy/regions')),
})

export const vocabularyQuery = queryOptions({
  queryKey: ['policy', 'editor-vocabulary'],
  staleTime: 600_000,
  queryFn: () => answer(api.GET('/api/v1/policy/editor/vocabulary')),
})

export const draftQuery = (id: string) =>
  queryOptions({ queryKey: ['policy', 'draft', id], queryFn: () => readDraft(id) })

export function readDraft(id: string): Promise<Draft> {
  return answer(api.GET('/api/v1/policy/drafts/{id}', { params: { path: { id } } }))
}

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['policy', 'rule-versions', id],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/rules/{id}/versions', { params: { path: { id } } })),
  })

export function wishOf(draft: Draft): Wish {
  return {
    place: draft.place,
    body: draft.body as Body,
    evidence: draft.evidence ?? [],
    ambiguities: draft.ambiguities ?? [],
    vectors: draft.vectors ?? '',
    paper: draft.paper ?? '',
    supersedes: draft.supersedes === true,
    evaluation: draft.evaluation ?? '',
  }
}

/** As the API takes it: what is empty is left out. */
export function sentOf(wish: Wish) {
  const { place, body, evidence, ambiguities, vectors, paper, supersedes, evaluation } = wish
  return {
    place,
    body,
    ...(evidence.length > 0 && { evidence: [...evidence] }),
    ...(ambiguities.length > 0 && { ambiguities: [...ambiguities] }),
    ...(vectors.trim() !== '' && { vectors }),
    ...(paper !== '' && { paper }),
    ...(supersedes && { supersedes }),
    ...(evaluation !== '' && { evaluation }),
  }
}

/** Mine over theirs: of what both changed since `base`, mine. */
export function merged(base: Wish, mine: Wish, theirs: Wish): Wish {
  const pick = <T>(was: T, own: T, other: T): T => (isSame(was, own) ? other : own)
  const names = new Set([...Object.keys(mine.body), ...Object.keys(theirs.body)])
  const body = Object.fromEntries(
    [...names].flatMap((name) => {
      const value = pick(base.body[name], mine.body[name], theirs.body[name])
      return value === undefined ? [] : [[name, value]]
    }),
  )
  return {
    place: pick(base.place, mine.place, theirs.place),
    body,
    evidence: pick(base.evidence, mine.evidence, theirs.evidence),
    ambiguities: pick(base.ambiguities, mine.ambiguities, theirs.ambiguities),
    vectors: pick(base.vectors, mine.vectors, theirs.vectors),
    paper: pick(base.paper, mine.paper, theirs.paper),
    supersedes: pick(base.supersedes, mine.supersedes, theirs.supersedes),
    evaluation: pick(base.evaluation, mine.evaluation, theirs.evaluation),
  }
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** The same with another value in one place; undefined takes the member away. */
export function withMember(body: Body, name: string, value: unknown): Body {
  const { [name]: _, ...rest } = body
  return value === undefined ? rest : { ...body, [name]: value }
}

export const EMPTY_BODY: Body = {
  id: '',
  document: '',
  article: '',
  title: { zh: '', en: '' },
  clause: { zh: '', en: '' },
  owner: [],
  layer: 'measure',
  standing: 'measure',
  region: 'here',
  amount: { form: 'fixed', yuan: 0 },
}
