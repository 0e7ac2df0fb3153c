import { isMissing, type Missing, openNpm, type Place } from './install.ts'
import type { PeerAmounts, PlainCase, Said, SaidAmount, SaidRules } from './said.ts'

type Answer = { readonly result: Readonly<Record<string, number>> }
type Decision = { evaluate(context: object, options: object): Promise<Answer> }
type Module = { readonly ZenEngine: new () => { createDecision(content: object): Decision } }

export type Zen = {
  /** All measures for one case, with its trace or without. */
  readonly ask: (it: object, trace: boolean) => Promise<Answer>
  readonly amounts: (cases: readonly object[]) => Promise<PeerAmounts>
}

/** Refused, as an amount. */
const NOTHING = -1

/** The measures as expressions of one decision of GoRules ZEN, amounts in fen as its decimals give them. */
export async function openZen(folder: Place, rules: SaidRules): Promise<Zen | Missing> {
  const peer = await openNpm<Module>(folder, '@gorules/zen-engine@0')
  if (isMissing(peer)) return peer
  const expressions = rules.measures.map(({ when, amount }, at) => ({
    id: `m${at}`,
    key: `m${at}`,
    value: `${written(when)} ? ${fenOf(amount)} : ${NOTHING}`,
  }))
  const decision = new peer.ZenEngine().createDecision(graphOf(expressions))
  const ask = (it: object, trace: boolean) => decision.evaluate(it, { trace })
  return {
    ask,
    async amounts(cases) {
      const found = new Map<string, (number | null)[]>()
      for (const it of cases) {
        const { result } = await ask(it, false)
        for (const [at, { id, isWhole }] of rules.measures.entries()) {
          if (!isWhole) continue
          const fen = result[`m${at}`] ?? NOTHING
          const list = found.get(id) ?? []
          list.push(fen === NOTHING ? null : fen)
          found.set(id, list)
        }
      }
      return found
    },
  }
}

/** Facts as the engine reads them: a point in a name is a level. */
export function nested(flat: PlainCase): object {
  const all: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(flat)) {
    const path = name.split('.')
    const last = path.pop() ?? name
    let at = all
    for (const it of path) {
      at[it] ??= {}
      at = at[it] as Record<string, unknown>
    }
    at[last] = value
  }
  return all
}

function written(said: Said): string {
  if ('all' in said) return said.all.length === 0 ? 'true' : joined(said.all, 'and')
  if ('any' in said) return joined(said.any, 'or')
  if ('not' in said) return `(not ${written(said.not)})`
  const { fact } = said
  if ('compare' in said) return `${fact} ${said.compare} ${said.bound}`
  return `(${said.among.map((it) => `${fact} == ${JSON.stringify(it)}`).join(' or ')})`
}

function joined(parts: readonly Said[], word: string): string {
  return `(${parts.map(written).join(` ${word} `)})`
}

function fenOf(amount: SaidAmount | undefined): string {
  if (amount === undefined) return '0'
  if ('yuan' in amount) return `${amount.yuan * 100}`
  const share = `${amount.of} * ${amount.num} / ${amount.den}`
  return `floor(${amount.cap === undefined ? share : `min([${amount.cap}, ${share}])`} * 100)`
}

function graphOf(expressions: readonly object[]): object {
  const position = { x: 0, y: 0 }
  const node = (id: string, type: string, content: object) => ({
    ...{ id, name: id, type, position, content },
  })
  const edge = (sourceId: string, targetId: string) => ({
    ...{ id: sourceId + targetId, type: 'edge', sourceId, targetId },
  })
  return {
    nodes: [
      node('in', 'inputNode', {}),
      node('measures', 'expressionNode', { expressions }),
      node('out', 'outputNode', {}),
    ],
    edges: [edge('in', 'measures'), edge('measures', 'out')],
  }
}
