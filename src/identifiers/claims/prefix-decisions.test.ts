import assert from 'node:assert/strict'
import { test } from 'node:test'
import { must, openIdentifierWorld } from '../../../test/support/identifier-world.ts'
import { sealClaim } from '../../kernel/evidence/entry.ts'
import { PREFIXES } from '../prefixes/prefix.ts'
import { prefixDecisionClaims } from './prefix-decisions.ts'

const P = '/api/v1/prefixes'

test('every decision about a prefix is claimed, with the order but without reasons and persons', async () => {
  await using world = await openIdentifierWorld()
  const post = (path: string, body: object) =>
    must(world.ask('operator', 'POST', `${P}${path}`, { body }))
  const ORDER = { order: '2026-7', authority: 'Court', reason: 'about Mr Wang' }
  await post('', { enterprise: 'A' })
  await post('/88.100.1/suspend', { reason: 'unpaid by Mr Wang' })
  await post('/88.100.1/hold', ORDER)
  await post('/88.100.1/resume', {})
  await post('/88.100.1/lift', {})
  await post('/88.100.1/delegate', { sites: [{ url: 'https://a.example/' }] })
  await post('/88.100.1/delegate', { sites: [{ address: '192.0.2.1', port: 2641 }] })
  await post('/88.100.1/take-back', {})
  await post('/88.100.1/release', { reason: 'Mr Wang asked for it' })
  await post('', { enterprise: 'A', prefix: '88.100.1' })
  await post('', { prefix: '20.500' })
  const changes = await world.documents.changes(0, 1000, { collection: PREFIXES.name })
  const claims = changes.flatMap(prefixDecisionClaims)
  for (const claim of claims) assert.ok(sealClaim(claim, Buffer.alloc(32)))
  const decided = claims.filter((it) => it.kind === 'prefix-decision' && it.subject === '88.100.1')
  assert.deepEqual(
    decided.map((it) => it.fields.decision),
    ['allotted', 'suspended', 'held', 'resumed', 'lifted', 'delegated', 'delegated'].concat([
      'taken-back',
      'released',
      'allotted',
    ]),
  )
  for (const it of decided) assert.deepEqual(it.open, { enterprise: 'A' })
  const of = { prefix: '88.100.1', enterprise: 'A' }
  const held = { ...of, decision: 'held', order: '2026-7', authority: 'Court' }
  assert.deepEqual(decided[2]?.fields, held)
  assert.deepEqual(decided[6]?.fields.sites, [{ address: '192.0.2.1', port: 2641 }])
  assert.equal(JSON.stringify(claims).includes('Wang'), false)
  assert.equal(JSON.stringify(decided).includes('u-op'), false)
  const makers = claims.filter((it) => it.kind === 'decision-maker')
  assert.equal(makers.length * 2, claims.length)
  for (const it of makers) assert.equal(it.open, 'staff')
  assert.deepEqual(makers[1]?.fields, { of: 'prefix-decision', decision: 'allotted', by: 'u-op' })
  const own = claims.find((it) => it.subject === '20.500')
  assert.deepEqual([own?.fields, own?.open], [{ prefix: '20.500', decision: 'allotted' }, 'staff'])
})

test('what changes nothing of a decision, or is no prefix, claims nothing', async () => {
  await using world = await openIdentifierWorld()
  await must(world.ask('operator', 'POST', P, { body: { enterprise: 'A' } }))
  const [, made] = await world.documents.changes(0, 1000, { collection: PREFIXES.name })
  assert.ok(made)
  assert.deepEqual(prefixDecisionClaims({ ...made, before: made.after }), [])
  assert.deepEqual(prefixDecisionClaims({ ...made, collection: 'templates' }), [])
})
