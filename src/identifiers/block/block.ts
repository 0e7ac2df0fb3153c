import type { HandleKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'

/** Records in one block at most; neighbours of one prefix in key order. */
export const BLOCK_RECORDS_MAX = 128

/** One block opened for reading. Nothing is decoded before it is asked for; answers are checked against the block's digest. */
export type Block = {
  readonly count: number
  /** Position of the key, or -1. */
  find(key: HandleKey): number
  /** The record at a position, 0 … count-1. */
  at(position: number): IdRecord
}
