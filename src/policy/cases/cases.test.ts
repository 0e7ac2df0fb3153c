import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CALL, FORM, SupportWorld } from '../../../test/support/support-world.ts'
import { formatDigits } from '../../lib/json-digits.ts'
import { factsOfCase } from './case-facts.ts'

const LINES = FORM.facts.invoice_lines

test('an application goes from its receipt over a correction and the audit of its lines to a recommendation', async () => {
  await using world = await SupportWorld.open()
  const call = await world.call()
  const anna = await world.applicant('anna')
  const id = await world.applied(anna, call)

  const seen = (await world.get(anna.client, `cases/${id}`)).body
  assert.equal(seen.step, 'completeness')
  assert.equal(seen.deadlines[0].dueAt, '2026-01-08T16:00:00.000Z')
  assert.deepEqual(
    seen.may.map((it: { do: string }) => it.do),
    ['withdraw'],
  )

  const points = [
    { path: '/facts/invoice_lines/1/net_yuan', reason: 'differs from the invoice' },
    { path: 'audit_report', reason: 'is missing' },
  ]
  const asked = await world.did(world.operator, id, { do: 'request-correction', points })
  assert.equal(asked.state, 'correcting')
  const form = {
    ...FORM,
    facts: { ...FORM.facts, invoice_lines: [LINES[0], { ...LINES[1], net_yuan: '400000' }] },
  }
  const answers = ['mended', 'follows by post']
  const answered = await world.did(anna.client, id, { do: 'answer-correction', answers, form })
  assert.deepEqual([answered.state, answered.contentVersion], ['open', 2])

  for (const outcome of ['accepted', 'to-audit']) {
    await world.did(world.operator, id, { do: 'advance', outcome })
  }
  const document = { title: '专项审计报告 2026-1' }
  const why = 'as the audit found'
  const entries = [
    { fact: 'cost_rules', value: 'special_audit_standard', why },
    { fact: 'determinations.effect_and_demonstration', value: true, why },
    { fact: 'invoice_lines', item: LINES[0]?.id, part: 'listed_in_application', value: true, why },
    { fact: 'invoice_lines', item: LINES[0]?.id, part: 'documents_complete', value: true, why },
    { fact: 'invoice_lines', item: LINES[1]?.id, part: 'listed_in_application', value: true, why },
    { fact: 'invoice_lines', item: LINES[1]?.id, part: 'documents_complete', value: false, why },
  ]
  const told = await world.post(world.operator, `cases/${id}/determinations`, { document, entries })
  assert.equal(told.status, 201, told.text)
  const outlook = (await world.get(world.operator, `cases/${id}/outlook`)).body
  assert.deepEqual(
    outlook.open.map((it: { code: string }) => it.code),
    ['MISSING_EVIDENCE:audit_report'],
  )
  assert.deepEqual([outlook.eligible, outlook.boundsFen], [null, { from: '0', to: '18000000' }])

  const done = await world.did(world.operator, id, { do: 'advance', outcome: 'recommended' })
  assert.deepEqual([done.state, done.ended], ['ended', 'recommended'])
  const mine = (await world.get(anna.client, 'applications')).body.items
  assert.deepEqual([mine.length, mine[0].ended], [1, 'recommended'])
  const thread = (await world.get(anna.client, `cases/${id}/thread`)).body.items
  assert.deepEqual(
    thread.map((it: { deed: string }) => it.deed),
    ['submit', 'request-correction', 'answer-correction', 'advance', 'advance', 'advance'],
  )
})

test('facts of a case keep where they came from, and what was stated beside a better source', async () => {
  await using world = await SupportWorld.open()
  const call = await world.call()
  const anna = await world.applicant('anna')
  const id = await world.applied(anna, call)
  const document = { title: 'audit' }
  const told = (value: unknown) => ({
    document,
    entries: [{ fact: 'declared_investment_yuan', value, why: 'x' }],
  })
  await world.post(world.operator, `cases/${id}/determinations`, told('900000.10'))
  const after = await factsOfCase(world.deps.documents, id)
  assert.equal(formatDigits(after.facts.declared_investment_yuan ?? null), '900000.10')
  assert.deepEqual(after.contradictions, [
    {
      fact: 'declared_investment_yuan',
      value: '900000.10',
      declared: '1000000',
      trust: 'attested',
    },
  ])
  await world.post(world.operator, `cases/${id}/determinations`, told(null))
  const back = await factsOfCase(world.deps.documents, id)
  assert.equal(formatDigits(back.facts.declared_investment_yuan ?? null), '1000000')
  assert.deepEqual(back.contradictions, [])
  const measured = async () => ({
    declared_investment_yuan: {
      value: back.facts.declared_investment_yuan ?? null,
      source: 'node',
    },
  })
  const counted = await factsOfCase(world.deps.documents, id, { measured })
  assert.deepEqual(
    counted.sources.find((it) => it.fact === 'declared_investment_yuan'),
    { fact: 'declared_investment_yuan', trust: 'measured', source: 'node' },
  )
})

test('a live call takes no draft, no letter and no measure whose time is over', async () => {
  await using world = await SupportWorld.open()
  const wish = { ...CALL, mode: 'live', measures: ['D1-M10', 'D4-M1', 'D9'], papers: [] }
  const reply = await world.post(world.operator, 'calls', wish)
  assert.equal(reply.status, 422)
  const paths = reply.body.errors.map((it: { path: string }) => it.path)
  assert.deepEqual([...new Set(paths)].sort(), ['/measures/0', '/measures/1', '/measures/2'])
})

test('every wrong field of a form is told at once, and what the office fills in is not taken', async () => {
  await using world = await SupportWorld.open()
  const call = await world.call()
  const anna = await world.applicant('anna')
  const form = {
    ...FORM,
    type: 'emperor',
    measures: ['D1-M02'],
    facts: {
      declared_investment_yuan: '1.005',
      audited_investment_yuan: '1',
      colour: 'red',
      invoice_lines: [{ ...LINES[0], date: '2025-02-30', documents_complete: true }],
    },
    papers: { passport: [] },
  }
  const reply = await world.post(anna.client, 'applications', { call, enterprise: anna.id, form })
  assert.equal(reply.status, 422)
  assert.deepEqual(reply.body.errors.map((it: { path: string }) => it.path).sort(), [
    '/form/facts/audited_investment_yuan',
    '/form/facts/colour',
    '/form/facts/declared_investment_yuan',
    '/form/facts/invoice_lines/0/date',
    '/form/facts/invoice_lines/0/documents_complete',
    '/form/measures/0',
    '/form/papers/passport',
    '/form/type',
  ])
})

test('late is late to the second, a repeat finds its receipt even then, and a key serves one request', async () => {
  await using world = await SupportWorld.open()
  const { clock } = world.parties.node
  const closesAt = new Date(clock() + 600_000).toISOString()
  const call = await world.call({ perApplicantMax: 1, closesAt })
  const anna = await world.applicant('anna')
  const bert = await world.applicant('bert')
  clock.advance(599_999)
  const wish = { call, enterprise: anna.id, form: FORM }
  const first = await world.post(anna.client, 'applications', wish, 'once')
  assert.equal(first.status, 201, first.text)
  clock.advance(1)
  const again = await world.post(anna.client, 'applications', wish, 'once')
  assert.deepEqual([again.status, again.body], [201, { ...first.body, isRepeat: true }])
  const late = await world.post(bert.client, 'applications', { ...wish, enterprise: bert.id })
  assert.equal(late.status, 409, late.text)
  const other = { ...wish, form: { ...FORM, project: 'x' } }
  assert.equal((await world.post(anna.client, 'applications', other, 'once')).status, 422)
})

test('one enterprise meets a case of another as one that is not there, and cannot apply for it', async () => {
  await using world = await SupportWorld.open()
  const call = await world.call()
  const anna = await world.applicant('anna')
  const bert = await world.applicant('bert')
  const id = await world.applied(anna, call)
  for (const path of ['', '/thread', '/determinations', '/outlook', '/findings', '/files/f1']) {
    const [theirs, none] = [
      await world.get(bert.client, `cases/${id}${path}`),
      await world.get(bert.client, `cases/nothing${path}`),
    ]
    assert.deepEqual([theirs.status, theirs.body.detail], [404, none.body.detail], path)
  }
  assert.equal((await world.deed(bert.client, id, { do: 'withdraw' })).status, 404)
  assert.deepEqual((await world.get(bert.client, 'applications')).body.items, [])
  assert.equal((await world.get(bert.client, 'cases')).status, 403)
  const wish = { call, enterprise: anna.id, form: FORM }
  assert.equal((await world.post(bert.client, 'applications', wish)).status, 403)
  // what the office makes of a case is not shown to its applicant either
  assert.equal((await world.get(anna.client, `cases/${id}/outlook`)).status, 403)
})

test('an official acts for their units alone, and never in a case of an enterprise they have an interest in', async () => {
  await using world = await SupportWorld.open()
  const olga = await world.staff('official-1', 'official')
  const { id: user } = (await olga.send('GET', '/api/v1/me')).body
  const anna = await world.applicant('anna')
  const [here, there] = [
    await world.applied(anna, await world.call({ department: 'city-industry' })),
    await world.applied(anna, await world.call({ department: 'city-science' })),
  ]
  const post = { units: ['city-industry'], approvals: [], fields: [], interests: [] }
  const put = (version: number, more: object = {}) =>
    world.operator.send('PUT', `/api/v1/policy/posts/${user}`, { ...post, ...more, version })
  assert.equal((await put(0)).status, 200)
  const queue = async () =>
    (await world.get(olga, 'cases')).body.items.map((it: { id: string }) => it.id)
  const steps = async () => (await world.get(olga, 'cases/counts')).body.steps[0]
  assert.deepEqual(await queue(), [here])
  assert.deepEqual(await steps(), { step: 'completeness', open: 1 })
  assert.equal((await world.get(olga, `cases/${there}`)).status, 404)
  await put(1, { interests: [anna.id] })
  assert.deepEqual(await queue(), [])
  assert.deepEqual(await steps(), { step: 'completeness', open: 0 })
  assert.equal((await world.get(olga, `cases/${here}`)).status, 404)
})

test('an invoice in two cases, a project under two names and a related expert are found before anybody reviews', async () => {
  await using world = await SupportWorld.open()
  const call = await world.call()
  const anna = await world.applicant('anna')
  const bert = await world.applicant('bert')
  const id = await world.applied(anna, call)
  const other = await world.applied(bert, call, {
    ...FORM,
    project: '智能产线应用项目（二期）',
    facts: { invoice_lines: [{ ...LINES[1], date: '2025-05-05' }] },
  })
  const strange = await world.applied(bert, call, { ...FORM, project: '海上风电', facts: {} })
  const eva = await world.staff('expert-1', 'expert')
  const { id: expert } = (await eva.send('GET', '/api/v1/me')).body
  const post = { units: [], approvals: [], fields: ['machines'], interests: [anna.id], version: 0 }
  await world.operator.send('PUT', `/api/v1/policy/posts/${expert}`, post)
  const { items, related } = (await world.get(world.operator, `cases/${id}/findings`)).body
  assert.deepEqual(
    items.map((it: { case: string; kinds: string[] }) => [it.case, it.kinds]),
    [[other, ['number', 'name']]],
  )
  assert.deepEqual(items[0].numbers, [LINES[1]?.id])
  assert.deepEqual([related[0].user, related[0].because], [expert, 'interest'])
  await world.did(bert.client, other, { do: 'withdraw', note: 'x' })
  assert.deepEqual((await world.get(world.operator, `cases/${id}/findings`)).body.items, [])
  assert.notEqual(strange, other)
})

test('before it is sent the rules say what would come of a form, and what is still open', async () => {
  await using world = await SupportWorld.open()
  const call = await world.call()
  const anna = await world.applicant('anna')
  const preview = await world.post(anna.client, `calls/${call}/preview`, {
    enterprise: anna.id,
    form: FORM,
  })
  assert.equal(preview.status, 200, preview.text)
  const { eligible, open, sources } = preview.body
  assert.equal(eligible, null)
  const codes = open.map((it: { code: string }) => it.code)
  assert.ok(codes.includes('MISSING_DETERMINATION:effect_and_demonstration'), codes.join())
  const place = sources.find((it: { fact: string }) => it.fact === 'applicant')
  assert.equal(place.trust, 'node')
  const wrong = { ...FORM, type: 'university' }
  const no = await world.post(anna.client, `calls/${call}/preview`, {
    enterprise: anna.id,
    form: wrong,
  })
  assert.equal(no.body.eligible, false)
  assert.deepEqual(no.body.refused, [
    {
      code: 'WRONG_BENEFICIARY_TYPE',
      text: {
        en: 'Not one of the kinds of applicant named',
        zh: '申请人类型不在支持对象之列',
      },
    },
  ])
})

test('a file handed in stays with its case when the applicant deletes it, and nobody reads another’s by naming it', async () => {
  await using world = await SupportWorld.open()
  const call = await world.call()
  const anna = await world.applicant('anna')
  const bert = await world.applicant('bert')
  const [report, foreign] = [await world.uploaded(anna), await world.uploaded(bert)]
  const form = { ...FORM, papers: { audit_report: [report] } }
  const stolen = { ...FORM, papers: { audit_report: [foreign] } }
  const wish = { call, enterprise: anna.id, form: stolen }
  assert.equal((await world.post(anna.client, 'applications', wish)).status, 422)
  const id = await world.applied(anna, call, form)
  const gone = await anna.client.send('DELETE', `/api/v1/files/${report}`)
  assert.equal(gone.status, 204, gone.text)
  const read = (client: typeof anna.client, file: string) =>
    world.get(client, `cases/${id}/files/${file}`)
  const kept = await read(world.operator, report)
  assert.deepEqual([kept.status, kept.text], [200, 'a report'])
  assert.equal((await read(bert.client, report)).status, 404)
  const entries = [{ fact: 'cost_rules', value: 'special_audit_standard', why: 'x' }]
  const tell = (file: string) =>
    world.post(world.operator, `cases/${id}/determinations`, {
      document: { title: 'audit', file },
      entries,
    })
  assert.equal((await tell(foreign)).status, 422)
  assert.equal((await read(world.operator, foreign)).status, 404)
  assert.equal((await tell(report)).status, 201)
})

test('a term that reaches beyond its calendar is told as not known until the year is added; no year is taken away', async () => {
  await using world = await SupportWorld.open()
  const { terms, ...procedure } = CALL.procedure
  const accept = { ...terms.accept, length: 260 }
  const call = await world.call({ procedure: { ...procedure, terms: { ...terms, accept } } })
  const id = await world.applied(await world.applicant('anna'), call)
  const due = async () => (await world.get(world.operator, `cases/${id}`)).body.deadlines[0]
  assert.equal((await due()).unknown, true)

  const held = (await world.get(world.operator, 'calendars')).body.items
  const cn = held.find((it: { id: string }) => it.id === 'cn')
  const tell = async (change: object) =>
    await world.operator.send('PUT', '/api/v1/policy/calendars/cn', { ...cn, ...change })
  const instead = await tell({ from: '2027-01-01', to: '2027-12-31', holidays: [], workdays: [] })
  assert.equal(instead.status, 422, instead.text)
  assert.match(instead.text, /it knows 2024-01-01 to 2026-12-31/)

  const added = await tell({ to: '2027-12-31' })
  assert.equal(added.status, 200, added.text)
  assert.match((await due()).dueAt, /^2027-01-/)
})
