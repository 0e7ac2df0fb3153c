import { commitDecided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { actsFor, postOf } from '../cases/actors.ts'
import { PROPOSALS, type Proposal, type ProposalWish, type StoredProposal } from './collections.ts'
import {
  dayAt,
  departmentsOf,
  digestOf,
  emptied,
  idUnder,
  notThere,
  type PapersDeps,
  plainAll,
  regionFindings,
  requireNone,
  requirePerson,
  requireSameAsked,
  requireVersion,
  whoIs,
  wrongField,
  wrongState,
} from './parts.ts'

/** @throws Problem `not-found` */
export async function readProposal({ documents }: PapersDeps, id: string): Promise<StoredProposal> {
  const stored = await documents.get(PROPOSALS, id)
  if (stored === undefined) throw notThere('proposal', '建议提案')
  return stored
}

/** Takes a proposal in; the same key again answers the same. @throws Problem `invalid-input` */
export async function takeProposal(
  deps: PapersDeps,
  caller: Caller,
  { key, wish }: { readonly key: string; readonly wish: ProposalWish },
): Promise<StoredProposal> {
  authorise(caller, 'policy.publish')
  requirePerson(caller)
  const author = authorOf(caller)
  const id = idUnder('q', caller, key)
  const fingerprint = digestOf(wish)
  const known = await deps.documents.get(PROPOSALS, id)
  if (known !== undefined) {
    requireSameAsked(known.body, fingerprint, { en: 'proposal', zh: '件建议提案' })
    return known
  }
  const written = await judged(deps, wish)
  const drafters = [whoIs(caller)]
  const put: Proposal = { ...written, state: 'open', drafters, opinions: [], fingerprint }
  await deps.documents.commit([{ collection: PROPOSALS, id, expected: 0, put }], { author })
  return await readProposal(deps, id)
}

/** Writes a proposal and its reply anew, whole; opinions of units that are asked no more go. */
export async function writeProposal(
  deps: PapersDeps,
  caller: Caller,
  { id, version, wish }: { id: string; version: number; wish: ProposalWish },
): Promise<void> {
  authorise(caller, 'policy.publish')
  requirePerson(caller)
  const stored = await readProposal(deps, id)
  requireVersion(stored, version)
  const { state, drafters, opinions, fingerprint } = stored.body
  if (state !== 'open') throw wrongState('Its reply is put forward', '答复已提交审核')
  const written = await judged(deps, wish)
  const put: Proposal = {
    ...written,
    state,
    drafters: [...new Set([...drafters, whoIs(caller)])],
    opinions: opinions.filter((it) => written.jointUnits.includes(it.unit)),
    fingerprint,
  }
  const write = { collection: PROPOSALS, id, expected: version, put }
  await deps.documents.commit([write], { author: authorOf(caller) })
}

async function judged(deps: PapersDeps, wish: ProposalWish): Promise<ProposalWish> {
  const written = plainAll(wish)
  const open = await deps.rules.open()
  const units = new Set(departmentsOf(open, written.region).map((it) => it.id))
  const fields: FieldProblem[] = [...emptied(written), ...regionFindings(open, written.region)]
  const named: [string, string | undefined][] = [
    ['/leadUnit', written.leadUnit],
    ...written.jointUnits.map((it, at): [string, string] => [`/jointUnits/${at}`, it]),
    ...written.points.map((it, at): [string, string | undefined] => [
      `/points/${at}/unit`,
      it.unit,
    ]),
  ]
  for (const [path, unit] of named) {
    if (unit !== undefined && !units.has(unit)) {
      const reason = { en: 'there is no such office in this region', zh: '该区域没有此部门' }
      fields.push(wrongField(path, reason))
    }
  }
  if (written.dueOn !== undefined && written.dueSource === undefined) {
    const reason = { en: 'say what the term rests on', zh: '请说明时限依据' }
    fields.push(wrongField('/dueSource', reason))
  }
  if (written.publicity === 'summary' && written.summary === undefined) {
    const reason = { en: 'the summary that is published is missing', zh: '请填写公开的摘要' }
    fields.push(wrongField('/summary', reason))
  }
  requireNone(fields)
  return written
}

export type ProposalDeed =
  | {
      readonly do: 'opinion'
      readonly unit: string
      readonly opinion: 'agrees' | 'comments' | 'objects'
      readonly word?: string
    }
  | { readonly do: 'put-forward' }
  | { readonly do: 'put-back' }
  | { readonly do: 'answer' }

/**
 * A deed on a proposal: a joint unit's opinion, then the reply put forward, then signed by somebody who did not write it.
 * @throws Problem `wrong-state`, `stale-version`, `not-authorised`
 */
export async function actOnProposal(
  deps: PapersDeps,
  caller: Caller,
  {
    id,
    version,
    deed,
  }: { readonly id: string; readonly version: number; readonly deed: ProposalDeed },
): Promise<void> {
  const adopts = deed.do === 'answer' && mayDo(caller, 'policy.adopt')
  if (!adopts) authorise(caller, 'policy.publish')
  if (deed.do === 'answer') requirePerson(caller)
  if (deed.do === 'opinion') await requirePost(deps, caller, deed.unit)
  const by = whoIs(caller)
  await commitDecided(deps.documents, authorOf(caller), async () => {
    const stored = await readProposal(deps, id)
    if (deed.do === 'answer' && stored.body.answered?.by === by) {
      return { writes: [], answer: undefined }
    }
    requireVersion(stored, version)
    const put = turned(stored.body, plainAll(deed), { by, at: deps.clock() })
    const write = { collection: PROPOSALS, id, expected: stored.version, put }
    return { writes: [write], answer: undefined }
  })
}

async function requirePost({ documents }: PapersDeps, caller: Caller, unit: string) {
  if (actsFor(await postOf(documents, caller), unit)) return
  throw new Problem('not-authorised', {
    en: 'Only somebody of that office gives its opinion',
    zh: '仅该部门人员可提交会办意见',
  })
}

function turned(
  body: Proposal,
  deed: ProposalDeed,
  made: { readonly by: string; readonly at: number },
): Proposal {
  switch (deed.do) {
    case 'opinion': {
      if (body.state !== 'open') throw wrongState('Its reply is put forward', '答复已提交审核')
      if (!body.jointUnits.includes(deed.unit)) {
        throw wrongState('That office is not asked', '该部门不是会办单位')
      }
      const { do: _, ...opinion } = deed
      const others = body.opinions.filter((it) => it.unit !== deed.unit)
      return { ...body, opinions: [...others, { ...opinion, ...made }] }
    }
    case 'put-forward':
      return { ...complete(body), state: 'put-forward', putForward: made }
    case 'put-back': {
      if (body.state !== 'put-forward') throw wrongState('It is not put forward', '尚未提交审核')
      const { putForward: _, ...rest } = body
      return { ...rest, state: 'open' }
    }
    case 'answer': {
      if (body.state !== 'put-forward') throw wrongState('It is not put forward', '尚未提交审核')
      if (body.drafters.includes(made.by)) {
        throw new Problem('not-authorised', {
          en: 'Whoever wrote the reply cannot sign it: another person must',
          zh: '起草人不能签发自己起草的答复，须由他人复核',
        })
      }
      return { ...body, state: 'answered', answered: { ...made, day: dayAt(made.at) } }
    }
  }
}

/** Every point answered and every joint unit heard. */
function complete(body: Proposal): Proposal {
  if (body.state !== 'open') throw wrongState('It is put forward already', '已提交审核')
  const open = body.points.flatMap((it, at) => (it.answer === undefined ? [at + 1] : []))
  if (open.length > 0) {
    const list = open.join(', ')
    throw wrongState(`Points without an answer: ${list}`, `尚未答复的问题：${list}`)
  }
  const heard = new Set(body.opinions.map((it) => it.unit))
  const silent = body.jointUnits.filter((it) => !heard.has(it))
  if (silent.length > 0) {
    const list = silent.join(', ')
    throw wrongState(`Joint offices not heard yet: ${list}`, `会办单位尚未回复：${list}`)
  }
  return body
}
