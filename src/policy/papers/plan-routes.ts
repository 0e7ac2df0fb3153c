import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import type { App } from '../../lib/http.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { type PapersDeps, TextReply, tags } from './parts.ts'
import { type PaperShelf, paperShelf } from './shelf.ts'

const Absent = Type.Object({ absent: literals(['empty', 'not_stated', 'not_held']) })
const FieldReply = Type.Union([Type.Object({ value: Type.String() }), Absent])
type Field = string | { readonly absent: 'empty' | 'not_stated' | 'not_held' }
type Plan = {
  readonly id: string
  readonly name: { readonly en: string; readonly zh: string }
  readonly issuer: Field
  readonly number: Field
  readonly date: Field
  readonly years?: string
  readonly citedBy: readonly string[]
  readonly held: boolean
}

const Cited = Type.Object({ id: Type.String(), title: TextReply })
const PlanReply = Type.Object({
  id: Type.String(),
  region: Type.String(),
  name: TextReply,
  issuer: FieldReply,
  number: FieldReply,
  date: FieldReply,
  years: Type.Optional(Type.String()),
  isHeld: Type.Boolean({ description: 'Whether its text is held here' }),
  citedBy: Type.Array(
    Type.Object({
      ...Cited.properties,
      below: Type.Array(Cited, { description: 'Papers that carry it out, or are its children' }),
    }),
  ),
  measures: Type.Array(Cited, { description: 'Of the papers that cite it' }),
  targets: Type.Array(Type.String(), { description: 'Ids, of the papers that cite it' }),
})

/** The register of higher plans: what the papers of the regions name, with or without its text. */
export function planRoutes(app: App, { documents, rules }: PapersDeps): void {
  app.get('/api/v1/policy/plans', {
    schema: {
      tags,
      operationId: 'listHigherPlans',
      summary: 'Higher plans that papers cite, with the measures and targets of those papers',
      response: { 200: Type.Object({ items: Type.Array(PlanReply) }) },
    },
    async handler() {
      const open = await rules.open()
      const { papers } = await paperShelf(documents, open)
      const items = open.packs.flatMap((pack) =>
        pack.own('plans').map((it) => planOf(it.value as Plan, pack.region.code, { open, papers })),
      )
      return { items }
    },
  })
}

/** Relations of a paper to the one it stands under. */
const UNDER = ['child-of', 'implements']

type Known = { readonly open: OpenRules; readonly papers: PaperShelf['papers'] }

function planOf(plan: Plan, region: string, { open, papers }: Known) {
  const { packs, rules } = open
  const below = (id: string) =>
    papers
      .filter((it) => it.relations.some((to) => to.paper === id && UNDER.includes(to.kind)))
      .map((it) => ({ id: it.id, title: it.name }))
  const cites = new Set(plan.citedBy)
  const field = (value: Field) => (typeof value === 'string' ? { value } : value)
  const nameOf = (id: string) => {
    const found = packs.map((it) => it.find('documents', id)).find((it) => it !== undefined)
    return (found?.value as Pick<Plan, 'name'> | undefined)?.name ?? { en: id, zh: id }
  }
  const measures = [...rules.measures.values()].filter((it) => cites.has(it.measure.document))
  const targets = [...rules.targets.values()].filter((it) => {
    return cites.has((it as { readonly document?: string }).document ?? '')
  })
  return {
    id: plan.id,
    region,
    name: plan.name,
    issuer: field(plan.issuer),
    number: field(plan.number),
    date: field(plan.date),
    ...(plan.years !== undefined && { years: plan.years }),
    isHeld: plan.held,
    citedBy: plan.citedBy.map((id) => ({ id, title: nameOf(id), below: below(id) })),
    measures: measures.map(({ measure }) => ({ id: measure.id, title: measure.title })),
    targets: targets.map((it) => it.id),
  }
}
