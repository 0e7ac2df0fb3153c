import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { test } from 'node:test'
import { type ImportWorld, openImportWorld } from '../../../test/support/import-world.ts'
import type { HandleKey } from '../handle.ts'

const PATH = '/api/v1/imports?prefix=88.100.1&template=product'

type Line = {
  line: number
  outcome: string
  handle?: string
  fields?: { path: string; detail: string }[]
  // biome-ignore lint/suspicious/noExplicitAny: replies are read freely in tests
  summary?: any
}

async function lines(answer: Response): Promise<Line[]> {
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return text
    .trimEnd()
    .split('\n')
    .map((it) => JSON.parse(it) as Line)
}

async function send(world: ImportWorld, body: string | Uint8Array, path = PATH, as = 'ann') {
  const told = await lines(await world.call(as, 'POST', path, body))
  const summary = told.pop()?.summary
  return { told, summary }
}

test('every line of a CSV file has one outcome, and the records are there', async () => {
  await using world = await openImportWorld()
  const csv = [
    '标识,名称,Page,序列号,weight (kg),note',
    '1,泵,https://a.example/1,S1,1.50,x',
    '2,,ftp://a,S2,-1,x',
    '88.100.1/3,阀,,S1,,x',
    '88.100.2/4,不是我的,,,,',
    '1.2E+11,编码,,,,',
    '5,"多\n行",,S5,,',
    '1,泵,https://a.example/1,S1,1.5,x',
  ].join('\r\n')
  const { told, summary } = await send(world, csv)
  assert.deepEqual(
    told.map((it) => [it.line, it.outcome, it.handle]),
    [
      [2, 'created', '88.100.1/1'],
      [3, 'refused', '88.100.1/2'],
      [4, 'refused', '88.100.1/3'],
      [5, 'refused', '88.100.2/4'],
      [6, 'refused', '88.100.1/1.2E+11'],
      [7, 'created', '88.100.1/5'],
      [9, 'unchanged', '88.100.1/1'],
    ],
  )
  assert.deepEqual(
    told[1]?.fields?.map((it) => it.path),
    ['/name', '/page', '/weight'],
  )
  assert.deepEqual(
    [summary.state, summary.lines, summary.created, summary.unchanged, summary.refused],
    ['done', 7, 2, 1, 4],
  )
  assert.deepEqual(summary.unmapped, ['note'])
  const record = await world.store.get('88.100.1/1' as HandleKey)
  assert.equal(record?.template, 'product@1')
  assert.equal(record?.version, 1)
  const again = await send(world, csv)
  assert.equal(again.summary.created, 0)
  assert.equal(again.summary.unchanged, 3)
})

test('an identifier of another prefix is refused; what is said to be a suffix is one', async () => {
  await using world = await openImportWorld()
  const names = [
    ...[
      '88.100.2/4',
      '88.100.12/4',
      '88.100/4',
      '86.100.2.x/4',
      '88.100.1.5/4',
      '88.5/3',
      '88.1001',
    ],
    ...['88.100.1/88.100.2/4', 'x/88.100.2/4'],
  ]
  const table = (column: string) => [column, ...names].map((it) => `${it},n`).join('\n')
  const csv = await send(world, table('identifier').replace(',n', ',name'), PATH)
  const json = names.map((handle) => `${JSON.stringify({ handle, name: 'n' })}\n`).join('')
  const ndjson = await send(world, json, `${PATH}&format=ndjson`)
  for (const { told } of [csv, ndjson]) {
    const refused = told.filter((it) => it.outcome === 'refused').map((it) => it.handle)
    assert.deepEqual(refused, [...names.slice(0, 4), '88.100.1.5/4'], JSON.stringify(told))
    assert.match(JSON.stringify(told[0]?.fields), /another prefix.*88\.100\.1.*suffix/)
  }
  const values = '[{"index":1,"type":"URL","data":{"format":"string","value":"https://x"}}]'
  const record = `{"handle":"88.100.2/9","values":${values}}`
  const whole = await send(world, record, '/api/v1/imports?prefix=88.100.1&format=handle-json')
  assert.equal(whole.told[0]?.outcome, 'refused')
  const suffixes = await send(world, table('suffix').replace(',n', ',name'))
  assert.deepEqual(
    suffixes.told.map((it) => it.handle),
    names.map((it) => `88.100.1/${it}`),
  )
  assert.ok(suffixes.told.every((it) => it.outcome !== 'refused'))
})

test('a line that names its prefix alone is refused: the cell of the suffix was empty', async () => {
  await using world = await openImportWorld()
  const { told } = await send(world, ['标识,名称', '88.100.1/,泵', '88.100.1/6,泵'].join('\n'))
  assert.deepEqual(
    told.map((it) => [it.line, it.outcome]),
    [
      [2, 'refused'],
      [3, 'created'],
    ],
  )
})

test('without asking for lines the answer is the job; its result is kept, whole or refused lines only', async () => {
  await using world = await openImportWorld()
  const csv = `suffix,name\n${Array.from({ length: 3000 }, (_, i) => `A${i},${i === 7 ? '' : 'n'}`).join('\n')}\n`
  const answer = await fetch(world.url + PATH, {
    method: 'POST',
    headers: { 'x-as': 'ann' },
    body: csv,
  })
  assert.equal(answer.status, 200)
  const job = (await answer.json()) as Line['summary']
  assert.deepEqual([job.state, job.created, job.refused], ['done', 2999, 1])
  assert.equal(job.errors[0].line, 9)
  const path = `/api/v1/imports/${job.id}/result`
  const kept = await lines(await world.call('abe', 'GET', `${path}?format=ndjson`))
  assert.equal(kept.length, 3000)
  assert.deepEqual(kept[0], { line: 2, outcome: 'created', handle: '88.100.1/A0' })
  assert.deepEqual(kept[7]?.outcome, 'refused')
  assert.deepEqual(
    kept.map((it) => [it.line, it.handle]),
    kept.map((_, i) => [i + 2, `88.100.1/A${i}`]),
  )
  const refused = await (await world.call('ann', 'GET', `${path}?outcomes=refused`)).text()
  assert.match(refused, /^line,outcome,identifier,reason\r\n9,refused,88.100.1\/A7,/)
  const list = (await (await world.call('ann', 'GET', '/api/v1/imports')).json()) as Line['summary']
  assert.equal(list.items.length, 1)
  const events = await (await world.call('ann', 'GET', `/api/v1/imports/${job.id}/events`)).text()
  assert.match(events, /^event: end\ndata: \{/)
})

test('another enterprise learns nothing of an import, and cannot write under the prefix', async () => {
  await using world = await openImportWorld()
  const { summary } = await send(world, 'suffix,name\n1,a\n')
  for (const path of ['', '/result', '/events']) {
    const answer = await world.call('bob', 'GET', `/api/v1/imports/${summary.id}${path}`)
    assert.equal(answer.status, 404, path)
  }
  for (const deed of ['cancel', 'undo']) {
    const answer = await world.call('bob', 'POST', `/api/v1/imports/${summary.id}/${deed}`)
    assert.equal(answer.status, 404, deed)
  }
  const list = await world.call('bob', 'GET', '/api/v1/imports')
  assert.deepEqual(((await list.json()) as Line['summary']).items, [])
  assert.equal((await world.call('bob', 'POST', PATH, 'suffix,name\n1,a\n')).status, 404)
  assert.equal((await world.call('nobody', 'POST', PATH, 'suffix,name\n1,a\n')).status, 401)
  const foreign = await send(
    world,
    '{"handle":"88.100.1/1","values":[{"index":1,"type":"URL","data":"https://b"}]}\n',
    '/api/v1/imports?format=ndjson',
    'bob',
  )
  assert.equal(foreign.told[0]?.outcome, 'refused')
})

test('what is wrong with a file as a whole is an error of the request', async () => {
  await using world = await openImportWorld()
  const cases: [path: string, body: string, status: number][] = [
    [PATH, 'name\nx\n', 422],
    [PATH, '', 400],
    [PATH, 'suffix\n1\n', 422],
    [`${PATH}&map=nope%3Dname`, 'suffix,name\n1,x\n', 422],
    [`${PATH}&map=name%3Dnope`, 'suffix,name\n1,x\n', 422],
    ['/api/v1/imports?prefix=88.100.1', 'suffix,name\n1,x\n', 422],
    ['/api/v1/imports?prefix=88.100.1&template=nope', 'suffix,name\n1,x\n', 404],
    [`${PATH}&format=xlsx`, 'not a workbook', 400],
    [`${PATH}&format=xlsx`, '\xd0\xcf\x11\xe0', 400],
    ['/api/v1/imports?prefix=88.100.1&format=handle-json', '{"a":1}', 400],
    [`${PATH}&resume=nothing.here`, '', 404],
  ]
  for (const [path, body, status] of cases) {
    const answer = await world.call('ann', 'POST', path, Buffer.from(body, 'latin1'))
    assert.equal(answer.status, status, `${path} ${body}: ${await answer.text()}`)
  }
})

test('columns are mapped as they are told', async () => {
  await using world = await openImportWorld()
  const path = `${PATH}&map=Code%3Dsuffix&map=Bezeichnung%3Dname&map=page%3D`
  const { told, summary } = await send(world, 'Code;Bezeichnung;page\nX;Pumpe;nope\n', path)
  assert.equal(told[0]?.outcome, 'created')
  assert.deepEqual(summary.columns, [
    { column: 'Code', field: 'suffix' },
    { column: 'Bezeichnung', field: 'name' },
    { column: 'page', field: '' },
  ])
})

test('lines of JSON are read typed, flat or with fields, by name or label', async () => {
  await using world = await openImportWorld()
  const ndjson = [
    '{"suffix":"1","name":"a","weight":1.5,"tags":["x","y"]}',
    '{"handle":"88.100.1/2","fields":{"名称":"b","Weight":"2"}}',
    '{"handle":"88.100.1/3","name":5}',
    '{"handle":12,"name":"x"}',
    '[1]',
    '{"identifier":"4","values":[{"index":1,"type":"URL","data":{"format":"string","value":"https://x"}}]}',
  ].join('\n')
  const { told } = await send(world, ndjson, `${PATH}&format=ndjson`)
  assert.deepEqual(
    told.map((it) => it.outcome),
    ['created', 'created', 'refused', 'refused', 'refused', 'created'],
  )
  assert.equal((await world.store.get('88.100.1/4' as HandleKey))?.template, undefined)
})

test('records of the Handle JSON API are loaded from any of their forms', async () => {
  await using world = await openImportWorld()
  const { records } = JSON.parse(readFileSync('spec/handle/handle-json.json', 'utf8'))
  const own = JSON.parse(JSON.stringify(records).replaceAll('20.500.99999', '88.100.1'))
  const forms = [
    JSON.stringify({ meta: {}, records: own }, null, 1),
    JSON.stringify(own),
    own.map((it: unknown) => JSON.stringify(it)).join('\n'),
  ]
  for (const [i, form] of forms.entries()) {
    const { told } = await send(world, form, '/api/v1/imports?format=handle-json')
    const outcomes = new Set(told.map((it) => it.outcome))
    assert.equal(told.length, own.length)
    assert.deepEqual([...outcomes], [i === 0 ? 'created' : 'unchanged'], JSON.stringify(told))
  }
})

test('lines with values are checked as one registered by hand; records of another server are taken as they were', async () => {
  await using world = await openImportWorld()
  const line = (name: string) =>
    `{"handle":"88.100.1/${name}","values":[{"index":100,"type":"HS_ADMIN","data":"no administrator"}]}`
  const own = await send(world, line('a'), '/api/v1/imports?format=ndjson')
  assert.equal(own.told[0]?.outcome, 'refused')
  assert.deepEqual(
    own.told[0]?.fields?.map((it) => it.path),
    ['/values/0/data'],
  )
  const moved = await send(world, line('b'), '/api/v1/imports?format=handle-json')
  assert.equal(moved.told[0]?.outcome, 'created')
})

test('a dry run tells what would be, and stores nothing', async () => {
  await using world = await openImportWorld()
  const { told, summary } = await send(world, 'suffix,name\n1,a\n2,\n', `${PATH}&dryRun=true`)
  assert.deepEqual(
    told.map((it) => it.outcome),
    ['created', 'refused'],
  )
  assert.equal(summary.dryRun, true)
  assert.equal((await world.store.totals()).total, 0)
  assert.equal((await world.call('ann', 'POST', `/api/v1/imports/${summary.id}/undo`)).status, 409)
})

test('a dry run tells of a file what the import of it tells: names and unique values that come again', async () => {
  await using world = await openImportWorld()
  await send(world, 'suffix,name,serial\nold,was here,S0\n')
  const rows = Array.from({ length: 40_000 }, (_, i) => `${i},n,T${i}`)
  const csv = [
    'suffix,name,serial',
    'a,n,S1',
    'b,taken,S0',
    'a,n,S1',
    ...rows,
    'a,other,S2',
    'c,again,S2',
    'd,free again,S1',
    'old,moved,S3',
    'e,free again,S0',
    '7,n,T7',
  ].join('\n')
  const dry = await send(world, csv, `${PATH}&dryRun=true`)
  const real = await send(world, csv)
  assert.deepEqual(dry.told, real.told)
  assert.deepEqual(
    dry.told.filter((it) => it.line < 5 || it.line > 40_004).map((it) => it.outcome),
    [
      'created',
      'refused',
      'unchanged',
      'updated',
      'refused',
      'created',
      'updated',
      'created',
      'unchanged',
    ],
  )
})

test('an undone import retires what it created and leaves alone what was changed since', async () => {
  await using world = await openImportWorld()
  await send(world, 'suffix,name\nold,was here\n')
  const { summary } = await send(world, 'suffix,name,serial\nold,changed,\n1,a,S1\n2,b,S2\n')
  await send(world, 'suffix,name\n2,someone else\n')
  const undo = await world.call('ann', 'POST', `/api/v1/imports/${summary.id}/undo`)
  assert.equal(undo.status, 200)
  await world.imports.undone(summary.id)
  const job = await (await world.call('ann', 'GET', `/api/v1/imports/${summary.id}`)).json()
  const { state, retired, leftAlone } = (job as Line['summary']).undo
  assert.deepEqual([state, retired, leftAlone], ['done', 1, 2])
  const states = ['OLD', '1', '2'].map(
    async (it) => (await world.store.get(`88.100.1/${it}` as HandleKey))?.state,
  )
  assert.deepEqual(await Promise.all(states), ['registered', 'retired', 'registered'])
  const again = await send(world, 'suffix,name,serial\nnew,a,S1\n1,a,\n')
  assert.deepEqual(
    again.told.map((it) => it.outcome),
    ['created', 'created'],
  )
})

test('an import that is done keeps its record when its idempotency key comes again', async () => {
  await using world = await openImportWorld()
  const upload = async (path: string, body: string) =>
    await fetch(world.url + path, {
      method: 'POST',
      headers: { 'x-as': 'ann', 'idempotency-key': 'k1' },
      body,
    })
  const first = (await (await upload(PATH, 'suffix,name\n1,a\n')).json()) as Line['summary']
  const second = (await (await upload(PATH, 'suffix,name\n1,a\n2,b\n')).json()) as Line['summary']
  assert.notEqual(second.id, first.id)
  assert.deepEqual([second.created, second.unchanged], [1, 1])
  const kept = await fetch(`${world.url}/api/v1/imports/${first.id}`, {
    headers: { 'x-as': 'ann' },
  })
  const { created, unchanged } = (await kept.json()) as Line['summary']
  assert.deepEqual([created, unchanged], [1, 0], 'what the first one did stays on record')
  assert.equal((await upload(`${PATH}&dryRun=true`, 'suffix,name\n1,a\n')).status, 409)
})

/** Sends `body` and cuts the connection once the import has read `bytes` of it; resolves with the job's id. */
function sendTorn(world: ImportWorld, body: Buffer, bytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = request(world.url + PATH, {
      method: 'POST',
      headers: { 'x-as': 'ann', accept: 'application/x-ndjson', 'content-length': body.length },
    })
    upload.on('error', reject)
    upload.write(body.subarray(0, bytes))
    upload.on('response', (response) => {
      const id = response.headers.location?.split('/').at(-1) ?? ''
      response.on('error', () => resolve(id))
      response.on('close', () => resolve(id))
      const cut = setInterval(() => {
        if ((world.imports.live(id)?.job.bytes ?? bytes) < bytes) return
        clearInterval(cut)
        upload.destroy()
      }, 20)
    })
  })
}

test('a torn upload goes on where it broke, wherever that was', async () => {
  await using world = await openImportWorld()
  const count = 4000
  const rows = Array.from({ length: count }, (_, i) => `N${i},"名 ${i}\nx",S${i}`)
  const body = Buffer.from(`\ufeffsuffix,name,serial\r\n${rows.join('\r\n')}\r\n`)
  const id = await sendTorn(world, body, Math.floor(body.length * 0.9) + 3)
  await world.imports.live(id)?.finished
  const broken = (await (
    await world.call('ann', 'GET', `/api/v1/imports/${id}`)
  ).json()) as Line['summary']
  assert.equal(broken.state, 'broken')
  assert.ok(broken.resume.bytes > body.length * 0.8 && broken.resume.bytes < body.length)
  const rest = body.subarray(broken.resume.bytes)
  const { told, summary } = await send(
    world,
    rest,
    `/api/v1/imports?resume=${encodeURIComponent(broken.resume.token)}`,
  )
  assert.deepEqual([summary.state, summary.created, summary.lines], ['done', count, count])
  assert.equal(told.at(-1)?.line, count * 2)
  assert.deepEqual(await world.store.counts('88.100.1' as never), {
    total: count,
    registered: count,
    retired: 0,
    held: 0,
  })
  const over = await world.call('ann', 'POST', `/api/v1/imports?resume=${broken.resume.token}`, '')
  assert.equal(over.status, 409)
})

test('exports read back as the same records, and run no formula', async () => {
  await using world = await openImportWorld()
  const csv = [
    'suffix,name,page,serial,weight,cost,tags',
    '1,=1+1,https://a/1,\'00,1.5,-7,"[""a"",""b;c""]"',
    '2,"say ""x""\n_x0041_ & <b>",,="007",-0.5,,',
    "'=3,'a,,@x,12345678901234567890,,",
  ].join('\n')
  await send(world, csv.replace('-0.5', '0.5'))
  const before = await world.store.scan('88.100.1' as never, { limit: 10 })
  assert.equal(before.length, 3)
  const path = '/api/v1/exports?prefix=88.100.1&template=product'
  for (const format of ['csv', 'ndjson', 'xlsx', 'handle-json']) {
    const answer = await world.call('ann', 'GET', `${path}&format=${format}`)
    assert.equal(answer.status, 200)
    const file = Buffer.from(await answer.arrayBuffer())
    if (format === 'csv') assert.doesNotMatch(file.toString(), /(^|,)"?[=@+]/m)
    const back = format === 'handle-json' ? '/api/v1/imports?prefix=88.100.1' : PATH
    const { told } = await send(world, file, `${back}&format=${format}`)
    const expected = format === 'handle-json' ? 'updated' : 'unchanged'
    assert.deepEqual(
      told.map((it) => it.outcome),
      [expected, expected, expected],
      `${format}: ${JSON.stringify(told)} ${file}`,
    )
  }
  assert.equal((await world.call('bob', 'GET', path)).status, 404)
})
