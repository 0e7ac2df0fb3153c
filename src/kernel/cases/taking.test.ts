import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  APPLICANT_OF,
  CaseWorld,
  OFFICER,
  official,
  PROCEDURE,
} from '../../../test/support/case-world.ts'
import type { Text } from '../../lib/text.ts'
import type { Documents } from '../documents/documents.ts'
import { openSqliteDocuments } from '../documents/sqlite.ts'
import { checkLedger } from '../quotas/check-ledger.ts'
import { openLedger, planLedger } from '../quotas/ledger.ts'
import { checkQuota, openQuota, planQuotas } from '../quotas/quotas.ts'
import { submit } from './calls.ts'
import { type Also, act, type CaseDesk, publishProcedure, readCase } from './desk.ts'

const FEN = { en: 'fen', zh: '分' }

/** As a room does it: the place and the money are taken in the commit of the decision, or the decision is refused. */
function taking(documents: Documents, amount: bigint): Also {
  return async ({ id, at }) => {
    const places = await planQuotas(
      documents,
      [{ do: 'take', quota: 'places', key: id, amount: 1n }],
      at,
    )
    const money = await planLedger(
      documents,
      'fund',
      [{ kind: 'commitment', key: id, matter: id, amount }],
      at,
    )
    if (places.kind === 'refused' || money.kind === 'refused') {
      const reasons = [places, money].flatMap((it): readonly { text: Text }[] => {
        return it.kind === 'refused' ? it.reasons : []
      })
      return { refused: reasons.map(({ text }) => ({ code: 'other', text })) }
    }
    return { writes: [...places.writes, ...money.writes] }
  }
}

/** Twelve cases at the decision, three places, and money for two. */
async function decideAll(desk: CaseDesk): Promise<void> {
  const { documents } = desk
  const pins = { procedure: { id: PROCEDURE.id, version: '1' }, form: { id: 'f', version: '1' } }
  await publishProcedure(desk, PROCEDURE, OFFICER.author)
  const opened = [
    openQuota('places', { unit: { en: 'places', zh: '个名额' }, limit: 3n }),
    openLedger('fund', FEN),
  ]
  await documents.commit(opened, OFFICER)
  const first = await planLedger(
    documents,
    'fund',
    [{ kind: 'appropriation', key: 'first', amount: 250n }],
    0,
  )
  assert.ok(first.kind === 'planned')
  await documents.commit(first.writes, OFFICER)
  const cases = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const applicant = `e${index}`
      const wish = { key: 'k', applicant, under: { pins }, form: {} }
      const answer = await submit(desk, APPLICANT_OF(applicant), wish)
      assert.ok(answer.kind === 'done')
      return answer.case
    }),
  )
  const answers = await Promise.all(
    cases.map((id, index) => {
      const officer = official(`o${index}`, 'officer')
      const event = { do: 'advance', outcome: 'accepted' } as const
      return act(desk, officer, id, { key: 'k', event, also: taking(documents, 100n) })
    }),
  )
  const refused = answers.filter((it) => it.kind === 'refused')
  assert.equal(answers.length - refused.length, 2, 'there was money for two')
  for (const { reasons } of refused) {
    assert.match(reasons.map((it) => it.text.en).join('; '), /which holds 50/)
  }
  const moved = await Promise.all(cases.map((id) => readCase(documents, id)))
  assert.equal(moved.filter((it) => it.body.step === 'expert-review').length, 2)
  assert.deepEqual(await checkQuota(documents, 'places'), [])
  assert.deepEqual(await checkLedger(documents, 'fund'), [])
}

test('memory: of twelve decisions at once two find the money, and the others are told what it holds', async () => {
  await using world = await CaseWorld.open()
  await decideAll(world.desk)
})

test('SQLite: of twelve decisions at once two find the money, and the others are told what it holds', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-taking-'))
  await using world = await CaseWorld.open()
  const path = join(folder.path, 'documents.sqlite')
  await using documents = await openSqliteDocuments({ path, clock: world.desk.clock })
  await decideAll({ ...world.desk, documents })
})

test('of three hundred who take at once of what is enough for all, each gets theirs', async () => {
  const COUNT = 300
  await using world = await CaseWorld.open()
  const { documents } = world.desk
  const unit = { en: 'places', zh: '个名额' }
  await documents.commit([openQuota('places', { unit, limit: BigInt(COUNT) })], OFFICER)
  let plans = 0
  const also: Also = async ({ id, at }) => {
    plans++
    const planned = await planQuotas(
      documents,
      [{ do: 'take', quota: 'places', key: id, amount: 1n }],
      at,
    )
    assert.ok(planned.kind === 'planned')
    return planned
  }
  const answers = await Promise.all(
    Array.from({ length: COUNT }, (_, index) => {
      const applicant = `e${index}`
      const under = { call: 'call' }
      return submit(world.desk, APPLICANT_OF(applicant), {
        key: 'k',
        applicant,
        under,
        form: {},
        also,
      })
    }),
  )
  assert.ok(answers.every((it) => it.kind === 'done'))
  assert.deepEqual(await checkQuota(documents, 'places'), [])
  assert.ok(plans < 6 * COUNT, `${plans} plans for ${COUNT}: they wear each other out`)
})
