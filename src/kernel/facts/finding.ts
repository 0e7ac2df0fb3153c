import type { Condition } from './condition-schema.ts'
import type { FactValue } from './fact.ts'
import type { FactType } from './fact-type.ts'
import type { Truth } from './truth.ts'

/** What became of one condition, with what it saw; the tree of them is the explanation. */
export type Finding = {
  readonly condition: Condition
  readonly truth: Truth
  readonly inputs: readonly Input[]
  readonly parts: readonly Finding[]
  /** Codes to tell, where it does not hold. */
  readonly refused: readonly string[]
  /** Codes to tell, while it is open. */
  readonly open: readonly string[]
}

export type Input = { readonly fact: string; readonly value: FactValue | null }

/** The type of a fact by its path; undefined where there is none. */
export type TypeOf = (path: string) => FactType | undefined
