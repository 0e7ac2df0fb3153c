import { extname } from 'node:path'
import type { Config } from './config/settings.ts'
import { HandleKeyUses } from './identifiers/authority/key-uses.ts'
import { registrationDays } from './identifiers/claims/registration-days.ts'
import { resolutionDays } from './identifiers/claims/resolution-days.ts'
import { ImportThreads } from './identifiers/imports/import-threads.ts'
import { Imports } from './identifiers/imports/imports.ts'
import { allot } from './identifiers/prefixes/allotment.ts'
import { openPrefixBook } from './identifiers/prefixes/book.ts'
import { PREFIXES } from './identifiers/prefixes/prefix.ts'
import { protectedReads } from './identifiers/registration/protected-reads.ts'
import { Registry } from './identifiers/registration/registry.ts'
import { ResolutionCounts } from './identifiers/resolution/counts.ts'
import { openSearch, type SearchOptions, type SearchThread } from './identifiers/search/search.ts'
import { registrationCounts } from './identifiers/statistics/registration-counts.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'
import { TemplateShelf } from './identifiers/templates/shelf.ts'
import { openAccess } from './kernel/access/access.ts'
import { ReadKeeper, type ReadKeeping } from './kernel/access/read-keeping.ts'
import { ReadTally } from './kernel/access/read-tally.ts'
import { sweepExpired } from './kernel/access/sweep.ts'
import { announceCommits } from './kernel/documents/announce.ts'
import { FileShelf } from './kernel/files/shelf.ts'
import { isAdmitted, publicEnterprise } from './kernel/parties/enterprise.ts'
import { BulkSign } from './lib/bulk-sign.ts'
import type { Clock } from './lib/clock.ts'
import { Gate } from './lib/gate.ts'
import { startLoop } from './lib/loop.ts'
import { clearUnfinishedBackups } from './node-backup.ts'
import { NODE_COLLECTIONS } from './node-collections.ts'
import { startMail } from './node-mail.ts'
import { decisionRounds } from './node-parties.ts'
import { openDocuments, openNodeEvidence, openSealKey } from './node-storage.ts'
import { RulesShelf } from './policy/desk/rules-shelf.ts'
import { expireVouchers } from './policy/money/vouchers.ts'
import { lockDataFolder, makeDataFolder } from './server/data-folder.ts'
import { openLocalToken } from './server/local-token.ts'
import type { Log } from './server/log.ts'

/** A packed copy runs as JavaScript. */
const ending = extname(import.meta.filename)
const IMPORT_THREAD = new URL(`./import-thread${ending}`, import.meta.url)
const SEARCH_THREAD = new URL(`./search-thread${ending}`, import.meta.url)
const SEARCH_AFTER_MS = 1_000
/** Once the search has begun too, so that the two do not hinder each other. */
const IMPORTS_AFTER_MS = 3_000
const CLAIMS_EVERY_MS = 60_000
const DECISIONS_EVERY_MS = 1_000
const COUNTS_EVERY_MS = 2_000
const READS_EVERY_MS = 5_000
const SWEEP_EVERY_MS = 3_600_000
const EXPIRY_EVERY_MS = 60_000

export type Opening = {
  readonly stack: AsyncDisposableStack
  readonly clock: Clock
  readonly log: Log
}

/** Everything behind the routes, opened in dependency order onto the stack. */
export type Rooms = Awaited<ReturnType<typeof openRooms>>

export async function openRooms(config: Config, opening: Opening) {
  const kernel = await openKernel(config, opening)
  const identifiers = await openIdentifiers(config, kernel, opening)
  startBackground(config, { ...kernel, ...identifiers }, opening)
  const post = startMail(config, { ...kernel, ...identifiers })
  if (post !== undefined) opening.stack.use(post)
  const kinds = async () => (await import('./region-kinds.ts')).REGION_KINDS
  const rules = new RulesShelf(kinds, identifiers.documents)
  const sealKey = openSealKey(kernel.folder)
  return { ...kernel, ...identifiers, rules, sealKey, clock: opening.clock }
}

async function openKernel(config: Config, { stack, clock, log }: Opening) {
  const onError = (err: unknown) => log.error({ err }, 'background work failed')
  const gate = new Gate()
  const folder = makeDataFolder(config.data)
  stack.use(lockDataFolder(folder))
  const clearing = (await clearUnfinishedBackups(folder)).done.catch(onError)
  stack.defer(() => clearing)
  const localToken = stack.use(openLocalToken(folder))
  const options = { clock, gate, collections: NODE_COLLECTIONS }
  const [stored, evidence, store] = await Promise.all([
    ownedBy(stack, openDocuments(config, folder, options)),
    ownedBy(stack, openNodeEvidence(folder, { clock, gate })),
    ownedBy(stack, openLmdbStore({ path: folder.identifiers, gate, writing: 'thread' })),
  ])
  return { onError, gate, folder, localToken, stored, evidence, store }
}

/** What opens beside others is the stack's once it is open, or closed at once where another has failed meanwhile. */
async function ownedBy<T extends AsyncDisposable>(
  stack: AsyncDisposableStack,
  opening: Promise<T>,
): Promise<T> {
  const opened = await opening
  if (stack.disposed) await opened[Symbol.asyncDispose]()
  else stack.use(opened)
  return opened
}

type Kernel = Awaited<ReturnType<typeof openKernel>>

async function openIdentifiers(config: Config, kernel: Kernel, { stack, clock }: Opening) {
  const { folder, gate, stored, evidence, store, onError } = kernel
  const book = stack.use(await openPrefixBook({ documents: stored, onError }))
  const documents = announceCommits(stored, PREFIXES, () => book.refresh())
  const access = openAccess({ documents, clock, mails: config.smtpUrl !== undefined })
  const reads = stack.use(new ReadTally(documents, clock))
  const record = protectedReads({ reads, book })
  const keyUses = stack.use(new HandleKeyUses(documents, clock))
  const files = await FileShelf.open({ documents, folder: folder.files, gate })
  const prefixDeps = {
    documents,
    store,
    book,
    clock,
    evidence,
    isAdmitted: (id: string) => isAdmitted(documents, id),
    enterpriseName: async (id: string) => (await publicEnterprise(documents, id))?.name,
  }
  const shelf = new TemplateShelf(documents, book)
  const registry = new Registry({ documents, store, book, clock, shelf })
  const sign = new BulkSign()
  const threads = stack.use(
    new ImportThreads({ entry: IMPORT_THREAD, storeOptions: folder.identifiers, gate, sign }),
  )
  const warming = setTimeout(() => threads.warm(), IMPORTS_AFTER_MS).unref()
  stack.defer(() => clearTimeout(warming))
  const place = { kind: 'thread', threads } as const
  const imports = stack.use(
    new Imports({
      documents,
      book,
      shelf,
      clock,
      onError,
      folder: folder.imports,
      place,
      runningMax: config.importsRunningMax,
      uploadBytesMax: config.uploadBytesMax,
      keeping: {
        keptHoursMax: config.importKeptHoursMax,
        resumeHoursMin: config.importResumeHoursMin,
        bytesMax: config.importFilesBytesMax,
      },
      host: async (prefix, author) => {
        await allot(prefixDeps, { prefix }, { author })
      },
    }),
  )
  const counts = stack.use(new ResolutionCounts(documents, clock))
  const search = openSearchLater(
    { path: folder.search, entry: SEARCH_THREAD, storeOptions: folder.identifiers, sign, onError },
    stack,
  )
  const found = { shelf, registry, imports, counts, search, keyUses }
  return { book, documents, access, reads, protectedReads: record, files, prefixDeps, ...found }
}

/** The thread of the search begins once the node answers, or at the first question: reading its program takes a while. */
function openSearchLater(
  options: SearchOptions,
  stack: AsyncDisposableStack,
): Pick<SearchThread, 'search' | 'position'> {
  let thread: SearchThread | undefined
  const open = () => {
    thread ??= openSearch(options)
    return thread
  }
  const timer = setTimeout(open, SEARCH_AFTER_MS)
  stack.defer(async () => {
    clearTimeout(timer)
    await thread?.[Symbol.asyncDispose]()
  })
  return {
    search: (wish, entitlement) => open().search(wish, entitlement),
    position: () => open().position(),
  }
}

type Background = Kernel & Awaited<ReturnType<typeof openIdentifiers>>

/** What follows the feeds and tidies up. */
function startBackground(config: Config, rooms: Background, opening: Opening): void {
  const { stack, clock } = opening
  const { store, documents, evidence, book, access, reads, keyUses, files, imports, onError } =
    rooms
  const claims = { evidence, clock, enterpriseOf: book.enterpriseOf.bind(book) }
  const rounds = [registrationDays(store, claims), resolutionDays(documents, claims)]
  for (const round of rounds) stack.use(startLoop({ everyMs: CLAIMS_EVERY_MS, round, onError }))
  const decisions = decisionRounds(documents, evidence)
  stack.use(startLoop({ everyMs: DECISIONS_EVERY_MS, round: decisions, onError }))
  const counting = registrationCounts({ documents, store })
  stack.use(startLoop({ everyMs: COUNTS_EVERY_MS, round: counting, onError }))
  const expiry = () => expireVouchers({ documents, clock })
  stack.use(startLoop({ everyMs: EXPIRY_EVERY_MS, round: expiry, onError }))
  const telling = async () => {
    await Promise.all([reads.flush(), keyUses.flush()])
    return false
  }
  stack.use(startLoop({ everyMs: READS_EVERY_MS, round: telling, onError }))
  const sweep = async (signal: AbortSignal) => {
    await sweepExpired(access, signal)
    await files.sweepOrphans(signal)
    await imports.sweep(signal)
    return false
  }
  keepReads(config, rooms, opening)
  stack.use(startLoop({ everyMs: SWEEP_EVERY_MS, round: sweep, onError }))
}

/** Apart from the rest of the tidying: a log that was let grow for years takes its time. */
function keepReads(config: Config, { documents, onError }: Background, opening: Opening): void {
  const { stack, clock, log } = opening
  const keeper = new ReadKeeper({ documents, clock }, readKeepingOf(config))
  const round = async (signal: AbortSignal) => {
    const { aged, over } = await keeper.round(signal)
    if (aged > 0)
      log.info({ entries: aged }, 'entries of the access log are too old and were deleted')
    if (over > 0) {
      log.warn({ entries: over }, 'the access log is full: its oldest entries were deleted')
    }
    return false
  }
  stack.use(startLoop({ everyMs: SWEEP_EVERY_MS, round, onError }))
}

export function readKeepingOf({ accessLogDaysMax, accessLogRowsMax }: Config): ReadKeeping {
  return { daysMax: accessLogDaysMax, rowsMax: accessLogRowsMax }
}
