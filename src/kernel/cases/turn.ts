import { approve, decline, putForward } from './approval.ts'
import { type Case, ENTRIES_MAX, FILES_MAX, NOTE_CHARS_MAX } from './collections.ts'
import { consult, giveOpinion } from './consultation.ts'
import { answerCorrection, lapseCorrection, requestCorrection } from './corrections.ts'
import { nextDue } from './deadlines.ts'
import {
  type CaseContext,
  type CaseEvent,
  type Deed,
  refuse,
  type Turn,
  type Turned,
} from './events.ts'
import { answerObjection, object, publishNotice } from './notice.ts'
import { beginDraw, declareInterest, drawPanel, excludeMember, freezePool, score } from './panel.ts'
import { wrongState } from './standing.ts'
import { advance, attach, withdraw } from './steps.ts'

const TURNS: { readonly [D in Deed]: Turn<D> } = {
  advance,
  attach,
  'request-correction': requestCorrection,
  'answer-correction': answerCorrection,
  'lapse-correction': lapseCorrection,
  withdraw,
  'begin-draw': beginDraw,
  'freeze-pool': freezePool,
  draw: drawPanel,
  'declare-interest': declareInterest,
  'exclude-member': excludeMember,
  score,
  consult,
  'give-opinion': giveOpinion,
  'publish-notice': publishNotice,
  object,
  'answer-objection': answerObjection,
  'put-forward': putForward,
  approve,
  decline,
}

/** Stands for chance and for what is sealed where a deed is only tried and nothing is kept. */
export const ONLY_TRIED: Pick<CaseContext, 'seed' | 'seals'> = {
  seed: '0'.repeat(64),
  seals: { close: () => 'tried', open: () => '0'.repeat(64), mark: () => 'tried' },
}

/** What can be done while a correction is out. */
const WHILE_CORRECTING: ReadonlySet<Deed> = new Set([
  'answer-correction',
  'lapse-correction',
  'withdraw',
  'attach',
])

/**
 * What a deed makes of a case: the case as it is then and an entry for its thread, or every reason why not. Pure: the same
 * case, deed and context give the same, so that a deed can be decided anew when somebody else was faster.
 */
export function turn(state: Case, event: CaseEvent, context: CaseContext): Turned {
  const { note, files = [] } = event
  if (state.state === 'ended' || state.state === 'withdrawn') {
    return wrongState('This case is closed', '该案件已办结')
  }
  if (state.state === 'correcting' && !WHILE_CORRECTING.has(event.do)) {
    return wrongState('A correction is out; the case waits for the applicant', '正在等待申请人补正')
  }
  if ((note?.length ?? 0) > NOTE_CHARS_MAX || files.length > FILES_MAX) {
    return refuse(
      'too-many',
      `A note has at most ${NOTE_CHARS_MAX} characters, and at most ${FILES_MAX} files go with it`,
      `说明最多 ${NOTE_CHARS_MAX} 个字符，附件最多 ${FILES_MAX} 个`,
    )
  }
  if (state.entries >= ENTRIES_MAX) {
    return refuse(
      'too-many',
      `A thread has at most ${ENTRIES_MAX} entries`,
      `一个案件最多 ${ENTRIES_MAX} 条记录`,
    )
  }
  const turned = (TURNS[event.do] as Turn<Deed>)(state, event, context)
  if (turned.kind === 'refused') return turned
  return { ...turned, next: withDue(turned.next, context) }
}

/** The case with what is due next of it told anew, and one entry more. */
function withDue(state: Case, context: CaseContext): Case {
  const { dueAt: _, ...rest } = state
  const dueAt = nextDue(state, context)
  return { ...rest, entries: state.entries + 1, ...(dueAt !== undefined && { dueAt }) }
}
