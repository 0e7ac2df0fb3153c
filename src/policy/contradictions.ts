import type { Condition } from '../kernel/facts/condition-schema.ts'
import type { Finding, PackEntry } from '../kernel/packs/kind.ts'
import type { Text } from '../lib/text.ts'
import type { Article, Measure, Prohibition } from './measure-schema.ts'
import { certainLeaves, entails, type Held, impossible } from './possible.ts'
import { commonDays } from './versions-in-force.ts'

/** What the measures of a pack are compared with. Entries of the regions above count as well. */
export type Beside = {
  readonly measures: readonly PackEntry<Measure>[]
  readonly articles: readonly PackEntry<Article>[]
  readonly prohibitions: readonly PackEntry<Prohibition>[]
}

type Entry = PackEntry<Measure>

/**
 * What is wrong between measures, or between the parts of one: two versions in force on one day, conditions that no case fulfils, one
 * clause with two amounts, chains that come back to where they began, top-ups of what cannot be had with them, branches and
 * prohibitions that a measure's own conditions defy. Told of `own` alone.
 */
export function contradictionFindings(own: readonly Entry[], beside: Beside): Finding[] {
  return own.flatMap((entry) => [
    ...twice(entry, beside.measures),
    ...impossible(heldBy(entry.value)).map((it) => ({ entry, ...it })),
    ...twoAmounts(entry, beside.measures),
    ...circles(entry, beside.measures),
    ...topUps(entry, beside.measures),
    ...branches(entry, beside.articles),
    ...forbidden(entry, beside.prohibitions),
  ])
}

function heldBy({ conditions }: Measure): Held[] {
  return (conditions ?? []).map((it, at) => ({
    condition: it as Condition,
    pointer: `/conditions/${at}`,
  }))
}

function placeOf(other: Entry): string {
  const { line } = other.at('/id')
  return other.file === '' ? other.id : `${other.file}:${line}`
}

/** Of two, the one that stands later tells. */
function before(entry: Entry, all: readonly Entry[]): readonly Entry[] {
  const at = all.indexOf(entry)
  return at < 0 ? all : all.slice(0, at)
}

function twice(entry: Entry, all: readonly Entry[]): Finding[] {
  return before(entry, all).flatMap((other) => {
    if (other.id !== entry.id || other === entry) return []
    const days = commonDays(entry.value, other.value)
    if (days === undefined) return []
    const [first, last] = days
    const reason = {
      en: `two versions of ${entry.id} are in force from ${first} to ${last}: the other is ${placeOf(other)}`,
      zh: `${entry.id} 的两个版本在 ${first} 至 ${last} 同时有效：另一版本见 ${placeOf(other)}`,
    }
    return [{ entry, pointer: '/inForce', reason }]
  })
}

/** What decides who gets something for what, apart from how much. */
function askedBy({ conditions, each, beneficiaries, region, amount }: Measure): string {
  const base = 'of' in amount ? amount.of : undefined
  return JSON.stringify([conditions ?? [], each ?? null, beneficiaries ?? [], region, base ?? null])
}

function twoAmounts(entry: Entry, all: readonly Entry[]): Finding[] {
  const { value: measure } = entry
  return before(entry, all).flatMap((other) => {
    const { value: it } = other
    const isSameClause =
      other.id !== entry.id &&
      it.document === measure.document &&
      it.article === measure.article &&
      it.title.zh === measure.title.zh &&
      commonDays(it, measure) !== undefined &&
      askedBy(it) === askedBy(measure)
    const isSameSum =
      JSON.stringify([it.amount, it.caps]) === JSON.stringify([measure.amount, measure.caps])
    if (!isSameClause || isSameSum) return []
    const reason = {
      en: `contradicts ${other.id}: one clause gives the same applicants two different amounts`,
      zh: `与 ${other.id} 矛盾：同一条款对同样的申请人给出两个不同金额`,
    }
    return [{ entry, pointer: '/amount', reason }]
  })
}

/** The measures that this one is reckoned by, and where it names them. */
function namedBy({ amount, guide }: Measure): { id: string; pointer: string }[] {
  return [
    ...(amount.form === 'top-up' ? [{ id: amount.on, pointer: '/amount/on' }] : []),
    ...(guide === undefined ? [] : [{ id: guide.clause, pointer: '/guide/clause' }]),
  ]
}

function circles(entry: Entry, all: readonly Entry[]): Finding[] {
  const byId = new Map(all.map((it) => [it.id, it.value]))
  return namedBy(entry.value).flatMap(({ id, pointer }) => {
    const chain = chainTo(entry.id, id, byId)
    if (chain === undefined) return []
    const told = [entry.id, ...chain].join(' → ')
    const reason = { en: `a circle: ${told}`, zh: `循环引用：${told}` }
    return [{ entry, pointer, reason }]
  })
}

/** The way from one measure to another by what each names; undefined where there is none. */
function chainTo(
  goal: string,
  from: string,
  byId: ReadonlyMap<string, Measure>,
): string[] | undefined {
  const seen = new Set<string>()
  const open: string[][] = [[from]]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const last = path.at(-1) ?? ''
    if (last === goal) return path
    if (seen.has(last)) continue
    seen.add(last)
    const measure = byId.get(last)
    if (measure === undefined) continue
    for (const { id } of namedBy(measure)) open.push([...path, id])
  }
  return undefined
}

function topUps(entry: Entry, all: readonly Entry[]): Finding[] {
  const { value: measure } = entry
  if (measure.amount.form !== 'top-up') return []
  const { on } = measure.amount
  const bases = all.filter((it) => it.id === on && it.id !== entry.id)
  if (bases.length === 0) return []
  const isEver = bases.some(
    ({ value }) =>
      measure.inForce === undefined ||
      value.inForce === undefined ||
      commonDays(measure, value) !== undefined,
  )
  const tell = (reason: Text): Finding[] => [{ entry, pointer: '/amount/on', reason }]
  if (!isEver) {
    return tell({
      en: `${on} is never in force on a day on which this one is`,
      zh: `${on} 与本措施从无同时有效之日`,
    })
  }
  const isPossible = bases.some(
    ({ value }) => impossible([...heldBy(value), ...heldBy(measure)]).length === 0,
  )
  if (isPossible) return []
  return tell({
    en: `nobody can fulfil the conditions of ${on} and of this one`,
    zh: `无人能同时满足 ${on} 与本措施的条件`,
  })
}

function branches(entry: Entry, articles: readonly PackEntry<Article>[]): Finding[] {
  return articles.flatMap(({ id, value: { branchBy, branches: list } }) =>
    list.flatMap((branch) => {
      if (branch.measure !== entry.id) return []
      const chosen: Held = { condition: { fact: branchBy, oneOf: [branch.is] }, pointer: '' }
      const wrong = impossible([chosen, ...heldBy(entry.value)])
      return wrong.map(({ pointer }) => ({
        entry,
        pointer,
        reason: {
          en: `contradicts article ${id}, which leads here where “${branchBy}” is “${branch.is}”`,
          zh: `与条款 ${id} 矛盾：该条款在“${branchBy}”为“${branch.is}”时适用本措施`,
        },
      }))
    }),
  )
}

function forbidden(entry: Entry, prohibitions: readonly PackEntry<Prohibition>[]): Finding[] {
  const held = heldBy(entry.value)
  return prohibitions.flatMap(({ id, value: { forbids } }) => {
    const condition = forbids as Condition
    const leaves = certainLeaves([{ condition, pointer: '' }])
    const isWhole = !('any' in condition) && !('not' in condition) && leaves.length > 0
    const isSimple = !('all' in condition) || leaves.length === condition.all.length
    if (!isWhole || !isSimple || !leaves.every((it) => entails(held, it.leaf))) return []
    const reason = {
      en: `asks for what ${id} forbids: nobody can have it`,
      zh: `所要求的情形正是 ${id} 所禁止的：无人能够获得`,
    }
    return [{ entry, pointer: '/conditions', reason }]
  })
}
