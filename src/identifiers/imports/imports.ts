import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, type Caller, mayDo } from '../../kernel/access/permissions.ts'
import type { Documents, Stored } from '../../kernel/documents/documents.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import type { Language } from '../../lib/text.ts'
import { type PrefixKey, parsePrefix } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { enterprisesOf, entitledPrefix } from '../prefixes/tenancy.ts'
import { whyNotWritable } from '../registration/names.ts'
import { usableFiles } from '../templates/files.ts'
import type { TemplateShelf } from '../templates/shelf.ts'
import type { Template } from '../templates/template.ts'
import { noCounts } from './batch.ts'
import { type GrantParts, grantMove, grantOf } from './grant.ts'
import { IMPORTS, type ImportJob, isActive, isOverLimit, LEFT } from './import-job.ts'
import {
  missing,
  NO_TOKEN,
  NOT_RUNNING,
  NOTHING_TO_UNDO,
  OVER,
  OVER_LIMIT,
  overBytes,
  PREFIX_FOR_TEMPLATE,
  STILL_RUNNING,
  SWEPT,
  TEMPLATE_FOR_TABLE,
  tooMany,
} from './import-problems.ts'
import { type Checkpoint, readCheckpoint } from './job-files.ts'
import { JOB_KEEPING, type JobKeeping, sweepJobFiles } from './job-sweep.ts'
import { IMPORTS_RUNNING_MAX } from './limits.ts'
import { LiveImport } from './live-import.ts'
import type { ColumnMap } from './mapping.ts'
import type { Wanted } from './outcomes.ts'
import { type ImportPlace, type ImportRun, startImport, startUndo } from './run.ts'
import type { Format, ImportTask } from './session.ts'
import type { Grant, TemplateOf } from './settle.ts'

export type ImportsDeps = GrantParts & {
  readonly documents: Documents
  readonly place: ImportPlace
  readonly book: PrefixBook
  readonly shelf: TemplateShelf
  /** Where each job has a folder for its result. */
  readonly folder: string
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  /** Imports that run at the same time. */
  readonly runningMax?: number
  /** Of one file, whatever brings it. */
  readonly uploadBytesMax: number
  readonly keeping?: JobKeeping
}

export type ImportWish = {
  readonly prefix?: string | undefined
  readonly template?: string | undefined
  readonly format: Format
  readonly map: ColumnMap
  readonly sheet?: string | undefined
  readonly file?: string | undefined
  readonly bytesTotal?: number | undefined
  readonly dryRun: boolean
  readonly wanted: Wanted
  readonly language: Language
  readonly idempotencyKey?: string | undefined
}

/** A dry run that leaves no trace. */
export type Rehearsal = {
  readonly task: ImportTask
  /** Judges the lines that are pushed; outcomes come as JSON lines. */
  readonly start: (task: ImportTask, onOutcomes: (outcomes: Uint8Array) => void) => ImportRun
}

/** The imports of this node: those it runs, and those it remembers. */
export class Imports implements AsyncDisposable {
  readonly #deps: ImportsDeps
  readonly #live = new Map<string, LiveImport>()
  readonly #undoing = new Map<string, { stop(): void; readonly finished: Promise<void> }>()
  /** Places taken by imports that are about to begin. */
  #starting = 0

  constructor(deps: ImportsDeps) {
    this.#deps = deps
  }

  /**
   * Begins an import whose bytes are then pushed. With the idempotency key of an earlier one of the same author the same
   * job runs again: what is registered already counts as unchanged.
   * @throws Problem `too-many-requests`, `not-authorised`, `not-found`, `wrong-state`, `invalid-input`
   */
  async begin(caller: Caller, wish: ImportWish): Promise<LiveImport> {
    return await this.#inPlace(async () => {
      const whose = this.#entitle(caller, wish)
      this.#checkBytes(wish.bytesTotal)
      const template = await this.#template(whose.prefix?.key, wish)
      const repeat = repeatOf(caller, wish.idempotencyKey)
      const known = repeat === undefined ? undefined : await this.#byRepeat(repeat)
      // one that is done keeps its record: what comes again is told on a record of its own
      const isDone = known?.body.state === 'done'
      const before = isDone ? undefined : known
      const job: ImportJob = {
        ...(whose.prefix !== undefined && { prefix: whose.prefix.spelled }),
        ...(whose.enterprise !== undefined && { enterprise: whose.enterprise }),
        ...(template !== undefined && { template: `${template.name}@${template.version}` }),
        ...fileOf(wish),
        ...(repeat !== undefined && !isDone && { repeat }),
        format: wish.format,
        map: { ...wish.map },
        dryRun: wish.dryRun,
        author: authorOf(caller),
        state: 'receiving',
        token: randomBytes(16).toString('base64url'),
        ...noCounts(),
        bytes: 0,
        startedAt: this.#deps.clock(),
        errors: [],
      }
      if (known !== undefined) checkSame(known.body, job)
      const id = before?.id ?? randomUUID()
      if (this.#live.has(id)) throw STILL_RUNNING
      return await this.#start({ id, job, expected: before?.version ?? 0, caller, template, wish })
    })
  }

  /**
   * Goes on with an import that broke; its upload begins at the byte that `resume` told. `bytesTotal`: what is to come, where
   * the upload says it.
   */
  async resume(
    caller: Caller,
    token: string,
    told: Pick<ImportWish, 'wanted' | 'language' | 'bytesTotal'>,
  ): Promise<LiveImport> {
    const [id = '', secret] = token.split('.')
    const known = await this.find(caller, id)
    if (known === undefined || known.body.token !== secret) throw NO_TOKEN
    // A connection that died on the way may look alive from here.
    const live = this.#live.get(id)
    live?.endUpload(false)
    await live?.finished
    return await this.#inPlace(async () => {
      const stored = live === undefined ? known : ((await this.find(caller, id)) ?? known)
      const before = stored.body
      if (before.state === 'done' || before.state === 'cancelled') throw OVER
      if (isOverLimit(before)) throw OVER_LIMIT
      if (before.sweptAt !== undefined) throw SWEPT
      this.#entitle(caller, before)
      const { problem: _p, finishedAt: _f, ...kept } = before
      const checkpoint = readCheckpoint(join(this.#deps.folder, id))
      this.#checkBytes((checkpoint?.position.bytes ?? 0) + (told.bytesTotal ?? 0))
      const prefix = before.prefix === undefined ? undefined : parsePrefix(before.prefix)
      const template = await this.#template(prefix, before)
      const job: ImportJob = { ...kept, ...(checkpoint?.counts ?? noCounts()), state: 'receiving' }
      const parts = { id, job, expected: stored.version, caller, template, wish: told }
      return await this.#start({ ...parts, resume: checkpoint })
    })
  }

  /**
   * What an import of these lines would need: whose prefix, which template, what it may use. Nothing is stored of it.
   * @throws Problem as `begin`
   */
  async rehearsal(caller: Caller, wish: Omit<ImportWish, 'dryRun'>): Promise<Rehearsal> {
    const { prefix, enterprise } = this.#entitle(caller, wish)
    const template = await this.#template(prefix?.key, wish)
    const files = await usableFiles(this.#deps.documents, template, enterprise)
    const id = `preview-${randomUUID()}`
    const task: ImportTask = {
      id,
      format: wish.format,
      ...(prefix !== undefined && { prefix }),
      ...(template !== undefined && { template }),
      ...(files !== undefined && { files }),
      map: wish.map,
      isDryRun: true,
      author: authorOf(caller),
      folder: join(this.#deps.folder, id),
      wanted: wish.wanted,
      language: wish.language,
    }
    const { book, place } = this.#deps
    const grant: Grant = async (of) => grantOf(caller, book, of)
    return {
      task,
      start: (own, onOutcomes) =>
        startImport(place, own, {
          grant,
          templateOf: this.#templateOf,
          onMapped: () => {},
          onSettled: ({ outcomes }) => onOutcomes(outcomes),
        }),
    }
  }

  /** The caller's import that was begun with this idempotency key; undefined if there is none. */
  async findByKey(caller: Caller, key: string): Promise<Stored<ImportJob> | undefined> {
    const repeat = repeatOf(caller, key)
    const stored = repeat === undefined ? undefined : await this.#byRepeat(repeat)
    return stored === undefined ? undefined : await this.find(caller, stored.id)
  }

  /** A job the caller may know of, its newest numbers if it runs here; undefined if there is none. */
  async find(caller: Caller, id: string): Promise<Stored<ImportJob> | undefined> {
    const stored = id === '' ? undefined : await this.#deps.documents.get(IMPORTS, id)
    if (stored === undefined || !maySee(caller, stored.body)) return undefined
    return { ...stored, body: this.now(stored) }
  }

  /** The newest state of a stored job: live numbers, or `broken` for one that nobody runs any more. */
  now({ id, body }: Pick<Stored<ImportJob>, 'id' | 'body'>): ImportJob {
    const live = this.#live.get(id)
    if (live !== undefined) return { ...live.job, ...(body.undo && { undo: body.undo }) }
    if (isActive(body.state)) {
      return { ...body, state: 'broken', problem: { code: 'unavailable', text: LEFT, fields: [] } }
    }
    if (body.undo?.state === 'running' && !this.#undoing.has(id)) {
      return { ...body, undo: { ...body.undo, state: 'broken' } }
    }
    return body
  }

  get uploadBytesMax(): number {
    return this.#deps.uploadBytesMax
  }

  live(id: string): LiveImport | undefined {
    return this.#live.get(id)
  }

  folderOf(id: string): string {
    return join(this.#deps.folder, id)
  }

  cancel(id: string): void {
    const live = this.#live.get(id)
    if (live === undefined) throw NOT_RUNNING
    live.cancel()
  }

  /** Begins to retire what the import created. Resolves once that is under way. */
  async undo(caller: Caller, { id, body, version }: Stored<ImportJob>): Promise<void> {
    if (this.#live.has(id) || this.#undoing.has(id)) throw STILL_RUNNING
    if (body.dryRun) throw NOTHING_TO_UNDO
    await this.#inPlace(async () => {
      const prefix = body.prefix === undefined ? undefined : parsePrefix(body.prefix)
      const made =
        prefix === undefined || body.template === undefined
          ? undefined
          : await this.#deps.shelf.find(prefix, body.template)
      const author = authorOf(caller)
      const undo = {
        state: 'running' as const,
        retired: 0,
        leftAlone: 0,
        startedAt: this.#deps.clock(),
      }
      const write = { collection: IMPORTS, id, expected: version, put: { ...body, undo } }
      await this.#deps.documents.commit([write], { author, note: 'undo' })
      let progress = { retired: 0, leftAlone: 0 }
      const task = {
        job: id,
        author,
        after: (body.firstBatch ?? 1) - 1,
        ...(made !== undefined && { template: made.template }),
      }
      const run = startUndo(this.#deps.place, task, (it) => {
        progress = it
      })
      const finished = run.finished
        .then(
          () => 'done' as const,
          (error) => {
            this.#deps.onError(error)
            return 'broken' as const
          },
        )
        .then((state) => this.#undone(id, { ...undo, ...progress, state }, author))
        .catch(this.#deps.onError)
        .finally(() => this.#undoing.delete(id))
      this.#undoing.set(id, { stop: () => run.stop(), finished })
    })
  }

  /** Waits until the undo of a job that is under way is over. */
  async undone(id: string): Promise<void> {
    await this.#undoing.get(id)?.finished
  }

  /** Deletes files of imports beyond what is kept; answers how many imports lost theirs. Run it now and then. */
  async sweep(signal?: AbortSignal): Promise<number> {
    const { documents, folder, clock, keeping = JOB_KEEPING } = this.#deps
    return await sweepJobFiles({
      documents,
      folder,
      keeping,
      now: clock(),
      isRunning: (id) => this.#starting > 0 || this.#live.has(id) || this.#undoing.has(id),
      stateOf: (stored) => this.now(stored).state,
      signal,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const live of this.#live.values()) live.endUpload(false)
    for (const undo of this.#undoing.values()) undo.stop()
    await Promise.all([...this.#live.values()].map((it) => it.finished))
    await Promise.all([...this.#undoing.values()].map((it) => it.finished))
  }

  async #undone(id: string, undo: NonNullable<ImportJob['undo']>, author: ImportJob['author']) {
    const { documents, clock } = this.#deps
    const stored = await documents.get(IMPORTS, id)
    if (stored === undefined) return
    const put = { ...stored.body, undo: { ...undo, finishedAt: clock() } }
    await documents.commit([{ collection: IMPORTS, id, expected: stored.version, put }], { author })
  }

  /** Runs `start` if there is room for one more import. */
  async #inPlace<T>(start: () => Promise<T>): Promise<T> {
    const busy = this.#live.size + this.#undoing.size + this.#starting
    const { runningMax = IMPORTS_RUNNING_MAX } = this.#deps
    if (busy >= runningMax) throw tooMany(runningMax)
    this.#starting++
    try {
      return await start()
    } finally {
      this.#starting--
    }
  }

  #checkBytes(bytes = 0): void {
    const { uploadBytesMax } = this.#deps
    if (bytes > uploadBytesMax) throw overBytes(uploadBytesMax)
  }

  #entitle(
    caller: Caller,
    { prefix }: { readonly prefix?: string | undefined },
  ): { prefix?: { key: PrefixKey; spelled: string }; enterprise?: string | undefined } {
    const { book } = this.#deps
    if (prefix === undefined) {
      const enterprises = enterprisesOf(caller, 'identifiers.write')
      if (enterprises === 'all') return {}
      if (enterprises.length === 0) authorise(caller, 'identifiers.write')
      return enterprises.length === 1 ? { enterprise: enterprises[0] } : {}
    }
    const question = {
      prefix,
      permission: 'identifiers.write',
      known: 'identifiers.read',
    } as const
    const { key, enterprise } = entitledPrefix(caller, book, question)
    const why = whyNotWritable(book.lookup(key))
    if (why !== undefined) throw new Problem('wrong-state', why)
    return { prefix: { key, spelled: book.spelled(key) }, enterprise }
  }

  async #template(
    prefix: PrefixKey | undefined,
    { template, format }: { template?: string | undefined; format: Format },
  ): Promise<Template | undefined> {
    if (template !== undefined && prefix !== undefined) {
      return (await this.#deps.shelf.toWrite(prefix, template)).template
    }
    if (template !== undefined) throw missing('/prefix', PREFIX_FOR_TEMPLATE)
    if (format === 'csv' || format === 'xlsx') throw missing('/template', TEMPLATE_FOR_TABLE)
    return undefined
  }

  readonly #templateOf: TemplateOf = async (prefix, id) =>
    (await this.#deps.shelf.find(prefix, id))?.template

  async #byRepeat(repeat: string): Promise<Stored<ImportJob> | undefined> {
    const page = await this.#deps.documents.query(IMPORTS, { where: { repeat }, limit: 1 })
    return page.items[0]
  }

  async #start({ id, job, expected, caller, template, wish, resume }: Start): Promise<LiveImport> {
    const { documents, clock, onError, place, folder, uploadBytesMax } = this.#deps
    const files = await usableFiles(documents, template, job.enterprise)
    const write = { collection: IMPORTS, id, expected, put: job }
    const [version = expected + 1] = await documents.commit([write], { author: job.author })
    const position = resume?.position
    const parts = { id, job, version, position, uploadBytesMax, documents, clock, onError }
    const live = new LiveImport(parts)
    this.#live.set(id, live)
    live.finished.then(() => this.#live.delete(id)).catch(onError)
    if (resume === undefined) await rm(join(folder, id), { recursive: true, force: true })
    const prefix = job.prefix
    const task: ImportTask = {
      id,
      format: job.format,
      ...(prefix !== undefined && { prefix: { spelled: prefix, key: parsePrefix(prefix) } }),
      ...(template !== undefined && { template }),
      ...(files !== undefined && { files }),
      ...(job.sheet !== undefined && { sheet: job.sheet }),
      ...(resume !== undefined && { resume }),
      map: job.map,
      isDryRun: job.dryRun,
      author: job.author,
      folder: join(folder, id),
      wanted: wish.wanted,
      language: wish.language,
    }
    live.follow(
      startImport(place, task, {
        grant: this.#grant(caller, job),
        templateOf: this.#templateOf,
        onMapped: (mapping) => live.onMapped(mapping),
        onSettled: (settled) => live.onSettled(settled),
      }),
    )
    return live
  }

  #grant(caller: Caller, job: ImportJob): Grant {
    const { book } = this.#deps
    const moving = { caller, isDryRun: job.dryRun }
    return job.format === 'handle-json'
      ? (of) => grantMove(this.#deps, moving, of)
      : async (of) => grantOf(caller, book, of)
  }
}

/** What is remembered of the file itself. */
function fileOf({ sheet, file, bytesTotal }: ImportWish) {
  return {
    ...(sheet !== undefined && { sheet }),
    ...(file !== undefined && { file }),
    ...(bytesTotal !== undefined && { bytesTotal }),
  }
}

type Start = {
  readonly id: string
  readonly job: ImportJob
  readonly expected: number
  readonly caller: Caller
  readonly template: Template | undefined
  readonly wish: Pick<ImportWish, 'wanted' | 'language'>
  readonly resume?: Checkpoint | undefined
}

export function maySee(caller: Caller, job: ImportJob): boolean {
  if (mayDo(caller, 'identifiers.write', job.enterprise)) return true
  return caller.kind === job.author.kind && caller.id === job.author.id
}

function repeatOf(caller: Caller, key: string | undefined): string | undefined {
  if (key === undefined) return undefined
  const { kind, id } = authorOf(caller)
  return createHash('sha256')
    .update(JSON.stringify([kind, id, key]))
    .digest('hex')
}

const SAME_MEMBERS = ['prefix', 'template', 'format', 'sheet', 'dryRun'] as const

/** One key stands for one import, whatever bytes it takes to get it through. */
function checkSame(before: ImportJob, job: ImportJob): void {
  const isSame = SAME_MEMBERS.every((it) => before[it] === job[it])
  if (isSame && JSON.stringify(before.map) === JSON.stringify(job.map)) return
  throw new Problem('already-exists', {
    en: 'This idempotency key was used for an import with other parameters',
    zh: '该幂等键已用于参数不同的导入',
  })
}
