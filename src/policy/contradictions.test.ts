import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packFolder } from '../../test/support/pack-folder.ts'
import { readPack } from '../kernel/packs/pack.ts'
import { POLICY_KINDS } from './kinds.ts'

const REGION = 'code: here\nname: { zh: 此地, en: Here }\nedition: 1\n'
const HEAD =
  'document: P1, article: 一, clause: { zh: 甲, en: A }, owner: [o], layer: measure, standing: measure, region: free'
const FIXED = 'amount: { form: fixed, yuan: 1 }'
const in2020 = 'inForce: { from: 2020-01-01, to: 2020-12-31 }'

type One = {
  readonly id?: string
  readonly title?: string
  readonly when?: string
  readonly rest?: string
}

function line({ id = 'M1', title = '甲', when = in2020, rest = FIXED }: One): string {
  return `- { id: ${id}, title: { zh: ${title}, en: A }, ${HEAD}, ${when}, ${rest} }\n`
}

/** Faults of a pack with these measures, one a line, as `LINE:COLUMN: REASON`. */
async function faultsOf(measures: readonly One[], files: Record<string, string> = {}) {
  await using folder = await packFolder({
    'here/region.yaml': REGION,
    'here/measures/m.yaml': measures.map(line).join(''),
    ...files,
  })
  const { faults, pack } = await readPack(folder.of('here'), POLICY_KINDS)
  return { told: faults.map((it) => `${it.line}:${it.column}: ${it.reason.en}`).join('\n'), pack }
}

const M2 = (rest: string, more: One = {}): One => ({ id: 'M2', title: '乙', rest, ...more })
const CASES: Readonly<Record<string, readonly [one: readonly One[], told: RegExp]>> = {
  'two versions in force on one day': [
    [{}, { when: 'inForce: { from: 2020-12-31, to: 2021-12-31 }' }],
    /^2:\d+: two versions of M1 are in force from 2020-12-31 to 2020-12-31: the other is .*m\.yaml:1$/m,
  ],
  'versions by month that share one': [
    [{}, { when: 'inForce: { fromMonth: 2020-12, toMonth: 2021-12 }' }],
    /^2:\d+: two versions of M1 are in force from 2020-12-01/m,
  ],
  'bounds with nothing between': [
    [
      {
        rest: `${FIXED}, conditions: [{ fact: total_investment_yuan, unit: yuan, atLeast: 5 }, { all: [{ fact: total_investment_yuan, unit: yuan, lessThan: 5 }] }]`,
      },
    ],
    /no case can fulfil this beside what is asked of “total_investment_yuan”/,
  ],
  'a flag that is to be both': [
    [
      {
        rest: `${FIXED}, conditions: [{ flag: budget_is_approximate }, { flag: budget_is_approximate, is: false }]`,
      },
    ],
    /no case can fulfil/,
  ],
  'one clause with two amounts': [
    [{}, { id: 'M2', rest: 'amount: { form: fixed, yuan: 2 }' }],
    /^2:\d+: contradicts M1: one clause gives the same applicants two different amounts/m,
  ],
  'a circle of guides': [
    [
      {
        rest: `${FIXED}, caps: [{ yuan: 5, per: project }], guide: { key: k, clause: M2, wider: open }`,
      },
      M2(`${FIXED}, caps: [{ yuan: 5, per: project }], guide: { key: l, clause: M1, wider: open }`),
    ],
    /^1:\d+: a circle: M1 → M2 → M1$/m,
  ],
  'a top-up that is never in force with what it tops up': [
    [
      {},
      M2('amount: { form: top-up, yuan: 1, on: M1, member: budget_is_approximate }', {
        when: 'inForce: { from: 2022-01-01, to: 2022-12-31 }',
      }),
    ],
    /^2:\d+: M1 is never in force on a day on which this one is/m,
  ],
  'a top-up whose conditions exclude those of what it tops up': [
    [
      { rest: `${FIXED}, conditions: [{ flag: budget_is_approximate }]` },
      M2(
        'amount: { form: top-up, yuan: 1, on: M1, member: budget_is_approximate }, conditions: [{ flag: budget_is_approximate, is: false }]',
      ),
    ],
    /^2:\d+: nobody can fulfil the conditions of M1 and of this one/m,
  ],
  'a rule that costs too much to ask': [
    [
      {
        rest: `${FIXED}, each: { list: projects, conditions: [${`{ any: [${'{ judged: a }, '.repeat(29)}] }, `.repeat(7)}] }`,
      },
    ],
    /would ask up to 21000 conditions of one case; at most 20000 are allowed/,
  ],
}

for (const [name, [measures, told]] of Object.entries(CASES)) {
  test(`refused at load: ${name}`, async () => {
    assert.match((await faultsOf(measures)).told, told)
  })
}

const WORD_FACT = {
  'here/facts/f.yaml':
    'id: f\nfacts: [{ name: kind_of_thing, title: { zh: 甲, en: A }, type: { type: word } }]\n',
}

test('refused at load: a branch whose measure excludes the word that leads to it', async () => {
  const { told } = await faultsOf(
    [{ rest: `${FIXED}, conditions: [{ fact: kind_of_thing, oneOf: [b] }]` }, M2(FIXED)],
    {
      ...WORD_FACT,
      'here/articles/a.yaml':
        'id: A1\ntitle: { zh: 甲, en: A }\nbranchBy: kind_of_thing\nopen: OPEN\nbranches: [{ is: a, measure: M1 }, { is: c, measure: M2 }]\n',
    },
  )
  assert.match(
    told,
    /^1:\d+: contradicts article A1, which leads here where “kind_of_thing” is “a”/,
  )
})

test('refused at load: a measure for what is forbidden', async () => {
  const { told } = await faultsOf(
    [{ rest: `${FIXED}, conditions: [{ fact: kind_of_thing, oneOf: [b] }]` }],
    {
      ...WORD_FACT,
      'here/prohibitions/p.yaml':
        '{ id: P1, document: D, article: 一, title: { zh: 甲, en: A }, clause: { zh: 甲, en: A }, standing: letter, forbids: { fact: kind_of_thing, oneOf: [a, b] }, code: NO }\n',
    },
  )
  assert.match(told, /^1:\d+: asks for what P1 forbids/)
})

test('versions that follow each other are one measure', async () => {
  const { told, pack } = await faultsOf([
    {},
    { when: 'inForce: { from: 2021-01-01, to: 2021-12-31 }', rest: 'amount: { form: none }' },
  ])
  assert.equal(told, '')
  assert.equal(pack?.own('measures').length, 2)
})
