import type { Calendar } from './calendar.ts'
import type { Case, CaseEntry } from './collections.ts'
import { roleOfUnit } from './consultation.ts'
import { type Deadline, deadlinesOf } from './deadlines.ts'
import type { Actor } from './events.ts'
import { waitingFor } from './panel.ts'
import { APPLICANT, APPLICANT_SEES, type Procedure, type Section } from './procedure.ts'
import { currentPart, isApplicant, isParty } from './standing.ts'

/** The roles that an actor really holds in a case, of those that a room gave them; none: they may not know of it. */
export function heldRoles(state: Case, actor: Actor, { roles }: Procedure): ReadonlySet<string> {
  const held = new Set<string>()
  if (isApplicant(state, actor)) held.add(APPLICANT)
  if (isParty(state, actor)) return held
  // who was in it, or was asked, in a step that is over needs the case no more
  const members = currentPart(state, state.panel)?.members ?? []
  const isIn = members.some((it) => it.id === actor.author.id && it.state !== 'out')
  const asked = currentPart(state, state.consultation)?.units ?? []
  const units = asked.map((it) => roleOfUnit(it.unit))
  for (const role of actor.roles.filter((it) => it !== APPLICANT)) {
    const ofPanel = roles.find((it) => it.id === role)?.ofPanel === true
    const isHeld = role.startsWith(roleOfUnit('')) ? units.includes(role) : !ofPanel || isIn
    if (isHeld) held.add(role)
  }
  return held
}

/** What the roles that somebody holds in a case show of it. */
export function sectionsFor(state: Case, actor: Actor, procedure: Procedure): ReadonlySet<Section> {
  const held = heldRoles(state, actor, procedure)
  const sees = procedure.roles.filter((it) => held.has(it.id)).flatMap((it) => it.sees)
  return new Set(held.has(APPLICANT) ? [...sees, ...APPLICANT_SEES] : sees)
}

export type CaseView = Pick<Case, 'receipt' | 'receivedAt' | 'state' | 'step' | 'ended' | 'pins'> &
  Partial<
    Pick<Case, 'call' | 'applicant' | 'parties' | 'content' | 'correction' | 'consultation'>
  > & {
    readonly entries?: number
    readonly deadlines?: readonly Deadline[]
    readonly panel?: unknown
    readonly notice?: Case['notice']
    readonly approval?: unknown
  }

type Seen = {
  readonly actor: Actor
  readonly procedure: Procedure
  readonly calendars: ReadonlyMap<string, Calendar>
}

/** A case as somebody may see it; undefined where they may not know of it. Of what is sealed nothing is in it for anybody. */
export function viewCase(state: Case, { actor, procedure, calendars }: Seen): CaseView | undefined {
  if (heldRoles(state, actor, procedure).size === 0) return undefined
  const sees = sectionsFor(state, actor, procedure)
  const { receipt, receivedAt, step, ended, pins, call } = state
  const { applicant, parties, content, correction, consultation, notice, entries } = state
  return {
    receipt,
    receivedAt,
    state: state.state,
    step,
    pins,
    ...(ended !== undefined && { ended }),
    ...(call !== undefined && { call }),
    ...(sees.has('applicant') && { parties, ...(applicant !== undefined && { applicant }) }),
    ...(sees.has('content') && { content }),
    ...(sees.has('thread') && { entries }),
    ...(sees.has('thread') && correction && { correction }),
    ...(sees.has('clocks') && { deadlines: deadlinesOf(state, { procedure, calendars }) }),
    ...(sees.has('consultation') && consultation && { consultation }),
    ...(sees.has('notice') && notice && { notice }),
    ...panelView(state, sees),
    ...approvalView(state, sees),
  }
}

function panelView(state: Case, sees: ReadonlySet<Section>): { readonly panel?: unknown } {
  if (state.panel === undefined || !(sees.has('panel') || sees.has('scores'))) return {}
  const { opened, ...panel } = state.panel
  const shown = sees.has('panel') ? { ...panel, waitingFor: waitingFor(state, state.panel) } : {}
  const scores = sees.has('scores') && opened !== undefined ? { opened } : {}
  return { panel: { ...shown, ...scores, isOpen: opened !== undefined } }
}

function approvalView(
  { approval }: Case,
  sees: ReadonlySet<Section>,
): { readonly approval?: unknown } {
  if (approval === undefined || !sees.has('approval')) return {}
  const { persons, ...rest } = approval
  return { approval: sees.has('people') ? { ...rest, persons } : rest }
}

export type EntryView = Omit<CaseEntry, 'fingerprint' | 'author' | 'decision' | 'section'> & {
  readonly author?: CaseEntry['author']
  readonly decision?: string
}

/** An entry of the thread as somebody may see it; undefined: not at all. */
export function viewEntry(
  state: Case,
  entry: CaseEntry,
  { actor, procedure }: Pick<Seen, 'actor' | 'procedure'>,
): EntryView | undefined {
  const sees = sectionsFor(state, actor, procedure)
  const { fingerprint: _, author, decision, section, more, note, ...rest } = entry
  const isOwn = author.kind === actor.author.kind && author.id === actor.author.id
  if (!isOwn && isHidden(state, entry, sees)) return undefined
  const isObjection = entry.deed === 'object'
  const tellsWho = isOwn || sees.has(isObjection ? 'objectors' : 'people')
  const shown = isObjection && !tellsWho ? without(more, 'objector') : more
  // whom a member is related to is between them and those who know the people
  const tellsNote = tellsWho || entry.deed !== 'declare-interest'
  return {
    ...rest,
    ...(tellsNote && note !== undefined && { note }),
    ...(shown !== undefined && { more: shown }),
    ...(decision !== undefined && { decision: decision.outcome }),
    ...(tellsWho && { author }),
  }
}

function isHidden(
  { panel }: Case,
  { deed, section }: CaseEntry,
  sees: ReadonlySet<Section>,
): boolean {
  if (!sees.has('thread') || !sees.has(section as Section)) return true
  // that somebody scored is told once the scores are
  return deed === 'score' && panel?.opened === undefined
}

function without(
  more: CaseEntry['more'],
  member: string,
): Readonly<Record<string, unknown>> | undefined {
  if (more === undefined) return undefined
  const { [member]: _, ...rest } = more
  return rest
}
