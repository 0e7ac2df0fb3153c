import { test } from 'node:test'
import { fuzzCsv } from './csv.ts'

const COUNT = process.env.WAYMARK_TEST_LONG === '1' ? 1_000_000 : 10_000

test(`${COUNT} random files are read alike whole and in pieces, and crash no reader`, () => {
  fuzzCsv(COUNT, Number(process.env.WAYMARK_FUZZ_SEED ?? 1))
})
