import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { PNG } from 'pngjs'
import { HOSTILE, ODD, openPageWorld, SECRET, TARGET } from '../../../test/support/page-world.ts'
import { pathOf, routableTarget } from './names.ts'
import { descriptionLd } from './programs.ts'

const world = await openPageWorld('https://id.luan.example')
const { app } = world
after(() => app.close())

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { accept: BROWSER, ...headers } })

const LONG = `88.100.7/${'LONG-'.repeat(60)}`

test('a browser is sent on to the URL value, a program is not', async () => {
  for (const [accept, status, type] of [
    [BROWSER, 302, undefined],
    ['*/*', 302, undefined],
    ['', 302, undefined],
    ['text/html', 302, undefined],
    ['application/json', 200, 'application/json; charset=utf-8'],
    ['application/ld+json', 200, 'application/ld+json; charset=utf-8'],
    ['application/json, text/html;q=0.9', 200, 'application/json; charset=utf-8'],
    ['application/json;q=0.5, application/ld+json', 200, 'application/ld+json; charset=utf-8'],
    ['text/html;q=0, application/json;q=0.1', 200, 'application/json; charset=utf-8'],
    ['image/png', 302, undefined],
    ['application/json;q=x, text/html', 302, undefined],
  ] as const) {
    const reply = await get('/88.100.7/PUMP-1', { accept })
    assert.equal(reply.statusCode, status, accept)
    assert.equal(reply.headers['content-type'], type, accept)
    assert.equal(reply.headers.location, status === 302 ? TARGET : undefined)
    assert.match(String(reply.headers.vary), /Accept/)
  }
})

test('a name that the template of its prefix makes has the page and the forms of one that is registered', async () => {
  assert.equal((await get('/88.100.11/class.A7')).headers.location, `${TARGET}#A7`)
  const shown = await get('/88.100.11/class.A7?show')
  assert.equal(shown.statusCode, 200)
  assert.match(shown.body, /88\.100\.11\/class\.A7/)
  const json = await get('/88.100.11/class.A7', { accept: 'application/json' })
  assert.equal(json.statusCode, 200)
  assert.match(json.body, /#A7/)
  assert.equal((await get('/88.100.11/class-A7')).statusCode, 404)
  assert.equal((await get('/88.100.11/class.A7?qr=svg')).statusCode, 200)
  const explained = await get('/api/v1/explain/88.100.11/class.A7', { 'x-as': 'maker' })
  assert.equal(explained.json().outcome, 'found')
})

test('what the proxies of the Handle System understand is understood', async () => {
  const path = '/88.100.7/MANYPLACES'
  const led = async (query: string, headers: Record<string, string> = {}) => {
    const { statusCode, headers: told } = await get(`${path}${query}`, headers)
    return `${statusCode} ${told.location ?? ''}`.trim()
  }
  const all = '303 https://all.example/x?a=1'
  assert.equal(await led(''), all)
  assert.equal(await led('?auth&cert'), all)
  assert.equal(await led('', { 'x-country': 'CN' }), '302 https://cn.example/')
  assert.equal(await led('', { 'x-country': 'DE' }), all)
  assert.equal(await led('?locatt=id:cn'), '302 https://cn.example/')
  assert.equal(await led('?locatt=id:none'), all)
  assert.equal(await led('?type=URL'), `302 ${TARGET}`)
  assert.equal(await led('?index=4'), '302 https://second.example/')
  assert.equal(await led('?index=2'), '200')
  assert.equal(await led('?urlappend=%26b=2%23c'), '303 https://all.example/x?a=1&b=2#c')
  assert.equal(
    await led('?index=4&urlappend=@evil.example'),
    '302 https://second.example/@evil.example',
  )
  for (const query of [
    '?noredirect',
    '?noredirect=true',
    '?action=showvalues',
    '?NOREDIRECT=&show',
  ]) {
    assert.equal(await led(query), '200', query)
  }
  const some = await get(`${path}?noredirect&index=2&type=10320/LOC`)
  assert.match(some.body, /service@maker\.example/)
  assert.match(some.body, /all\.example/)
  assert.ok(!some.body.includes('second.example'))
})

test('an alias leads on for good, with what was asked; not in circles, and not where that is not wanted', async () => {
  const path = '/88.100.7/ALIAS'
  const aim = pathOf('88.100.7/泵 一%')
  for (const [query, accept] of [
    ['', BROWSER],
    ['?index=1&urlappend=x', BROWSER],
    ['', 'application/json'],
  ] as const) {
    const { statusCode, headers } = await get(`${path}${query}`, { accept })
    assert.deepEqual([statusCode, headers.location], [301, `${aim}${query}`])
  }
  for (const query of ['?ignore_aliases', '?noredirect', '?show']) {
    assert.equal((await get(`${path}${query}`)).statusCode, 200, query)
  }
  assert.equal((await get('/88.100.7/OWNALIAS')).statusCode, 200)
  assert.equal((await get('/88.100.7/NOALIAS')).statusCode, 200)
})

test('under an inactive namespace every page says what its owner has people told', async () => {
  const page = await get('/88.100.12/x')
  assert.equal(page.statusCode, 403)
  assert.match(page.body, /Moved to &lt;b&gt;/)
  const json = await get('/88.100.12/x', { accept: 'application/json' })
  assert.deepEqual([json.statusCode, json.json().detail], [403, 'Moved to <b>'])
})

test('the page is shown when it is asked for, or when there is nowhere to send the browser', async () => {
  for (const path of [
    '/88.100.7/PUMP-1?show',
    '/88.100.7/pump-1?lang=zh',
    '/88.100.7/PUMP-2',
    '/88.100.7/SCRIPT',
    '/88.100.7/HIDDENURL',
    `${pathOf('88.100.7/泵 一%')}`,
    '/88.100.7',
  ]) {
    const reply = await get(path)
    assert.equal(reply.statusCode, 200, path)
    assert.match(String(reply.headers['content-type']), /^text\/html/)
  }
  assert.equal((await get('/88.100.7/FTP')).headers.location, 'https://second.example/%E4%BE%8B')
})

test('an identifier that leads to its own page does not send the browser in circles', async () => {
  const own = await openPageWorld('http://localhost')
  const reply = await own.app.inject({ url: '/88.100.7/SELF', headers: { accept: BROWSER } })
  await own.app.close()
  assert.equal(reply.statusCode, 200)
})

test('each state has its own status and page in both languages', async () => {
  for (const [path, status, zh, en] of [
    ['/88.100.7/NOSUCH', 404, '标识未注册', 'Not registered here'],
    ['/99.1/x', 404, '非本节点标识', 'Not an identifier of this node'],
    ['/88.100.7/GONE', 410, '标识已注销', 'Retired'],
    ['/88.100.7/HELD', 451, '依令停止解析', 'Stopped by order'],
    ['/88.100.8/x', 403, '前缀已暂停', 'Prefix suspended'],
    ['/88.100.9/x', 200, '由企业节点解析', 'Answered by the enterprise itself'],
    [`/88.100.7/${'x'.repeat(2100)}`, 400, '标识格式有误', 'Not an identifier'],
    ['//x', 400, '标识格式有误', 'Not an identifier'],
  ] as const) {
    for (const [language, title] of [
      ['zh-CN', zh],
      ['en', en],
    ] as const) {
      const reply = await get(path, { 'accept-language': language })
      assert.equal(reply.statusCode, status, path)
      assert.ok(reply.body.includes(`<h1>${title}</h1>`), `${path} ${language}`)
      assert.ok(reply.body.includes(`<html lang="${language}">`))
      assert.equal(reply.headers['content-language'], language)
    }
    const program = await get(path, { accept: 'application/json' })
    assert.equal(program.statusCode, status)
    assert.equal(program.json().status, status)
    assert.match(String(program.headers['content-type']), /^application\/problem\+json/)
  }
})

test('nothing that was said of a held or retired identifier is shown', async () => {
  for (const path of ['/88.100.7/HELD', '/88.100.7/GONE']) {
    for (const query of ['', '?show', '?format=json', '?format=json-ld', '?qr=svg']) {
      const { body, headers } = await get(path + query)
      assert.ok(!body.includes('离心泵') && !body.includes('maker.example'), path + query)
      assert.equal(headers.location, undefined)
    }
  }
  const gone = await get('/88.100.7/GONE')
  assert.ok(gone.body.includes('南方泵业股份有限公司'), 'whom to ask is told')
})

test('a delegated identifier is asked for at the enterprise’s own address', async () => {
  const reply = await get('/88.100.10/a%2Fb%20c')
  assert.equal(reply.statusCode, 302)
  assert.equal(reply.headers.location, 'https://id.other.example/x/88.100.10/a/b%20c')
  const dollars = await get("/88.100.10/$&$'$$")
  assert.equal(dollars.headers.location, "https://id.other.example/x/88.100.10/$&$'$$")
  assert.ok((await get('/88.100.9/x')).body.includes('203.0.113.9'))
})

test('protected values are in no answer at all', async () => {
  for (const path of ['/88.100.7/PUMP-1', '/88.100.7/PUMP-2', '/88.100.7/HIDDENURL']) {
    for (const query of ['?show', '?format=json', '?format=json-ld', '?lang=en']) {
      const reply = await get(path + query)
      assert.equal(reply.statusCode, 200)
      assert.ok(!reply.body.includes(SECRET))
      if (path.includes('HIDDEN')) assert.ok(!reply.body.includes('maker.example'))
    }
    assert.ok(!(await get(`/api/handles${path}`)).body.includes(SECRET))
  }
})

test('stored markup is text on the page, and no script could run there', async () => {
  for (const path of [
    '/88.100.7/PUMP-2',
    pathOf('88.100.7/泵 一%'),
    `/88.100.7/${encodeURIComponent(HOSTILE)}`,
    '/88.100.7/SCRIPT',
    `/?id=&lang=${encodeURIComponent(HOSTILE)}`,
  ]) {
    const { body, headers } = await get(path)
    assert.doesNotMatch(body, /<script|<img|href="javascript|<[^>]+ on\w+=/i)
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /default-src 'none'/)
    assert.ok(!policy.includes('unsafe'))
  }
  const page = await get('/88.100.7/PUMP-2')
  assert.ok(page.body.includes('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;'))
  assert.ok((await get('/88.100.7/SCRIPT')).body.includes('javascript:alert(1)'), 'shown as text')
})

test('links to elsewhere are marked as such', async () => {
  const { body } = await get('/88.100.7/PUMP-1?show')
  const outside = [...body.matchAll(/<a [^>]*href="https?:[^>]*>/g)].map(([it]) => it)
  assert.ok(outside.length >= 2)
  for (const link of outside) assert.match(link, /rel="nofollow noopener"/)
})

test('fields are shown with label, unit and choice in the language asked for', async () => {
  const zh = (await get('/88.100.7/PUMP-2?lang=zh')).body
  for (const it of ['额定流量', 'm³/h', '不锈钢 316', '是', '2026-10-28', '产品', '南方泵业']) {
    assert.ok(zh.includes(it), it)
  }
  const en = (await get('/88.100.7/PUMP-2?lang=en')).body
  for (const it of ['Rated flow', 'm³/h', 'Stainless steel 316', 'Yes', 'Product']) {
    assert.ok(en.includes(it), it)
  }
  assert.ok(en.includes('href="/88.100.7/LINE%202"'), 'a reference is a link to that identifier')
  assert.ok(en.includes('hreflang="zh-CN"') && zh.includes('hreflang="en"'))
})

test('the history of status is told without who and what', async () => {
  const { history } = (await get('/88.100.7/GONE', { accept: 'application/json' })).json()
  assert.deepEqual(
    history.map((it: { status: string }) => it.status),
    ['retired', 'registered'],
  )
  const page = (await get('/88.100.7/PUMP-1?lang=en')).body
  assert.match(
    page,
    /Updated<time datetime="2026-10-28T[\d:.]+Z">2[89] October 2026 at \d\d:12 \(UTC\+8\)/,
  )
})

test('programs get fields by name, links, and schema.org', async () => {
  const json = (await get('/88.100.7/pump-1?format=json')).json()
  assert.equal(json.handle, '88.100.7/PUMP-1')
  assert.equal(json.state, 'registered')
  assert.equal(json.fields.flow, 32)
  assert.deepEqual(json.fields.standards, ['GB/T 5657-2013', 'GB 19762-2007'])
  assert.equal(json.labels.flow.unit, 'm³/h')
  assert.equal(json.links.self, 'https://id.luan.example/88.100.7/PUMP-1')
  assert.equal(json.links.target, TARGET)
  const ld = (await get('/88.100.7/PUMP-1?format=json-ld')).json()
  assert.equal(ld['@type'], 'Product')
  assert.equal(ld.identifier.value, '88.100.7/PUMP-1')
  assert.equal(ld.manufacturer.name, '南方泵业股份有限公司')
  assert.ok(ld.additionalProperty.some((it: { unitText?: string }) => it.unitText === 'm³/h'))
})

test('what no template calls a product is a thing, published by who registered it', async () => {
  const ld = (await get('/88.100.7/FTP?format=json-ld')).json()
  assert.equal(ld['@type'], 'Thing')
  assert.equal(ld.manufacturer, undefined)
  assert.equal(ld.mainEntityOfPage.publisher.name, '南方泵业股份有限公司')
})

test('a file that everybody may read can be fetched from the page; of another it is told that it is not public', async () => {
  const { body } = await get('/88.100.7/PUMP-2?lang=en')
  assert.ok(body.includes('href="/api/v1/files/file-for-all"'))
  assert.ok(body.includes('<bdi>说明书 &lt;7&gt;.pdf</bdi>'))
  assert.ok(!body.includes('file-for-us'))
  assert.equal(body.split('a file that is not public').length, 3, 'alone and in a list')
  const { files, fields } = (await get('/88.100.7/PUMP-2?format=json')).json()
  const href = 'https://id.luan.example/api/v1/files/file-for-all'
  const link = { name: '说明书 <7>.pdf', href }
  assert.deepEqual(files, { manual: link, papers: [link] })
  assert.deepEqual([fields.manual, fields.drawing], ['file-for-all', 'file-for-us'])
})

test('a prefix is told to programs as what it is: no product, and nobody made it', () => {
  const description = {
    handle: '88.100.7',
    kind: 'prefix',
    state: 'registered',
    prefix: '0.NA',
    enterprise: '南方泵业股份有限公司',
    fields: [],
    others: [],
    history: [],
  } as const
  const ld = descriptionLd(description, { base: 'https://id.example', target: undefined })
  assert.deepEqual(ld, {
    '@context': 'https://schema.org',
    '@type': 'Thing',
    '@id': 'https://id.example/88.100.7',
    identifier: { '@type': 'PropertyValue', propertyID: 'handle', value: '88.100.7' },
    name: '88.100.7',
    owner: { '@type': 'Organization', name: '南方泵业股份有限公司' },
  })
})

test('a lost slash, spaces and full-width characters are repaired when that identifier exists', async () => {
  for (const asked of [
    '88.100.7 SX-2019',
    '88.100.7SX-2019',
    '88.100.7_SX-2019',
    '88.100.7/SX-2019 ',
    ' 88.100.7/SX-2019',
    '88.100.7 / SX-2019',
    '８８．１００．７／ＳＸ－２０１９',
    '88.100.7\\SX-2019',
    '88.100.7/\u200bSX-2019',
    'hdl:88.100.7/SX-2019',
    'https://hdl.handle.net/88.100.7/SX-2019',
    '88.100.7/SX-2019。',
    '88.100.7/SX‐2019',
  ]) {
    const reply = await get(pathOf(asked))
    assert.equal(reply.statusCode, 404, asked)
    assert.ok(reply.body.includes('<a href="/88.100.7/SX-2019">'), asked)
    assert.deepEqual(
      (await get(pathOf(asked), { accept: 'application/json' })).json().suggestions,
      ['88.100.7/SX-2019'],
    )
  }
  assert.ok(!(await get(pathOf('88.100.7 NOSUCH'))).body.includes('class="perhaps"'))
})

test('HEAD answers as GET does, without a body', async () => {
  for (const path of ['/88.100.7/PUMP-1', '/88.100.7/PUMP-2', '/88.100.7/GONE', '/', '/99.1/x']) {
    const head = await app.inject({ method: 'HEAD', url: path, headers: { accept: BROWSER } })
    const whole = await get(path)
    assert.equal(head.statusCode, whole.statusCode, path)
    assert.equal(head.body, '')
    assert.equal(head.headers['content-type'], whole.headers['content-type'])
    assert.equal(head.headers.location, whole.headers.location)
  }
})

test('the start page sends on what is typed there', async () => {
  const page = await get('/', { 'accept-language': 'zh' })
  assert.ok(page.body.includes('12,345,678') && page.body.includes('name="id"'))
  for (const [typed, location] of [
    ['88.100.7/PUMP-1', '/88.100.7/PUMP-1'],
    [' 88.100.7/a b/ü%#? ', '/88.100.7/a%20b/%C3%BC%25%23%3F'],
    ['x//evil.example', '/x//evil.example'],
  ]) {
    const reply = await get(`/?id=${encodeURIComponent(typed ?? '')}`)
    assert.equal(reply.statusCode, 303)
    assert.equal(reply.headers.location, location)
  }
  const outside = await get(`/?id=${encodeURIComponent('/evil.example')}`)
  assert.equal(outside.statusCode, 200, 'no address outside the node can be made of it')
  assert.match((await get('/?id=')).body, /aria-invalid="true"/)
})

test('paths of the node itself are not identifiers', async () => {
  const before = world.counted.length
  for (const path of ['/api/nosuch', '/console/x', '/evidence/x', '/assets/none.css', '/metrics']) {
    const reply = await get(path)
    assert.equal(reply.statusCode, 404)
    assert.ok(!reply.body.includes('<html'), path)
  }
  assert.equal(world.counted.length, before)
})

test('a target that the router cannot read is answered by the route it was meant for', async () => {
  for (const [target, routable] of [
    ['/88.1/a%20b?x=%zz', '/88.1/a%20b?x=%zz'],
    ['/88.1/%zz?x', '/-'],
    ['/88.1/%ff', '/-'],
    ['/api/handles/88.1/100%', '/api/handles/-'],
    ['/api/v1/%zz', '/api/-'],
    ['/100%25', '/100%25'],
  ] as const) {
    assert.equal(routableTarget(target), routable)
  }
  const odd = await openPageWorld('http://localhost', routableTarget)
  const ask = (url: string) => odd.app.inject({ url, headers: { accept: BROWSER } })
  const page = await ask('/88.100.7/100%zz?lang=zh')
  assert.equal(page.statusCode, 400)
  assert.ok(page.body.includes('<h1>标识格式有误</h1>'))
  assert.equal((await ask('/88.100.7/%ff')).statusCode, 404)
  const post = { method: 'POST', url: '/api/handles/88.100.7/%ff' } as const
  assert.equal((await odd.app.inject(post)).json().responseCode, 100)
  await odd.app.close()
})

test('every look at an identifier is counted once, by what was told', async () => {
  world.counted.length = 0
  await get('/88.100.7/pump-1')
  await get('/88.100.7/GONE')
  await get('/99.1/x')
  await get('/')
  assert.deepEqual(world.counted, ['88.100.7 found', '88.100.7 retired', '99.1 unknown'])
})

test('who asks too often is told when to come back', async () => {
  world.limited = true
  const reply = await get('/88.100.7/PUMP-1', { 'accept-language': 'zh' })
  const api = await get('/api/handles/88.100.7/PUMP-1')
  world.limited = false
  assert.equal(reply.statusCode, 429)
  assert.equal(reply.headers['retry-after'], '7')
  assert.ok(reply.body.includes('请求过于频繁'))
  assert.equal(api.statusCode, 429)
  assert.equal(api.headers['retry-after'], '7')
  assert.equal(api.json().responseCode, 3)
})

test('the style sheet and the icon are served under the addresses the pages name', async () => {
  const { body } = await get('/')
  for (const [, path = ''] of body.matchAll(/<link [^>]*href="(\/assets\/[^"]+)"/g)) {
    const reply = await get(path)
    assert.equal(reply.statusCode, 200)
    assert.match(String(reply.headers['cache-control']), /immutable/)
  }
})

test('a code has the size asked for, within bounds, and a quiet zone', async () => {
  for (const [query, width] of [
    ['?qr=png&size=300', 300],
    ['?qr=png', 512],
    ['?qr=png&size=99999', 2048],
    ['?qr=png&size=1', 64],
    ['?qr=png&size=-5', 512],
  ] as const) {
    const reply = await get(`/88.100.7/PUMP-1${query}`)
    assert.equal(reply.headers['content-type'], 'image/png')
    const png = PNG.sync.read(reply.rawPayload)
    assert.ok(png.width <= width && png.width > width * 0.5, `${query}: ${png.width}`)
    assert.equal(png.data[0], 255)
  }
  const svg = await get('/88.100.7/PUMP-1?qr=svg&size=200')
  assert.match(svg.body, /^<svg [^>]*width="200"/)
  assert.equal((await get('/88.100.7/NOSUCH?qr=png')).statusCode, 404)
})

const hasZbar = spawnSync('zbarimg', ['--version']).error === undefined
const mustSkip = hasZbar ? false : 'zbarimg is not here: apt-get install zbar-tools'
if (mustSkip !== false && process.env.WAYMARK_TEST_STRICT === '1') throw new Error(mustSkip)

test('a scanner reads the public address from the code', { skip: mustSkip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waymark-qr-'))
  try {
    for (const handle of ['88.100.7/PUMP-1', '88.100.7/泵 一%', LONG]) {
      const reply = await get(`${pathOf(handle)}?qr=png&size=1024`)
      assert.equal(reply.statusCode, 200)
      const file = join(folder, 'code.png')
      await writeFile(file, reply.rawPayload)
      const read = execFileSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8' })
      assert.equal(read.trim(), `https://id.luan.example${pathOf(handle)}`)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a prefix that is nobody’s, one of another node and what is no identifier at all are told apart', async () => {
  const code = async (path: string) => {
    const { statusCode, body } = await get(path)
    assert.equal(statusCode, 404, path)
    return /<h1>(.*?)<\/h1>/.exec(body)?.[1]
  }
  for (const path of [
    '/noslash',
    '/favicon.ico',
    '/20.500',
    '/20.500/x',
    '/88.1000',
    '/88.1000/x',
  ]) {
    assert.equal(await code(path), 'Not an identifier of this node', path)
  }
  for (const path of ['/88.100.99', '/88.100.99/x', '/88.100.99/']) {
    assert.equal(await code(path), 'Prefix not in use', path)
  }
  for (const path of ['/88.100.7/none', '/88.100.7/']) {
    assert.equal(await code(path), 'Not registered here', path)
  }
})

test('nothing in a name or a value is invisible or turns what stands around it', async () => {
  const { body } = await get(`${pathOf(ODD)}?show&lang=en`)
  assert.equal(
    /[\u202a-\u202e\u2066-\u2069]/.test(body.replace(/ (?:href|content|download)="[^"]*"/g, '')),
    false,
  )
  assert.ok(
    body.includes('<bdi dir="ltr">88.100.7/مضخة <span class="sign">U+202E</span>FDP.EXE</bdi>'),
  )
  assert.ok(body.includes('<bdi>invoice<span class="sign">U+202E</span>fdp.exe '))
  assert.ok(body.includes('<span class="quiet">empty</span>'))
  assert.ok(body.includes('binary data, 300 B'))
  const asked = await get('/88.100.7/A%E2%80%8BB')
  assert.ok(asked.body.includes('88.100.7/A<span class="sign">U+200B</span>B'))
})

test('the values of a record without a template are its own; very many of them are folded away', async () => {
  const few = (await get('/88.100.7/FTP?lang=en&show')).body
  assert.match(few, /<details class="card tech" open><summary>Values of the record/)
  const many = (await get('/88.100.7/MANY?lang=en')).body
  assert.match(
    many,
    /<details class="card tech"><summary>Values of the record <span class="quiet">200</,
  )
})

test('a name that lost its slash is one of this node, with the name that was meant', async () => {
  const { statusCode, body } = await get('/88.100.7%20SX-2019')
  assert.equal(statusCode, 404)
  assert.ok(
    body.includes('<h1>Not registered here</h1>') && body.includes('href="/88.100.7/SX-2019"'),
  )
})
