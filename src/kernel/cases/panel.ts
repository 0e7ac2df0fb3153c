import { draw, listDigest, seedDigestOf } from '../../lib/seeded-draw.ts'
import { type Case, type Panel, POOL_MAX, type Sheet } from './collections.ts'
import { type CaseContext, type PoolMember, refuse, type Turn, type Turned } from './events.ts'
import type { PanelRuleOf } from './procedure.ts'
import {
  currentPart,
  isBlank,
  isParty,
  needsNote,
  ownStep,
  refusedParty,
  stepHere,
  visitIndex,
  wrongState,
} from './standing.ts'
import { isWhole, tally } from './tally.ts'

/** Takes a seed and publishes its digest, before anybody knows the list. Also where a panel ran out of substitutes. */
export const beginDraw: Turn<'begin-draw'> = (state, _event, context) => {
  const rule = ruleFor(state, context)
  if ('kind' in rule) return rule
  const before = currentPart(state, state.panel)
  if (before !== undefined && !isShort(before, rule.size)) {
    return wrongState('The draw was begun already', '抽签已开始')
  }
  const { seed, seals, at } = context
  const seedDigest = seedDigestOf(seed)
  const round = (before?.round ?? 0) + 1
  const panel: Panel = {
    visit: visitIndex(state),
    round,
    seedDigest,
    begunAt: at,
    excluded: [],
    members: [],
  }
  return {
    kind: 'done',
    next: { ...state, panel, sealed: { seed: seals.close(seedPlace(panel), seed) } },
    entry: { section: 'panel', more: { seedDigest, round } },
  }
}

/** Freezes who can be drawn. Who belongs to a party of the case is left out, with that reason. */
export const freezePool: Turn<'freeze-pool'> = (state, event, context) => {
  const rule = ruleFor(state, context)
  if ('kind' in rule) return rule
  const panel = currentPart(state, state.panel)
  if (panel === undefined || panel.pool !== undefined) {
    return wrongState(
      'The list is frozen once, after the seed’s digest is published',
      '公布种子摘要后方可冻结名单，且仅一次',
    )
  }
  const ids = event.pool.map((it) => it.id)
  if (ids.length > POOL_MAX || new Set(ids).size < ids.length) {
    return refuse(
      'incomplete',
      `A list has at most ${POOL_MAX} persons, each once`,
      `名单最多 ${POOL_MAX} 人，不得重复`,
    )
  }
  const related = event.pool.filter((it) => isRelated(state, it)).map((it) => it.id)
  const pool = ids.filter((it) => !related.includes(it)).toSorted()
  if (pool.length < rule.size) {
    return refuse(
      'incomplete',
      `A panel of ${rule.size} cannot be drawn from ${pool.length}`,
      `${pool.length} 人中无法抽取 ${rule.size} 名评审`,
    )
  }
  const excluded = related.map((id) => ({ id, reason: 'related' }))
  return {
    kind: 'done',
    next: { ...state, panel: { ...panel, pool, excluded } },
    entry: { section: 'panel', more: { digest: listDigest(pool), count: pool.length } },
  }
}

/** Draws: the seed is told, and with it the order of the whole list. The first are in, the others substitutes in order. */
export const drawPanel: Turn<'draw'> = (state, _event, context) => {
  const rule = ruleFor(state, context)
  if ('kind' in rule) return rule
  const panel = currentPart(state, state.panel)
  const sealed = state.sealed?.seed
  if (panel?.pool === undefined || sealed === undefined) {
    return wrongState('There is no frozen list to draw from', '没有可供抽签的名单')
  }
  const seed = context.seals.open(seedPlace(panel), sealed)
  if (typeof seed !== 'string') return notOpened()
  const order = [...draw(seed, panel.pool)]
  const members = order.slice(0, rule.size).map((id) => ({ id, state: 'asked' as const }))
  const { sealed: _, ...rest } = state
  return {
    kind: 'done',
    next: { ...rest, panel: { ...panel, seed, order, members } },
    entry: { section: 'panel', more: { seed, members: members.map((it) => it.id) } },
  }
}

/** A member says whether they are related to the case. Who is leaves, and the next in order comes in. */
export const declareInterest: Turn<'declare-interest'> = (state, event, { actor }) => {
  const panel = currentPart(state, state.panel)
  const member = panel?.members.find((it) => it.id === actor.author.id)
  if (panel === undefined || member === undefined || member.state === 'out') return notMember()
  if (panel.opened !== undefined) return isOpen()
  if (event.related) {
    if (isBlank(event.note)) return needsNote()
    return left(state, panel, member.id)
  }
  if (isParty(state, actor)) return refusedParty()
  if (member.state === 'free') return wrongState('You said so already', '您已作声明')
  return {
    kind: 'done',
    next: { ...state, panel: withMember(panel, member.id, 'free') },
    entry: { section: 'panel', more: { related: false } },
  }
}

/** Takes a member out, with a reason; what they scored is thrown away unread. */
export const excludeMember: Turn<'exclude-member'> = (state, event, context) => {
  const rule = ruleFor(state, context)
  if ('kind' in rule) return rule
  const panel = currentPart(state, state.panel)
  const member = panel?.members.find((it) => it.id === event.member && it.state !== 'out')
  if (panel === undefined || member === undefined) {
    return wrongState('This person is not in the panel', '该人员不在评审组内')
  }
  if (panel.opened !== undefined) return isOpen()
  if (isBlank(event.note)) return needsNote()
  return left(state, panel, member.id)
}

/** A member scores, once and for good. With the last of them all sheets are opened, and not before. */
export const score: Turn<'score'> = (state, event, context) => {
  const { actor, procedure, seals } = context
  const rule = stepHere(state, procedure).panel
  const panel = currentPart(state, state.panel)
  const { id } = actor.author
  const member = panel?.members.find((it) => it.id === id)
  if (rule === undefined || panel === undefined || member === undefined) return notMember()
  if (member.state === 'out') return notMember()
  if (isParty(state, actor)) return refusedParty()
  if (member.state === 'asked') {
    return wrongState('Say first whether you are related to the case', '请先作利害关系声明')
  }
  const before = state.sealed?.sheets ?? {}
  if (panel.opened !== undefined || Object.hasOwn(before, id)) {
    return wrongState('You have scored; a score is final', '您已评分，评分不可更改')
  }
  if (!isWhole(rule.tally, event.sheet)) {
    return refuse(
      'incomplete',
      'The sheet has a mark within its bounds for each criterion, or a vote',
      '请按评分标准在范围内逐项打分，或投票',
    )
  }
  const sheets = { ...before, [id]: seals.close(sheetPlace(panel, id), event.sheet) }
  const seated = panel.members.filter((it) => it.state !== 'out')
  const isLast = seated.length === rule.size && seated.every((it) => Object.hasOwn(sheets, it.id))
  if (isLast) return allOpened(state, { panel, rule, sheets }, context)
  return { kind: 'done', next: { ...state, sealed: { sheets } }, entry: { section: 'panel' } }
}

type Whole = {
  readonly panel: Panel
  readonly rule: PanelRuleOf
  readonly sheets: Readonly<Record<string, string>>
}

function allOpened(state: Case, whole: Whole, { seals, at }: CaseContext): Turned {
  const { panel, rule } = whole
  const sheets: Record<string, Sheet> = {}
  for (const [id, closed] of Object.entries(whole.sheets)) {
    const sheet = seals.open(sheetPlace(panel, id), closed)
    if (sheet === undefined) return notOpened()
    sheets[id] = sheet as Sheet
  }
  const opened = { at, sheets, tally: tally(rule.tally, sheets) }
  const { sealed: _, ...rest } = state
  // the entry is as that of any other: what was found stands in the case
  return {
    kind: 'done',
    next: { ...rest, panel: { ...panel, opened } },
    entry: { section: 'panel' },
  }
}

/** Where the seed of a panel is sealed. */
export function seedPlace({ visit, round }: Panel): readonly string[] {
  return ['seed', `${visit}`, `${round}`]
}

/** Where the sheet of a member is sealed. */
export function sheetPlace({ visit, round }: Panel, member: string): readonly string[] {
  return ['sheet', `${visit}`, `${round}`, member]
}

/** Who has still to score. It tells nothing of what others did. */
export function waitingFor({ sealed }: Case, { members, opened }: Panel): readonly string[] {
  if (opened !== undefined) return []
  const sheets = sealed?.sheets ?? {}
  return members
    .filter((it) => it.state !== 'out' && !Object.hasOwn(sheets, it.id))
    .map((it) => it.id)
}

/** Fewer than there should be, and nobody left to come in. */
export function isShort({ order, members, opened }: Panel, size: number): boolean {
  if (order === undefined || opened !== undefined) return false
  return members.filter((it) => it.state !== 'out').length < size
}

function ruleFor(state: Case, context: CaseContext): PanelRuleOf | Turned {
  const step = ownStep(state, context)
  if ('kind' in step) return step
  return step.panel ?? wrongState('No panel sits in this step', '该步骤没有专家评审')
}

function isRelated({ applicant, parties }: Case, { organisations }: PoolMember): boolean {
  return organisations.some((it) => it === applicant || parties.includes(it))
}

function withMember(panel: Panel, id: string, state: Panel['members'][number]['state']): Panel {
  return { ...panel, members: panel.members.map((it) => (it.id === id ? { id, state } : it)) }
}

function left(state: Case, panel: Panel, id: string): Turned {
  const out = withMember(panel, id, 'out')
  const substitute = panel.order?.[panel.members.length]
  const members =
    substitute === undefined
      ? out.members
      : [...out.members, { id: substitute, state: 'asked' as const }]
  const { [id]: _, ...sheets } = state.sealed?.sheets ?? {}
  return {
    kind: 'done',
    next: { ...state, panel: { ...out, members }, sealed: { sheets } },
    entry: {
      section: 'panel',
      more: { out: id, ...(substitute !== undefined && { in: substitute }) },
    },
  }
}

function notMember(): Turned {
  return refuse('not-allowed', 'You are not in this panel', '您不在该评审组内')
}

function notOpened(): Turned {
  return wrongState(
    'What is sealed here does not open: the key it was sealed with is not in the node’s key folder. The operator restores it from a backup',
    '密封内容无法开启：节点密钥目录中没有当时所用的密钥，请运营人员从备份中恢复',
  )
}

function isOpen(): Turned {
  return wrongState('The scores are open already', '评分已开启')
}
