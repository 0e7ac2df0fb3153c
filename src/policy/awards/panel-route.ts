import { type Static, Type } from 'typebox'
import { authorise } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { CALLS, CASES, type Case } from '../../kernel/cases/collections.ts'
import { readProcedure } from '../../kernel/cases/desk.ts'
import { waitingFor } from '../../kernel/cases/panel.ts'
import { TallyRuleSchema, TextSchema } from '../../kernel/cases/procedure.ts'
import { currentPart } from '../../kernel/cases/standing.ts'
import type { Documents, Stored } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import type { App } from '../../lib/http.ts'
import { Time, timeOf } from '../cases/parts.ts'
import type { PolicyDeps } from '../desk/deps.ts'

const PANELS_MAX = 500
const STEP = 'expert-panel'

const PanelReply = Type.Object({
  case: Type.String(),
  receipt: Type.String(),
  title: TextSchema,
  state: Type.Enum(['asked', 'free', 'scored', 'open'], {
    description:
      'asked: say first whether you are related; free: score; scored: others have still to; open: all are in',
  }),
  isSecret: Type.Boolean({ description: 'Scores are shown to nobody until the last is in' }),
  receivedAt: Time,
  rule: Type.Optional(TallyRuleSchema),
  seats: Type.Integer(),
  mean: Type.Optional(Type.Object({ sum: Type.Integer(), count: Type.Integer() })),
})

/** The panels that the caller was drawn for. */
export function panelRoute(app: App, { documents }: PolicyDeps): void {
  app.get('/api/v1/policy/panels', {
    onRequest: unstored,
    schema: {
      tags: ['policy'],
      operationId: 'listOwnPanels',
      summary: 'The panels that one was drawn for, and what is to be done in each',
      response: { 200: Type.Object({ items: Type.Array(PanelReply) }) },
    },
    async handler({ caller }) {
      authorise(caller, 'policy.score')
      if (caller.kind !== 'user') return { items: [] }
      const items: Static<typeof PanelReply>[] = []
      const where = { state: 'open', step: STEP }
      for await (const it of walkDocuments(documents, CASES, { where })) {
        const own = await panelOf(documents, it, caller.id)
        if (own !== undefined) items.push(own)
        if (items.length >= PANELS_MAX) break
      }
      return { items }
    },
  })
}

async function panelOf(
  documents: Documents,
  { id, body }: Stored<Case>,
  expert: string,
): Promise<Static<typeof PanelReply> | undefined> {
  const panel = currentPart(body, body.panel)
  const member = panel?.members.find((it) => it.id === expert && it.state !== 'out')
  if (panel === undefined || member === undefined) return undefined
  const { steps } = await readProcedure(documents, body.pins.procedure)
  const rule = steps.find((it) => it.id === body.step)?.panel
  const isOpen = panel.opened !== undefined
  const hasScored = !waitingFor(body, panel).includes(expert)
  const call = body.call === undefined ? undefined : await documents.get(CALLS, body.call)
  const { sum, count } = panel.opened?.tally ?? {}
  return {
    ...{ case: id, receipt: body.receipt, receivedAt: timeOf(body.receivedAt) },
    title: call?.body.title ?? { en: body.receipt, zh: body.receipt },
    state: isOpen ? 'open' : member.state === 'asked' ? 'asked' : hasScored ? 'scored' : 'free',
    isSecret: !isOpen,
    seats: rule?.size ?? panel.members.length,
    ...(rule !== undefined && { rule: rule.tally }),
    ...(sum !== undefined && count !== undefined && { mean: { sum, count } }),
  }
}
