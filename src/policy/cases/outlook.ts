import { type Static, Type } from 'typebox'
import { formatDigits } from '../../lib/json-digits.ts'
import type { Text } from '../../lib/text.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import type { Outcome } from '../outcome.ts'
import type { CaseFacts } from './case-facts.ts'
import { ReasonReply, reasonTeller } from './reasons.ts'

const TextReply = Type.Object({ en: Type.String(), zh: Type.String() })

const SourceReply = Type.Object({
  fact: Type.String(),
  title: TextReply,
  trust: Type.Enum(['measured', 'attested', 'declared', 'node']),
  source: Type.Optional(Type.String({ description: 'Document, register or who counted' })),
  item: Type.Optional(Type.String({ description: 'Of a list, the item’s number' })),
  part: Type.Optional(Type.String()),
})

const ContradictionReply = Type.Object({
  fact: Type.String(),
  title: TextReply,
  item: Type.Optional(Type.String()),
  part: Type.Optional(Type.String()),
  value: Type.String({ description: 'What counts, as JSON' }),
  declared: Type.String({ description: 'What the applicant stated, as JSON' }),
  trust: Type.Enum(['measured', 'attested', 'declared']),
})

/** What the rules make of a case as it is known now. */
export const OutlookReply = Type.Object({
  measure: Type.String(),
  mode: Type.Enum(['live', 'as_if_in_force']),
  eligible: Type.Union([Type.Boolean(), Type.Null()], {
    description: 'null: it cannot be decided on what is known',
  }),
  amountFen: Type.Union([Type.String(), Type.Null()], {
    description: 'Decimal text; null while it is not determined',
  }),
  basis: Type.String(),
  limitedBy: Type.Union([Type.String(), Type.Null()]),
  boundsFen: Type.Optional(
    Type.Object({ from: Type.String(), to: Type.Union([Type.String(), Type.Null()]) }),
  ),
  text: TextReply,
  refused: Type.Array(ReasonReply, { description: 'What refuses it' }),
  open: Type.Array(ReasonReply, { description: 'What is not known yet' }),
  told: Type.Array(ReasonReply),
  steps: Type.Array(Type.Unknown(), { description: 'The explanation, step by step' }),
  sources: Type.Array(SourceReply),
  contradictions: Type.Array(ContradictionReply),
  rulesDigest: Type.String(),
})

export type Outlook = Static<typeof OutlookReply>

/** Lets the rules judge the facts of a case. @throws Problem `invalid-input` where they cannot be read by the rules of now */
export async function outlookOf(shelf: OpenRules, given: CaseFacts): Promise<Outlook> {
  const { rules, digest } = shelf
  const { facts, measure, mode } = given
  const outcome = shelf.evaluate(rules, { measure, mode, facts })
  const [{ resultText }, { withReasons }, reasons] = await Promise.all([
    import('../explain.ts'),
    import('../reason-words.ts'),
    reasonTeller(shelf),
  ])
  const title = (fact: string): Text => rules.titles.get(fact.split('.')[0] ?? '') ?? both(fact)
  return {
    measure,
    mode,
    eligible: outcome.eligible,
    amountFen: outcome.amountFen?.toString() ?? null,
    basis: outcome.basis,
    limitedBy: outcome.limitedBy,
    ...boundsOf(outcome),
    text: resultText(outcome),
    ...reasonsOf(outcome, reasons),
    steps: withReasons(shelf.explain(outcome, rules), rules),
    sources: given.sources.map((it) => ({ ...it, title: title(it.fact) })),
    contradictions: given.contradictions.map((it) => ({ ...it, title: title(it.fact) })),
    rulesDigest: digest,
  }
}

function boundsOf({ bounds }: Outcome): Pick<Outlook, 'boundsFen'> {
  if (bounds === undefined) return {}
  return { boundsFen: { from: String(bounds.lo), to: bounds.hi?.toString() ?? null } }
}

/** Of the reasons those that refuse, those that are open, and what is told besides. */
function reasonsOf(
  { parts, reasons }: Outcome,
  tell: (codes: readonly string[]) => ReasonReply[],
): Pick<Outlook, 'refused' | 'open' | 'told'> {
  const refused = new Set(parts.flatMap((it) => it.refused))
  const open = new Set(parts.flatMap((it) => [...it.open, ...it.unfixed]))
  return {
    refused: tell(reasons.filter((it) => refused.has(it))),
    open: tell(reasons.filter((it) => open.has(it) && !refused.has(it))),
    told: tell(reasons.filter((it) => !refused.has(it) && !open.has(it))),
  }
}

function both(text: string): Text {
  return { en: text, zh: text }
}

/** Facts as JSON text, for digests and for showing them. */
export function factsText({ facts }: Pick<CaseFacts, 'facts'>): string {
  return formatDigits(facts)
}
