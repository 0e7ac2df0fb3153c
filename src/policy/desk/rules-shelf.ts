import { createHash, randomUUID } from 'node:crypto'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { PackKind } from '../../kernel/packs/kind.ts'
import type { Pack } from '../../kernel/packs/pack.ts'
import { Problem } from '../../lib/problem.ts'
import type { evaluate } from '../evaluate.ts'
import type { explain } from '../explain.ts'
import type { RuleSources, Rules } from '../rules.ts'
import { RULE_SETS, RULE_TIMES, RULES_STATE, RULES_STATE_ID } from '../versions/collections.ts'

/** The engine with the rules of one time. */
export type OpenRules = {
  readonly rules: Rules
  /** The same rules as they are written; `sourcesOn` of the versions finds those of a day. */
  readonly sources: RuleSources
  /** What else the packs of the regions hold: departments, papers, readings, lists of documents, batches. */
  readonly packs: readonly Pack[]
  /** SHA-256, in hexadecimal digits, of every rule as it is written: two nodes with one digest compute the same. */
  readonly digest: string
  readonly evaluate: typeof evaluate
  readonly explain: typeof explain
}

type Opened = { readonly changes: number; readonly rules: Promise<OpenRules> }

const OLD_SETS_MAX = 8
const DIGEST = /^[0-9a-f]{64}$/

/**
 * The rules of the region packs with the adopted versions over them, read and compiled when first asked for: a node that only resolves
 * never loads the engine. Whoever asks while they are being read waits for the same reading; one that failed is tried again by the
 * next who asks. What is adopted, by whichever process, is in the next `open`.
 */
export class RulesShelf {
  readonly #kinds: () => Promise<readonly PackKind[]>
  readonly #documents: Documents | undefined
  #packs: Promise<readonly Pack[]> | undefined
  #opened: Opened | undefined
  /** The newest last. */
  readonly #old = new Map<string, Promise<OpenRules>>()

  /**
   * @param kinds every kind of entry that a pack may hold, loaded with the engine
   * @param documents where adopted versions are; without them the packs alone hold
   */
  constructor(kinds: () => Promise<readonly PackKind[]>, documents?: Documents) {
    this.#kinds = kinds
    this.#documents = documents
  }

  /** The rules of now. @throws Problem `unreadable-input` with every fault of the packs at its file and line */
  async open(): Promise<OpenRules> {
    const state = await this.#documents?.get(RULES_STATE, RULES_STATE_ID)
    const changes = state?.body.changes ?? 0
    if (this.#opened === undefined || this.#opened.changes !== changes) {
      const opened: Opened = { changes, rules: this.#read() }
      this.#opened = opened
      opened.rules.catch(() => {
        if (this.#opened === opened) this.#opened = undefined
      })
    }
    return await this.#opened.rules
  }

  /**
   * The rules of another time: by their digest, or those that this node computed by at the end of a day (`YYYY-MM-DD`, UTC).
   * @throws Problem `not-found` where it had none then, or never had these
   */
  async openAt(time: string): Promise<OpenRules> {
    const now = await this.open()
    if (time === now.digest) return now
    const digest = DIGEST.test(time) ? time : await this.#digestOn(time)
    if (digest === now.digest) return now
    const known = this.#old.get(digest) ?? this.#readOld(digest)
    this.#old.delete(digest)
    this.#old.set(digest, known)
    known.catch(() => this.#old.delete(digest))
    for (const oldest of this.#old.keys()) {
      if (this.#old.size <= OLD_SETS_MAX) break
      this.#old.delete(oldest)
    }
    return await known
  }

  async #digestOn(day: string): Promise<string> {
    const end = Date.parse(`${day}T23:59:59.999Z`)
    const page = await this.#documents?.query(RULE_TIMES, {
      where: { createdAt: { to: Number.isNaN(end) ? 0 : end } },
      ...NEWEST,
    })
    const [last] = page?.items ?? []
    if (last === undefined) throw noRules(day)
    return last.body.digest
  }

  async #readOld(digest: string): Promise<OpenRules> {
    const stored = await this.#documents?.get(RULE_SETS, digest)
    if (stored === undefined) throw noRules(digest)
    const { compileRules } = await import('../rules.ts')
    const { sources } = stored.body
    return { ...(await this.open()), sources, digest, rules: compileRules(sources) }
  }

  async #read(): Promise<OpenRules> {
    const [packs, { compileRules, sourcesOf }, { evaluate }, { explain }] = await Promise.all([
      this.#readPacks(),
      import('../rules.ts'),
      import('../evaluate.ts'),
      import('../explain.ts'),
    ])
    const { adoptedVersions, overlaid } = await import('../versions/overlay.ts')
    const documents = this.#documents
    const sources =
      documents === undefined ? sourcesOf(packs) : overlaid(packs, await adoptedVersions(documents))
    const digest = createHash('sha256').update(JSON.stringify(sources)).digest('hex')
    const rules = compileRules(sources)
    if (documents !== undefined) await keepRules(documents, digest, sources)
    return { rules, sources, packs, digest, evaluate, explain }
  }

  async #readPacks(): Promise<readonly Pack[]> {
    this.#packs ??= this.#readPacksNow().catch((error: unknown) => {
      this.#packs = undefined
      throw error
    })
    return await this.#packs
  }

  async #readPacksNow(): Promise<readonly Pack[]> {
    const [kinds, { readPacks }] = await Promise.all([this.#kinds(), import('../rules.ts')])
    return await readPacks(kinds)
  }
}

function noRules(time: string): Problem {
  return new Problem('not-found', {
    en: `This node has no rules of “${time}”`,
    zh: `本节点没有“${time}”的规则`,
  })
}

const KEEPER = { kind: 'system', id: 'policy-rules' } as const
/** The rules can be read and found by them all the same; nothing can be decided then anyway. */
const NOT_NOW = ['storage-full', 'unavailable']

const NEWEST = { order: { by: 'createdAt', descending: true }, limit: 1 } as const

/** Keeps the rules whole under their digest, and from when on they are computed by. */
async function keepRules(documents: Documents, digest: string, sources: RuleSources) {
  const newest = await documents.query(RULE_TIMES, NEWEST)
  if (newest.items[0]?.body.digest === digest) return
  const kept = await documents.get(RULE_SETS, digest)
  const time = { collection: RULE_TIMES, id: randomUUID(), put: { digest } }
  const set = { collection: RULE_SETS, id: digest, put: { sources } }
  try {
    await documents.commit(kept === undefined ? [set, time] : [time], { author: KEEPER })
  } catch (error) {
    if (!(error instanceof Problem && NOT_NOW.includes(error.code))) throw error
  }
}
