import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { commitDecided } from '../access/access.ts'
import { authorOf } from '../access/caller.ts'
import { KEYS, USERS } from '../access/collections.ts'
import { authorise, type Caller } from '../access/permissions.ts'
import type { Documents, DocumentWrite } from '../documents/documents.ts'
import type { PartiesDeps } from './deps.ts'
import {
  ENTERPRISE_CODES,
  type Enterprise,
  type NewCase,
  readEnterprise,
  type StoredEnterprise,
  staleEnterprise,
  withCase,
} from './enterprise.ts'
import { noticeOf } from './notice.ts'
import { changedMembers } from './revision.ts'
import { ENTRY_PATHS } from './wish.ts'

export type Decision = {
  readonly decision: 'approve' | 'return' | 'reject'
  readonly reasons?: readonly { readonly path: string; readonly reason: string }[]
  readonly note?: string
  /** The version the reviewer looked at. */
  readonly version: number
  /** Instead of the enterprise's own wish; empty: whichever prefix comes next. */
  readonly prefixWish?: string
}

/**
 * Decides what waits: an application, or a change of an admitted enterprise. What an approval brings with it is in the same
 * commit. Throws `not-authorised` for one's own, `stale-version`, `wrong-state`, `already-exists` (another enterprise holds
 * the social credit code, or the prefix is taken).
 */
export async function decide(
  deps: PartiesDeps,
  caller: Caller,
  id: string,
  decision: Decision,
): Promise<void> {
  authorise(caller, 'enterprises.review')
  requireReasons(decision)
  const { documents } = deps.access
  const author = authorOf(caller)
  const note = `enterprise ${decision.decision}`
  await commitDecided(documents, author, async () => {
    const stored = await readEnterprise(documents, id)
    await requireOther(documents, caller, stored)
    if (stored.version !== decision.version) throw staleEnterprise()
    if (stored.body.waiting === undefined) throw nothingWaits()
    const writes = await writesFor(deps, stored, { decision, author })
    return {
      writes: [...writes, ...noticeOf(deps.access, stored, writes)],
      answer: undefined,
      note,
    }
  })
}

type Deciding = { readonly decision: Decision; readonly author: Author }

async function writesFor(
  deps: PartiesDeps,
  stored: StoredEnterprise,
  { decision, author }: Deciding,
): Promise<readonly DocumentWrite[]> {
  const at = deps.access.clock()
  const change = stored.body.waiting === 'change'
  const { waiting: _, waitingSince: __, ...rest } = stored.body
  const { reasons = [], note } = decision
  const told = (kind: NewCase['kind']): NewCase => ({ kind, at, author, reasons, note })
  switch (decision.decision) {
    case 'approve':
      return change
        ? await changeApproved(deps.access.documents, stored, told('change-approved'))
        : await admitted(deps, stored, { decision, author })
    case 'return':
      if (change) return withCase(stored, rest, told('change-returned'))
      return withCase(stored, { ...rest, state: 'returned' }, told('returned'))
    case 'reject': {
      const { pending: ___, ...settled } = rest
      if (change) return withCase(stored, settled, told('change-rejected'))
      return withCase(stored, { ...settled, state: 'rejected' }, told('rejected'))
    }
  }
}

async function admitted(
  deps: PartiesDeps,
  stored: StoredEnterprise,
  { decision, author }: Deciding,
): Promise<readonly DocumentWrite[]> {
  const { id, body } = stored
  const at = deps.access.clock()
  const { waiting: _, waitingSince: __, ...rest } = body
  const wish = decision.prefixWish ?? body.entry.prefixWish
  const { note, reasons = [] } = decision
  const told = { kind: 'approved', at, author, note, reasons } as const
  return [
    ...withCase(stored, { ...rest, state: 'admitted', admittedAt: at }, told),
    await codeTaken(deps.access.documents, id, body.entry.uscc),
    ...(await deps.onAdmitted(
      { id, name: body.entry.name, ...(wish ? { prefixWish: wish } : {}) },
      author,
    )),
  ]
}

async function changeApproved(
  documents: Documents,
  stored: StoredEnterprise,
  told: NewCase,
): Promise<readonly DocumentWrite[]> {
  const { pending, waiting: _, waitingSince: __, ...rest } = stored.body
  const { id } = stored
  if (pending === undefined) throw nothingWaits()
  const before = rest.entry
  const changed = changedMembers(before, pending)
  const writes = withCase(stored, { ...rest, entry: pending }, { ...told, changed })
  if (before.uscc === pending.uscc) return writes
  const freed = { collection: ENTERPRISE_CODES, id: before.uscc, delete: true } as const
  return [...writes, await codeTaken(documents, id, pending.uscc), freed]
}

/** The write that makes a social credit code this enterprise's: of two commits that try, one fails and finds it taken. */
async function codeTaken(documents: Documents, id: string, uscc: string): Promise<DocumentWrite> {
  const holder = await documents.get(ENTERPRISE_CODES, uscc)
  if (holder !== undefined && holder.body.enterprise !== id) {
    throw new Problem('already-exists', {
      en: 'An enterprise with this social credit code is admitted already',
      zh: '已有使用该统一社会信用代码的企业准入',
    })
  }
  const expected = holder?.version ?? 0
  return { collection: ENTERPRISE_CODES, id: uscc, expected, put: { enterprise: id } }
}

export type Halting = { readonly reason: string; readonly version?: number }

/** Stops an admitted enterprise; what stops with it is in the same commit. @throws Problem `wrong-state`, `stale-version` */
export async function suspend(
  deps: PartiesDeps,
  caller: Caller,
  id: string,
  halting: Halting,
): Promise<void> {
  await halt(deps, caller, id, {
    ...halting,
    from: 'admitted',
    to: 'suspended',
    kind: 'suspended',
    also: deps.onSuspended,
  })
}

/** Lets a suspended enterprise go on. @throws Problem `wrong-state`, `stale-version` */
export async function resume(
  deps: PartiesDeps,
  caller: Caller,
  id: string,
  halting: Halting,
): Promise<void> {
  await halt(deps, caller, id, {
    ...halting,
    from: 'suspended',
    to: 'admitted',
    kind: 'resumed',
    also: deps.onResumed,
  })
}

type Halt = Halting & {
  readonly from: Enterprise['state']
  readonly to: Enterprise['state']
  readonly kind: 'suspended' | 'resumed'
  readonly also: PartiesDeps['onSuspended']
}

async function halt(
  { access }: PartiesDeps,
  caller: Caller,
  id: string,
  { reason, version, from, to, kind, also }: Halt,
): Promise<void> {
  authorise(caller, 'enterprises.review')
  const { documents, clock } = access
  const author = authorOf(caller)
  await commitDecided(documents, author, async () => {
    const stored = await readEnterprise(documents, id)
    await requireOther(documents, caller, stored)
    if (version !== undefined && version !== stored.version) throw staleEnterprise()
    if (stored.body.state !== from) {
      throw new Problem('wrong-state', { en: `The enterprise is not ${from}`, zh: NOT[from] ?? '' })
    }
    const told = { kind, at: clock(), author, note: reason } as const
    const own = withCase(stored, { ...stored.body, state: to }, told)
    return {
      writes: [...own, ...(await also({ id, reason }, author)), ...noticeOf(access, stored, own)],
      answer: undefined,
      note: kind,
    }
  })
}

const NOT: Partial<Record<Enterprise['state'], string>> = {
  admitted: '该企业未处于已准入状态',
  suspended: '该企业未被暂停',
}

/** Nobody decides about an enterprise they applied for or belong to, nor does a key they made. */
async function requireOther(
  documents: Documents,
  caller: Caller,
  { id, body }: StoredEnterprise,
): Promise<void> {
  const user = await personBehind(documents, caller)
  const stored = user === undefined ? undefined : await documents.get(USERS, user)
  const belongs = stored?.body.enterprises.includes(id) === true
  if (user !== undefined && user !== body.applicant && !belongs) return
  throw new Problem('not-authorised', {
    en: 'Nobody decides about their own enterprise',
    zh: '不得审核本人所属企业',
  })
}

async function personBehind(documents: Documents, caller: Caller): Promise<string | undefined> {
  switch (caller.kind) {
    case 'anonymous':
      return undefined
    case 'user':
      return caller.id
    case 'key':
      return (await documents.get(KEYS, caller.id))?.body.createdBy
  }
}

function requireReasons({ decision, reasons = [], note = '' }: Decision): void {
  const wrong = (path: string, reason: Text) =>
    new Problem(
      'invalid-input',
      { en: 'Some fields are wrong', zh: '部分字段有误' },
      {
        fields: [{ path, reason }],
      },
    )
  for (const [at, { path }] of reasons.entries()) {
    if (ENTRY_PATHS.has(path)) continue
    throw wrong(`/reasons/${at}/path`, { en: 'is no field of the entry', zh: '不是申请字段' })
  }
  if (decision === 'approve' || reasons.length > 0 || note.trim() !== '') return
  throw wrong('/reasons', {
    en: 'say why, field by field or in the note',
    zh: '请逐项或在备注中说明原因',
  })
}

function nothingWaits(): Problem {
  return new Problem('wrong-state', {
    en: 'There is nothing to decide about this enterprise',
    zh: '该企业没有待审核事项',
  })
}
