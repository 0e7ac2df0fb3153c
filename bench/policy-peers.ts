import { performance } from 'node:perf_hooks'
import type { Facts } from '../src/kernel/facts/fact.ts'
import { scopeOf } from '../src/kernel/facts/fact.ts'
import type { JsonCase } from '../src/policy/columns/synthetic.ts'
import { evaluateMeasures } from '../src/policy/evaluate.ts'
import type { Rules } from '../src/policy/rules.ts'
import { isMissing, openPip, type Place } from './peers/install.ts'
import { openJsonRules } from './peers/json-rules.ts'
import { runOpenFisca } from './peers/openfisca.ts'
import { compareFen, type PlainCase, plainCase, type SaidRules, saidRules } from './peers/said.ts'
import { nested, openZen } from './peers/zen.ts'
import type { Measured } from './rows.ts'

const SINGLES = 300
const COMPARED = 1_000

export type PeersWish = {
  readonly rules: Rules
  /** The same cases as they are handed in, and as they were read. */
  readonly written: readonly JsonCase[]
  readonly cases: readonly Facts[]
  readonly folder: string
  /** Nothing is installed. */
  readonly isOffline: boolean
  /** Rows of ours that the peers stand beside. */
  readonly one: string
  readonly columns: string
  readonly tell: (line: string) => void
}

type Peers = PeersWish & {
  /** Where they are installed. */
  readonly place: Place
  readonly said: SaidRules
  readonly plain: readonly PlainCase[]
}

/** Other engines on the same measures and cases, as far as each can say them. */
export async function peerRows(wish: PeersWish): Promise<Measured[]> {
  const said = saidRules(wish.rules)
  const place = wish.isOffline ? undefined : wish.folder
  const peers = { ...wish, place, said, plain: wish.written.map((it) => plainCase(said, it)) }
  wish.tell('json-rules-engine')
  const jsonRules = await jsonRulesRow(peers)
  wish.tell('GoRules ZEN')
  const zen = await zenRows(peers)
  wish.tell('OpenFisca')
  return [jsonRules, ...zen, ...(await openFiscaRows(peers))]
}

async function meanMs<T>(cases: readonly T[], ask: (it: T) => Promise<unknown>): Promise<number> {
  for (const it of cases) await ask(it)
  const from = performance.now()
  for (const it of cases) await ask(it)
  return (performance.now() - from) / cases.length
}

function saidNote({ conditions, leftOut }: SaidRules): string {
  return `${conditions} conditions, ${leftOut} that it has no words for left out; no open facts`
}

async function jsonRulesRow({ place, said, plain, one }: Peers): Promise<Measured> {
  const row = {
    ...{ what: 'json-rules-engine, without amounts or trace: mean', unit: 'ms', against: one },
    target: { of: 'ratio', atLeast: 5 } as const,
  }
  const ask = await openJsonRules(place, said)
  if (isMissing(ask)) return { ...row, value: undefined, note: ask.missing }
  return { ...row, value: await meanMs(plain.slice(0, SINGLES), ask), note: saidNote(said) }
}

async function zenRows(peers: Peers): Promise<Measured[]> {
  const { place, said, plain, one } = peers
  const bare = { what: 'GoRules ZEN: mean', unit: 'ms', against: one }
  const traced = {
    ...{ what: 'GoRules ZEN with trace: mean', unit: 'ms', against: one },
    target: { of: 'ratio', atLeast: 3 } as const,
  }
  const zen = await openZen(place, said)
  if (isMissing(zen)) {
    return [bare, traced].map((row) => ({ ...row, value: undefined, note: zen.missing }))
  }
  const cases = plain.slice(0, COMPARED).map(nested)
  const singles = cases.slice(0, SINGLES)
  const note = compareFen(await zen.amounts(cases), ourFen(peers))
  return [
    { ...bare, value: await meanMs(singles, (it) => zen.ask(it, false)), note },
    { ...traced, value: await meanMs(singles, (it) => zen.ask(it, true)), note: saidNote(said) },
  ]
}

async function openFiscaRows(peers: Peers): Promise<Measured[]> {
  const { place, folder, said, plain, one, columns } = peers
  const single = { what: 'OpenFisca, one applicant: mean', unit: 'ms', against: one }
  const all = { what: 'OpenFisca over the population (float32)', unit: 's', against: columns }
  const skipped = (note: string) => [single, all].map((row) => ({ ...row, value: undefined, note }))
  const python = await openPip(place, 'openfisca-core')
  if (isMissing(python)) return skipped(python.missing)
  const ran = await runOpenFisca(python, folder, { rules: said, cases: plain, compared: COMPARED })
  if (isMissing(ran)) return skipped(ran.missing)
  return [
    { ...single, value: ran.oneMs, note: saidNote(said) },
    { ...all, value: ran.allS, note: compareFen(ran.amounts, ourFen(peers)) },
  ]
}

/** What we grant, where the facts determine it. */
function ourFen({ rules, cases }: Peers): (id: string, index: number) => bigint | undefined {
  return (id, index) => {
    const facts = cases[index]
    if (facts === undefined) return undefined
    const mode = 'as_if_in_force'
    const { eligible, amountFen } = evaluateMeasures(rules, [id], {
      ...{ mode, facts, scope: scopeOf(facts) },
    })
    return eligible === true && amountFen !== null ? amountFen : undefined
  }
}
