import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packFolder } from '../../test/support/pack-folder.ts'
import { readPack } from '../kernel/packs/pack.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { POLICY_KINDS } from './kinds.ts'

const REGION = 'code: here\nname: { zh: 此地, en: Here }\nedition: 1\n'
const TEXTS =
  'document: P1, article: 一, title: { zh: 甲, en: A }, clause: { zh: 甲, en: A }, owner: [o], layer: measure'
const IN_FORCE = 'standing: measure, inForce: { from: 2020-01-01, to: 2020-12-31 }, region: free'

/** Faults of a pack with one measure (and what else is given), without the place in the file. */
async function faultsOf(
  measure: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  await using folder = await packFolder({
    'here/region.yaml': REGION,
    'here/measures/m.yaml': `- { id: M1, ${TEXTS}, ${measure} }\n- { id: M2, ${TEXTS.replace('zh: 甲', 'zh: 乙')}, ${IN_FORCE}, amount: { form: fixed, yuan: 1 }, caps: [{ yuan: 9, per: project }] }\n`,
    ...files,
  })
  const { faults } = await readPack(folder.of('here'), POLICY_KINDS)
  return faults.map((it) => `${it.line}: ${it.reason.en}`)
}

const FIXED = 'amount: { form: fixed, yuan: 1 }'
const CASES: Readonly<Record<string, readonly [measure: string, fault: RegExp]>> = {
  'an unknown fact': [
    `${IN_FORCE}, ${FIXED}, conditions: [{ fact: totl_investment_yuan, unit: yuan, atLeast: 1 }]`,
    /no fact “totl_investment_yuan”; the nearest is “total_investment_yuan”/,
  ],
  'another unit': [
    `${IN_FORCE}, ${FIXED}, conditions: [{ fact: total_investment_yuan, unit: count, atLeast: 1 }]`,
    /is counted in yuan, not in count/,
  ],
  'a fact of another type': [
    `${IN_FORCE}, ${FIXED}, conditions: [{ flag: application_date }]`,
    /of type day, and flag is asked for/,
  ],
  'an unknown type of applicant': [
    `${IN_FORCE}, ${FIXED}, beneficiaries: [asociation]`,
    /no type of applicant “asociation”; the nearest is “association”/,
  ],
  'a rate above 1': [
    `${IN_FORCE}, amount: { form: rate, rate: 3/2, ceiling: true, of: { fact: total_investment_yuan } }`,
    /3\/2 is more than 1/,
  ],
  'a base that is no money': [
    `${IN_FORCE}, amount: { form: rate, rate: 1/2, ceiling: true, of: { fact: months_in_operation } }`,
    /of type quantity, and money is asked for/,
  ],
  'a rate of nothing': [
    `${IN_FORCE}, amount: { form: rate, rate: 1/2, ceiling: true, of: { wording: w } }`,
    /a rate is of a fact or of a list/,
  ],
  'a ceiling alone without a cap': [
    `${IN_FORCE}, amount: { form: ceiling-only }`,
    /an amount without a formula needs a cap/,
  ],
  'a cap without a sum': [
    `${IN_FORCE}, ${FIXED}, caps: [{ per: project }]`,
    /either one sum or one for each level/,
  ],
  'a cap without what it is counted per': [`${IN_FORCE}, ${FIXED}, caps: [{ yuan: 1 }]`, /per/],
  'a draft in force': [
    `standing: draft, inForce: { from: 2020-01-01, to: 2020-12-31 }, region: free, ${FIXED}`,
    /never in force/,
  ],
  'a measure that is never in force': [
    `standing: measure, region: free, ${FIXED}`,
    /says when it is in force/,
  ],
  'an end before the beginning': [
    `standing: measure, inForce: { fromMonth: 2021-03, toMonth: 2021-02 }, region: free, ${FIXED}`,
    /ends before it begins/,
  ],
  'a top-up of what is not there': [
    `${IN_FORCE}, amount: { form: top-up, yuan: 1, on: M9, member: budget_is_approximate }`,
    /no measure “M9”/,
  ],
  'a top-up of itself': [
    `${IN_FORCE}, amount: { form: top-up, yuan: 1, on: M1, member: budget_is_approximate }`,
    /tops up no other top-up/,
  ],
  'a guide wider than its measure': [
    `${IN_FORCE}, ${FIXED}, caps: [{ yuan: 5, per: project }], guide: { key: k, clause: M2, wider: own-cap }`,
    /M2 is wider than the measure’s own cap/,
  ],
  'a fact of a line that the list does not have': [
    `${IN_FORCE}, amount: { form: rate, rate: 1/2, ceiling: true, of: { lines: { list: approved_yuan, amount: amount_yuan, keep: [{ when: { flag: good } }] } } }`,
    /no fact “good”/,
  ],
  'conditions nested too deep': [
    `${IN_FORCE}, ${FIXED}, conditions: [{ all: [{ any: [{ not: { flag: budget_is_approximate } }] }] }]`,
    /./,
  ],
  'more conditions than are allowed': [
    `${IN_FORCE}, ${FIXED}, conditions: [${'{ flag: budget_is_approximate }, '.repeat(31)}]`,
    /./,
  ],
}

for (const [name, [measure, fault]] of Object.entries(CASES)) {
  test(`refused at load: ${name}`, async () => {
    const faults = await faultsOf(measure)
    assert.ok(faults.length > 0)
    assert.match(faults.join('\n'), new RegExp(`^1: .*${fault.source}`, 'm'))
  })
}

test('a measure without faults is read', async () => {
  assert.deepEqual(await faultsOf(`${IN_FORCE}, ${FIXED}`), [])
})

test('an article with a branch that is not there, a prohibition of an unknown fact, a fact that changes its type', async () => {
  const faults = await faultsOf(`${IN_FORCE}, ${FIXED}`, {
    'here/articles/a.yaml':
      'id: A1\ntitle: { zh: 甲, en: A }\nbranchBy: w\nopen: OPEN\nbranches:\n  - { is: x, measure: M1 }\n  - { is: y, measure: M7 }\n',
    'here/prohibitions/p.yaml': `{ id: P1, document: D, article: 一, title: { zh: 甲, en: A }, clause: { zh: 甲, en: A }, standing: letter, forbids: { flag: nothing }, code: NO }\n`,
    'here/facts/f.yaml':
      'id: f\nfacts: [{ name: application_date, title: { zh: 甲, en: A }, type: { type: flag } }]\n',
  })
  assert.match(faults.join('\n'), /7: there is no measure “M7”/)
  assert.match(faults.join('\n'), /there is no fact “nothing”/)
  assert.match(faults.join('\n'), /“application_date” has another type already/)
})

test('a paper, an office, a reading or a measure that nobody holds is told, by the nearest name', async () => {
  await using folder = await packFolder({
    'baoan/region.yaml': 'code: baoan\nname: { zh: 此地, en: Here }\nedition: 1\n',
    'baoan/departments/d.yaml':
      '- { id: office, name: { zh: 甲, en: A }, from: 2020-01-01, place: 一 }\n',
    'baoan/measures/m.yaml': `- { id: M1, ${TEXTS.replace('[o]', '[offise]')}, readings: [A-01], ${IN_FORCE}, ${FIXED} }\n`,
    'baoan/targets/t.yaml':
      '- { id: T1, document: P2, place: 一, indicator: { zh: 甲, en: A }, kind: quota, measures: [M2] }\n',
  })
  const { faults } = await readPack(folder.of('baoan'), REGION_KINDS)
  const told = faults.map((it) => it.reason.en).join('\n')
  for (const part of [
    /no paper “P1”/,
    /no department “offise”/,
    /no reading “A-01”/,
    /no measure “M2”/,
  ])
    assert.match(told, part)
})
