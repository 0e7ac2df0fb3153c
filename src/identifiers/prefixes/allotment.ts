import type { Documents, DocumentWrite } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import type { PrefixKey } from '../handle.ts'
import type { RecordStore } from '../store/store.ts'
import { TEMPLATES } from '../templates/stored-template.ts'
import { afterAct, type PrefixAct, QUARANTINE_MS } from './acts.ts'
import type { PrefixBook } from './book.ts'
import { nodeSettingsOf } from './node-settings.ts'
import { PREFIX_NUMBERS, PREFIXES, type Prefix, parentOf, type StoredPrefix } from './prefix.ts'
import { parseHostedPrefix, parseSegment } from './segments.ts'

/** Numbers looked at above the next one, when wishes have taken it. */
const NUMBERS_TRIED_MAX = 1000
/** Tries when someone else commits to the same documents in between. */
const TRIES_MAX = 8

export type PrefixDeps = {
  readonly documents: Documents
  readonly store: Pick<RecordStore, 'counts'>
  readonly book: PrefixBook
  readonly clock: Clock
  /** Whether an enterprise may be given prefixes: it is admitted and not suspended. */
  readonly isAdmitted: (enterprise: string) => Promise<boolean>
}

/** Below the node (a wish is one segment), or any prefix by its full name. No enterprise: the node's own. */
export type Allotment =
  | { readonly enterprise: string; readonly wish?: string }
  | { readonly enterprise?: string; readonly prefix: string }

export type Allotted = {
  readonly key: PrefixKey
  readonly prefix: Prefix
  readonly writes: readonly DocumentWrite[]
}

/**
 * The writes that allot a prefix, for a commit of the caller's (an enterprise's admission). The commit fails with
 * `stale-version` when another allotment came first: ask again and retry. Call `book.refresh()` after it.
 * @throws Problem `already-exists`, `wrong-state` (in quarantine), `invalid-input`
 */
export async function allotmentWrites(
  deps: Pick<PrefixDeps, 'documents' | 'store' | 'clock'>,
  allotment: Allotment,
): Promise<Allotted> {
  const named = await namedPrefix(deps, allotment)
  const chosen: Chosen = named ?? (await nextNumber(deps))
  const stored = await deps.documents.get(PREFIXES, chosen.key)
  if (stored !== undefined) await checkFree(deps, stored, allotment.enterprise)
  const parent = await knownParent(deps, chosen.key)
  const { enterprise } = allotment
  const prefix: Prefix = {
    spelled: stored?.body.spelled ?? chosen.spelled,
    ...(enterprise !== undefined && { enterprise }),
    ...(parent !== undefined && { parent }),
    state: 'active',
    hosting: { kind: 'here' },
    allottedAt: deps.clock(),
  }
  const expected = stored?.version ?? 0
  const write: DocumentWrite = { collection: PREFIXES, id: chosen.key, expected, put: prefix }
  return { key: chosen.key, prefix, writes: [write, ...(chosen.also ?? [])] }
}

type Chosen = {
  readonly spelled: string
  readonly key: PrefixKey
  /** What else the commit must write. */
  readonly also?: readonly DocumentWrite[]
}
type Docs = Pick<PrefixDeps, 'documents'>

async function namedPrefix(deps: Docs, allotment: Allotment): Promise<Chosen | undefined> {
  if ('prefix' in allotment) return parseHostedPrefix(allotment.prefix)
  if (allotment.wish === undefined) return undefined
  const { nodePrefix } = await nodeSettingsOf(deps.documents)
  const wish = allotment.wish.trim()
  const below = wish.startsWith(`${nodePrefix}.`) ? wish.slice(nodePrefix.length + 1) : wish
  return parseSegment(nodePrefix, below, '/wish')
}

/** The next free number below the node, and the write that moves the counter on. */
async function nextNumber(deps: Docs): Promise<Chosen> {
  const { nodePrefix } = await nodeSettingsOf(deps.documents)
  const parent = parseHostedPrefix(nodePrefix).key
  const counter = await deps.documents.get(PREFIX_NUMBERS, parent)
  const first = counter?.body.next ?? 1
  for (let number = first; number < first + NUMBERS_TRIED_MAX; number++) {
    const chosen = parseSegment(nodePrefix, String(number))
    if ((await deps.documents.get(PREFIXES, chosen.key)) !== undefined) continue
    const write: DocumentWrite = {
      collection: PREFIX_NUMBERS,
      id: parent,
      expected: counter?.version ?? 0,
      put: { next: number + 1 },
    }
    return { ...chosen, also: [write] }
  }
  throw new Problem('wrong-state', {
    en: `The next ${NUMBERS_TRIED_MAX} numbers from ${first} are all taken; choose one by wish`,
    zh: `从 ${first} 起的 ${NUMBERS_TRIED_MAX} 个编号均已占用，请指定编号`,
  })
}

async function knownParent(deps: Docs, key: PrefixKey): Promise<PrefixKey | undefined> {
  const parent = parentOf(key)
  if (parent === undefined) return undefined
  return (await deps.documents.get(PREFIXES, parent)) === undefined ? undefined : parent
}

/**
 * A released prefix goes back to its last holder at any time. To another it goes only after the quarantine, and only if
 * nothing was ever registered or described under it: codes that are printed must never come to mean another firm's things.
 */
async function checkFree(
  deps: Pick<PrefixDeps, 'documents' | 'store' | 'clock'>,
  { id, body }: StoredPrefix,
  enterprise: string | undefined,
): Promise<void> {
  const { release } = body
  if (release === undefined) throw taken(body.spelled)
  if (body.enterprise === enterprise) return
  const freeAt = release.at + QUARANTINE_MS
  const date = new Date(freeAt).toISOString().slice(0, 10)
  if (deps.clock() < freeAt) {
    throw new Problem('wrong-state', {
      en: `${body.spelled} was released and is kept free until ${date}`,
      zh: `${body.spelled} 已释放，保留期至 ${date}`,
    })
  }
  const { total } = await deps.store.counts(id as PrefixKey)
  const templates = await deps.documents.count(TEMPLATES, { prefix: id })
  if (total > 0 || templates > 0) throw taken(body.spelled)
}

function taken(spelled: string): Problem {
  return new Problem('already-exists', {
    en: `The prefix ${spelled} is taken`,
    zh: `前缀 ${spelled} 已被占用`,
  })
}

export type Stamped = {
  readonly author: Author
  readonly note?: string
  /** Refused as `stale-version` if the prefix is not at this version; absent: whatever it is at. */
  readonly expected?: number
}

/** `also`: writes of the caller's for the same commit. */
type AllotOptions = Stamped & { readonly also?: (allotted: Allotted) => readonly DocumentWrite[] }

/** Allots and commits. @throws Problem as `allotmentWrites`; `not-found` for an enterprise that may not have one. */
export async function allot(
  deps: PrefixDeps,
  allotment: Allotment,
  { author, note, also }: AllotOptions,
): Promise<StoredPrefix> {
  const { enterprise } = allotment
  if (enterprise !== undefined && !(await deps.isAdmitted(enterprise))) {
    throw new Problem('not-found', {
      en: 'There is no admitted enterprise with this id',
      zh: '没有该编号的已准入企业',
    })
  }
  return await retried(async () => {
    const allotted = await allotmentWrites(deps, allotment)
    const writes = [...allotted.writes, ...(also?.(allotted) ?? [])]
    await deps.documents.commit(writes, { author, ...(note !== undefined && { note }) })
    return await read(deps, allotted.key)
  })
}

/** A prefix below one that the enterprise has, for the same enterprise. @throws Problem */
export async function derive(
  deps: PrefixDeps,
  parent: StoredPrefix,
  { segment, ...stamped }: Stamped & { readonly segment: string },
): Promise<StoredPrefix> {
  if (parent.body.state !== 'active') {
    throw new Problem('wrong-state', {
      en: 'Only an active prefix can be derived from',
      zh: '只有正常状态的前缀才能派生下级前缀',
    })
  }
  const { enterprise, spelled } = parent.body
  const child = parseSegment(spelled, segment)
  const whose = enterprise === undefined ? {} : { enterprise }
  return await allot(deps, { ...whose, prefix: child.spelled }, stamped)
}

/** Does one act and commits it with its reason. @throws Problem `wrong-state`, `stale-version`, `not-found` */
export async function act(
  deps: PrefixDeps,
  key: PrefixKey,
  { act: wish, author, expected }: Stamped & { readonly act: PrefixAct },
): Promise<StoredPrefix> {
  return await retried(
    async () => {
      const stored = await read(deps, key)
      if (wish.act === 'release') await checkReleasable(deps, key)
      const put = afterAct(stored.body, wish, deps.clock())
      const write = { collection: PREFIXES, id: key, expected: expected ?? stored.version, put }
      await deps.documents.commit([write], { author, note: noteOf(wish) })
      return await read(deps, key)
    },
    expected === undefined ? TRIES_MAX : 1,
  )
}

async function checkReleasable(deps: PrefixDeps, key: PrefixKey): Promise<void> {
  const { nodePrefix } = await nodeSettingsOf(deps.documents)
  const below = { parent: key, state: { in: ['active', 'suspended', 'held'] } }
  const children = await deps.documents.count(PREFIXES, below)
  if (children === 0 && parseHostedPrefix(nodePrefix).key !== key) return
  throw new Problem('wrong-state', {
    en: 'Release the prefixes that derive from it first',
    zh: '请先释放其派生前缀',
  })
}

function noteOf(wish: PrefixAct): string {
  switch (wish.act) {
    case 'hold':
      return `hold: ${wish.order}, ${wish.authority}: ${wish.reason}`
    case 'suspend':
    case 'release':
      return `${wish.act}: ${wish.reason}`
    case 'resume':
    case 'lift':
    case 'delegate':
    case 'take-back':
      return wish.act
  }
}

/** The prefix as it stands, told to the book at once. @throws Problem `not-found` */
export async function read(
  deps: Pick<PrefixDeps, 'documents' | 'book'>,
  key: PrefixKey,
): Promise<StoredPrefix> {
  const stored = await deps.documents.get(PREFIXES, key)
  if (stored === undefined) throw noPrefix()
  deps.book.note(key, stored.version, stored.body)
  return stored
}

export function noPrefix(): Problem {
  return new Problem('not-found', { en: 'There is no such prefix', zh: '没有该前缀' })
}

async function retried<T>(attempt: () => Promise<T>, triesMax = TRIES_MAX): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      const isRace = error instanceof Problem && error.code === 'stale-version'
      if (!isRace || tries >= triesMax) throw error
    }
  }
}
