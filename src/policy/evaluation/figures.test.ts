import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Granted, moneyOf, nearOf, outputsOf, sharesOf } from './figures.ts'

function award(applicant: number, fen: string, more: Partial<Granted> = {}): Granted {
  const none = { paidFen: '0', recoveredFen: '0', state: 'decided', size: 'not_known' } as const
  return { applicant: `e${applicant}`, amountFen: fen, ...none, ...more }
}

test('money is summed exactly, what was revoked counts as paid and recovered alone', () => {
  const money = moneyOf([
    award(1, '90071992547409930', { paidFen: '90071992547409930', state: 'paid' }),
    award(1, '7'),
    award(2, '100', { paidFen: '100', recoveredFen: '60', state: 'revoked' }),
  ])
  assert.deepEqual(money, {
    awards: 2,
    applicants: 1,
    decidedFen: 90071992547409937n,
    paidFen: 90071992547410030n,
    recoveredFen: 60n,
    netFen: 90071992547409970n,
  })
})

test('one unit of an output costs the net money over the sum, rounded down', () => {
  const of = { name: '注册量', unit: '个', target: '10', is: 'at-least' } as const
  const reports = [
    { ...of, value: '10' },
    { ...of, value: '9.5' },
    { ...of, value: undefined },
    { ...of, unit: '万个', value: '0' },
  ]
  assert.deepEqual(outputsOf(reports, 100n), [
    { name: '注册量', unit: '个', due: 3, reported: 2, met: 1, total: '19.5', perUnitFen: 5n },
    { name: '注册量', unit: '万个', due: 1, reported: 1, met: 0, total: '0' },
  ])
})

test('groups of fewer than five applicants are told together, and never so that they can be reckoned', () => {
  const of = (sector: string | undefined, from: number, count: number) =>
    Array.from({ length: count }, (_, at) =>
      award(from + at, '10', sector === undefined ? {} : { sector }),
    )
  const by = (it: Granted) => it.sector
  const told = (list: Granted[]) => sharesOf(list, by).map((it) => [it.group, it.applicants])
  assert.deepEqual(told([...of('39', 0, 5), ...of('34', 10, 4)]), [[undefined, 9]])
  assert.deepEqual(told([...of('39', 0, 6), ...of('34', 10, 4), ...of(undefined, 20, 1)]), [
    ['39', 6],
    [undefined, 5],
  ])
  assert.deepEqual(told([...of('39', 0, 3)]), [])
  assert.deepEqual(told([...of('39', 0, 8), ...of('34', 20, 7)]), [
    ['39', 8],
    ['34', 7],
  ])
  assert.deepEqual(told([]), [])
})

test('both sides of a threshold are counted within a fifth of it, few cases are not told', () => {
  const values = [79, 80, 99, 99, 99, 99, 100, 120, 121].map((it) => ({
    value: BigInt(it),
    isGranted: it >= 100,
  }))
  const near = nearOf({ fact: 'customers', threshold: 100 }, values)
  assert.deepEqual([near.below, near.above, near.granted], [5, null, null])
})
