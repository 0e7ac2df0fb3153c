import { createHash } from 'node:crypto'
import type { PackKind } from '../../kernel/packs/kind.ts'
import type { Pack } from '../../kernel/packs/pack.ts'
import type { evaluate } from '../evaluate.ts'
import type { explain } from '../explain.ts'
import type { Rules } from '../rules.ts'

/** The engine with the rules in force. */
export type OpenRules = {
  readonly rules: Rules
  /** What else the packs of the regions hold: departments, papers, readings, lists of documents, batches. */
  readonly packs: readonly Pack[]
  /** SHA-256, in hexadecimal digits, of every measure as it is written: two nodes with one digest compute the same. */
  readonly digest: string
  readonly evaluate: typeof evaluate
  readonly explain: typeof explain
}

/**
 * The rules of the region packs, read and compiled when first asked for: a node that only resolves never loads the engine.
 * Whoever asks while they are being read waits for the same reading; one that failed is tried again by the next who asks.
 */
export class RulesShelf {
  readonly #kinds: () => Promise<readonly PackKind[]>
  #opening: Promise<OpenRules> | undefined

  /** @param kinds every kind of entry that a pack may hold, loaded with the engine */
  constructor(kinds: () => Promise<readonly PackKind[]>) {
    this.#kinds = kinds
  }

  /** @throws Problem `unreadable-input` with every fault of the packs at its file and line */
  async open(): Promise<OpenRules> {
    this.#opening ??= this.#read().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #read(): Promise<OpenRules> {
    const [kinds, { compileRules, readPacks, sourcesOf }, { evaluate }, { explain }] = await Promise.all([
      this.#kinds(),
      import('../rules.ts'),
      import('../evaluate.ts'),
      import('../explain.ts'),
    ])
    const packs = await readPacks(kinds)
    const rules = compileRules(sourcesOf(packs))
    const written = [...rules.measures.values()].map((it) => it.measure)
    const digest = createHash('sha256').update(JSON.stringify(written)).digest('hex')
    return { rules, packs, digest, evaluate, explain }
  }
}
