import type { Author } from '../../lib/author.ts'
import type { FieldProblem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { textOrder } from '../../lib/text-order.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { decide, templateId } from '../registration/decide.ts'
import { PREFIX_RECORDS } from '../resolution/resolution.ts'
import type { RecordDraft, RecordStore, RecordWrite } from '../store/store.ts'
import { uniqueClaims } from '../templates/compiled.ts'
import type { Template } from '../templates/template.ts'
import { type BatchLine, refuseLine } from './batch.ts'
import { refusal } from './lines.ts'
import type { Rehearsal } from './rehearsal.ts'

/** Whether this import may register under a prefix, or write the record of one: undefined if so, else why not. */
export type Grant = (of: PrefixKey | HandleKey) => Promise<Text | undefined>

/** The template by which a record was made, as records name it; undefined if there is none such. */
export type TemplateOf = (prefix: PrefixKey, id: string) => Promise<Template | undefined>

export type SettleOptions = {
  readonly store: RecordStore
  readonly template: Template | undefined
  readonly grant: Grant
  /** Asked for what records were made by that a line overwrites, and that by another template. */
  readonly templateOf: TemplateOf
  readonly author: Author
  readonly job: string
  /** A dry run: what would be stored is told to it, and nothing is. */
  readonly rehearsal?: Rehearsal
  /**
   * The identifiers are expected to be new ones: they are decided without being looked up, and only those that the store
   * finds registered after all are decided again.
   */
  readonly isNewExpected?: boolean
  readonly clock: () => number
}

/** How often one line is decided anew because someone else changed its record in between. */
const ROUNDS_MAX = 8
const CHUNK_KEYS = 4096

/**
 * Decides and stores the lines of one batch, giving each its outcome; all that is acknowledged is durable when it
 * resolves. Lines with one identifier are decided one after the other, and the last of them is stored. Answers the batch
 * entries that were written.
 */
export async function settle(
  lines: readonly BatchLine[],
  options: SettleOptions,
): Promise<readonly number[]> {
  const sequences: number[] = []
  // A unique value is free once another line of the batch lets go of it, which is not known of what is not looked up.
  const isClaiming = options.template?.fields.some((it) => it.unique) === true
  const mayBeBlind = options.isNewExpected === true && !isClaiming
  let open = inKeyOrder(await granted(lines, options.grant))
  for (let round = 0; open.length > 0; round++) {
    if (round === ROUNDS_MAX) {
      for (const line of open) refuseLine(line, CONTESTED)
      break
    }
    const isBlind = round === 0 && mayBeBlind
    open = await store(await decideAll(open, options, isBlind), options, sequences)
  }
  return sequences
}

type Open = BatchLine & { readonly draft: RecordDraft }

/** The lines whose prefix may be written; the others are refused. */
async function granted(lines: readonly BatchLine[], grant: Grant): Promise<Open[]> {
  const answers = new Map<PrefixKey | HandleKey, Text | undefined>()
  const open: Open[] = []
  let last: PrefixKey | HandleKey | undefined
  let refusing: Text | undefined
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as BatchLine
    if (line.draft === undefined || line.prefix === undefined) continue
    // The record of each prefix is another's.
    const of = line.prefix === PREFIX_RECORDS ? line.draft.key : line.prefix
    if (of !== last) {
      last = of
      if (!answers.has(last)) answers.set(last, await grant(last))
      refusing = answers.get(last)
    }
    if (refusing === undefined) open.push(line as Open)
    else refuseLine(line, refusal(refusing, undefined, '/identifier'))
  }
  return open
}

/** By key, lines of one key in the order of the file, in which they are. Files are mostly sorted: then nothing is done. */
function inKeyOrder(lines: Open[]): Open[] {
  for (let i = 1; i < lines.length; i++) {
    if ((lines[i - 1] as Open).draft.key <= (lines[i] as Open).draft.key) continue
    const order = textOrder(lines.map((it) => it.draft.key))
    return Array.from(order, (at) => lines[at] as Open)
  }
  return lines
}

/** What is to be written of a record, and the lines of the file that led to it, the last of them being what is written. */
type Pending = {
  readonly line: Open
  /** Further lines with the same identifier; rarely there. */
  twins?: Open[]
  write: RecordWrite
}

async function decideAll(
  lines: readonly Open[],
  options: SettleOptions,
  isBlind: boolean,
): Promise<Pending[]> {
  const pending: Pending[] = []
  for (let from = 0; from < lines.length; ) {
    const prefix = lines[from]?.prefix
    let to = from + 1
    while (to - from < CHUNK_KEYS && lines[to]?.prefix === prefix && to < lines.length) to++
    while (to < lines.length && lines[to]?.draft.key === lines[to - 1]?.draft.key) to++
    const some = lines.slice(from, to)
    const found = isBlind ? undefined : await standingOf(some, options)
    const chunk = { lines: some, found, claimed: await claimedBy(found, prefix, options) }
    decideChunk(chunk, options.template, pending)
    from = to
  }
  return pending
}

/** What lines of one prefix find; undefined if it is nothing. */
async function standingOf(
  lines: readonly Open[],
  { store, rehearsal }: SettleOptions,
): Promise<readonly (IdRecord | undefined)[] | undefined> {
  const stored = await currentOf(lines, store)
  return rehearsal === undefined
    ? stored
    : lines.map(({ draft }, i) => rehearsal.find(draft.key) ?? stored?.[i])
}

type Chunk = {
  readonly lines: readonly Open[]
  readonly found: readonly (IdRecord | undefined)[] | undefined
  readonly claimed: ClaimedBy
}

function decideChunk(
  { lines, found, claimed }: Chunk,
  template: Template | undefined,
  pending: Pending[],
): void {
  let key: HandleKey | undefined
  let standing: IdRecord | undefined
  let group: Pending | undefined
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Open
    const stored = found?.[i]
    if (line.draft.key !== key) {
      key = line.draft.key
      standing = stored
      group = undefined
    }
    const next = decideLine(line, standing, template)
    if (group !== undefined) addTwin(group, line)
    if (next === undefined) continue
    if (lines[i + 1]?.draft.key === key) standing = { ...(stored ?? UNSTORED), ...next }
    const write = writeOf(next, stored, claimed)
    if (group === undefined) {
      group = { line, write }
      pending.push(group)
    } else group.write = write
  }
}

function addTwin(group: Pending, line: Open): void {
  group.twins ??= []
  group.twins.push(line)
}

/** Stands for what the store adds to a record, where a line is compared with one that is not stored yet. */
const UNSTORED = { version: 0, createdAt: 0, updatedAt: 0, batch: 0 }

/** Below so many keys each is looked up; above, first whether there is anything between them. */
const GAP_KEYS_MIN = 64

/** The stored records of lines of one prefix; undefined if there is none, which mostly one look at the gap tells. */
async function currentOf(
  lines: readonly Open[],
  store: RecordStore,
): Promise<(IdRecord | undefined)[] | undefined> {
  if (await isGap(lines, store)) return undefined
  if (lines.length <= GAP_KEYS_MIN) return store.getMany(lines.map((it) => it.draft.key))
  const middle = lines.length >> 1
  const before = await currentOf(lines.slice(0, middle), store)
  const after = await currentOf(lines.slice(middle), store)
  if (before === undefined && after === undefined) return undefined
  const none = (count: number) => new Array<undefined>(count).fill(undefined)
  return [...(before ?? none(middle)), ...(after ?? none(lines.length - middle))]
}

/** Nothing is stored from the first to the last of the lines. */
async function isGap(lines: readonly Open[], store: RecordStore): Promise<boolean> {
  const first = lines[0]
  const last = lines.at(-1)
  if (first?.prefix === undefined || last === undefined) return true
  if ((await store.get(first.draft.key)) !== undefined) return false
  const [next] = await store.scan(first.prefix, { after: first.draft.key, limit: 1 })
  return next === undefined || isAfter(next.key, last.draft.key)
}

/** In the store's order, which is that of UTF-8 bytes; strings compare alike unless they hold surrogates. */
function isAfter(a: HandleKey, b: HandleKey): boolean {
  return ONE_UNIT.test(a) && ONE_UNIT.test(b) && a > b
}
const ONE_UNIT = /^[^\ud800-\udfff]*$/

/** Gives the line its outcome and answers what is to be written; the outcome holds only once that is stored. */
function decideLine(
  line: Open,
  standing: IdRecord | undefined,
  template: Template | undefined,
): RecordDraft | undefined {
  const { draft } = line
  if (standing === undefined) {
    line.outcome = 'created'
    return draft
  }
  const handle = { spelled: line.handle, key: draft.key }
  const isByTemplate = template !== undefined && draft.template !== undefined
  const wish = { handle, values: draft.values, ...(isByTemplate && { template }) }
  const decision = decide(standing, wish, { mode: 'import' })
  switch (decision.kind) {
    case 'refuse':
      refuseLine(line, ...(decision.fields ?? [refusal(decision.reason, undefined, '/identifier')]))
      return undefined
    case 'unchanged':
      line.outcome = 'unchanged'
      return undefined
    case 'create':
      line.outcome = 'created'
      return decision.write.next
    case 'update':
      line.outcome = 'updated'
      return decision.write.next
  }
}

/** What records made by a template claim, by the template as they name it; those that claim nothing are not there. */
type ClaimedBy = ReadonlyMap<string, (values: readonly HandleValue[]) => readonly string[]>

/** Of the import's own template, and of those that made what its lines overwrite. */
async function claimedBy(
  found: readonly (IdRecord | undefined)[] | undefined,
  prefix: PrefixKey | undefined,
  { template, templateOf }: SettleOptions,
): Promise<ClaimedBy> {
  const templates = new Map<string, Template | undefined>()
  if (template !== undefined) templates.set(templateId(template) ?? '', template)
  for (const record of found ?? []) {
    const id = record?.template
    if (id === undefined || prefix === undefined || templates.has(id)) continue
    templates.set(id, await templateOf(prefix, id))
  }
  const claimed = new Map<string, (values: readonly HandleValue[]) => readonly string[]>()
  for (const [id, made] of templates) {
    if (made?.fields.some((it) => it.unique) !== true) continue
    claimed.set(id, (values) => uniqueClaims(made, values))
  }
  return claimed
}

/** Releases are told by what is stored and not by lines in between; a retired record has none to release. */
function writeOf(next: RecordDraft, stored: IdRecord | undefined, claimed: ClaimedBy): RecordWrite {
  const expected = stored?.version ?? 0
  if (claimed.size === 0) return { expected, next }
  const claims = claimed.get(next.template ?? '')?.(next.values) ?? []
  if (stored?.state !== 'registered') return { expected, next, claims, releases: [] }
  const had = claimed.get(stored.template ?? '')?.(stored.values) ?? []
  return { expected, next, claims, releases: had.filter((it) => !claims.includes(it)) }
}

/** Stores the writes; answers the lines that have to be decided anew. */
async function store(
  decided: readonly Pending[],
  { store, rehearsal, author, job, clock }: SettleOptions,
  sequences: number[],
): Promise<Open[]> {
  if (decided.length === 0) return []
  // Unique values pass from one record to another in the order of the file.
  const isClaiming = decided.some(({ write }) => write.claims !== undefined)
  const pending = isClaiming ? inFileOrder(decided) : decided
  const writes = pending.map((it) => it.write)
  const at = clock()
  const answer =
    rehearsal === undefined
      ? await store.commit({ author, at, job, writes })
      : { sequence: 0, stale: [], taken: await rehearsal.commit(writes, at) }
  if (answer.sequence > 0) sequences.push(answer.sequence)
  const again = answer.stale.flatMap((write) => linesOf(pending[write]))
  for (const { write, claim, by } of answer.taken) {
    // Only the line that was to be written is known to clash; others of its identifier are decided anew.
    const lines = linesOf(pending[write])
    const writer = writerOf(lines)
    for (const [i, line] of lines.entries()) {
      if (i === writer) refuseLine(line, taken(claim, by))
      else again.push(line)
    }
  }
  return inKeyOrder(again.sort((a, b) => a.line - b.line))
}

function inFileOrder(pending: readonly Pending[]): readonly Pending[] {
  return pending.toSorted((a, b) => writingLine(a) - writingLine(b))
}

function linesOf(pending: Pending | undefined): readonly Open[] {
  return pending === undefined ? [] : [pending.line, ...(pending.twins ?? [])]
}

/** Of the lines of one identifier the one that gave what is written. */
function writerOf(lines: readonly Open[]): number {
  return lines.findLastIndex((it) => it.outcome !== 'unchanged')
}

function writingLine(pending: Pending): number {
  const { line, twins } = pending
  if (twins === undefined) return line.line
  const lines = linesOf(pending)
  return lines[writerOf(lines)]?.line ?? line.line
}

const CONTESTED = refusal(
  { en: 'Others kept changing this identifier', zh: '该标识正被他人反复修改' },
  { en: 'Try again', zh: '请重试' },
  '/identifier',
)

function taken(claim: string, by: HandleKey): FieldProblem {
  const field = claim.slice(claim.indexOf('/') + 1, claim.indexOf('='))
  return refusal(
    { en: `${by} has the same value`, zh: `${by} 已使用相同的值` },
    { en: 'A value of its own', zh: '不重复的值' },
    `/${field}`,
  )
}
