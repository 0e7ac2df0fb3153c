import { randomBytes } from 'node:crypto'
import Fastify from 'fastify'
import { type PrefixKey, parseHandle } from '../../src/identifiers/handle.ts'
import type { PrefixAnswer } from '../../src/identifiers/prefixes/book.ts'
import type { HandleValue, IdRecord } from '../../src/identifiers/record.ts'
import { resolveLocally } from '../../src/identifiers/resolution/resolution.ts'
import { openMemoryStore } from '../../src/identifiers/store/memory.ts'
import type { Template, TemplateField } from '../../src/identifiers/templates/template.ts'
import { ANONYMOUS, type Caller } from '../../src/kernel/access/permissions.ts'
import type { App } from '../../src/lib/http.ts'
import { explainRoutes } from '../../src/protocols/explain/routes.ts'
import { madePrefixRecord } from '../../src/protocols/handle/prefix-record.ts'
import { handleJsonRoutes } from '../../src/protocols/handle/routes.ts'
import { pageRoutes } from '../../src/protocols/page/routes.ts'
import { openHttp } from '../../src/server/http.ts'
import { openLog } from '../../src/server/log.ts'
import { problemReplies } from '../../src/server/problems.ts'

/** A protected value that no public answer may hold. */
export const SECRET = randomBytes(9).toString('hex')
export const HOSTILE = `<script>alert('x')</script>"'&<img src=x onerror=alert(1)>`
export const TARGET = 'https://maker.example/pumps/cdlf-32-80'

const field = (
  name: string,
  type: TemplateField['type'],
  [en, zh]: readonly [string, string],
  index: number,
  more: Partial<TemplateField> = {},
): TemplateField => ({
  name,
  type,
  label: { en, zh },
  index,
  handleType: type === 'url' ? 'URL' : name,
  required: false,
  unique: false,
  public: true,
  ...more,
})

const STEEL = { en: 'Stainless steel 316', zh: '不锈钢 316' }
export const TEMPLATE: Template = {
  prefix: '88.100.7' as PrefixKey,
  name: 'product',
  version: 2,
  label: { en: 'Product', zh: '产品' },
  thing: 'Product',
  state: 'published',
  fields: [
    field('name', 'text', ['Name', '产品名称'], 2000),
    field('page', 'url', ['Product page', '产品页面'], 2001),
    field('flow', 'number', ['Rated flow', '额定流量'], 2002, { unit: 'm³/h' }),
    field('madeOn', 'date', ['Made on', '生产日期'], 2003),
    field('explosionProof', 'boolean', ['Explosion-proof', '防爆'], 2004),
    field('casing', 'enumeration', ['Casing', '泵壳材质'], 2005, {
      options: [{ value: 'ss316', label: STEEL }],
    }),
    field('standards', 'list', ['Standards', '执行标准'], 2006, { element: { type: 'text' } }),
    field('parent', 'reference', ['Part of', '所属设备'], 2007),
    field('note', 'text', ['Note', '备注'], 2008),
    field('cost', 'text', ['Cost', '成本'], 2009, { public: false }),
    field('manual', 'file', ['Manual', '说明书'], 2010),
    field('drawing', 'file', ['Drawing', '图纸'], 2011),
    field('papers', 'list', ['Papers', '资料'], 2012, { element: { type: 'file' } }),
  ],
}

function pump(page?: string): HandleValue[] {
  const url: HandleValue[] = page === undefined ? [] : [{ index: 2001, type: 'URL', data: page }]
  return [
    { index: 2000, type: 'name', data: '立式不锈钢离心泵 CDLF 32-80' },
    ...url,
    { index: 2002, type: 'flow', data: '32' },
    { index: 2003, type: 'madeOn', data: '2026-10-28' },
    { index: 2004, type: 'explosionProof', data: 'true' },
    { index: 2005, type: 'casing', data: 'ss316' },
    { index: 2006, type: 'standards', data: '["GB/T 5657-2013","GB 19762-2007"]' },
    { index: 2007, type: 'parent', data: '88.100.7/LINE 2' },
    { index: 2008, type: 'note', data: HOSTILE },
    { index: 2009, type: 'cost', data: SECRET, permissions: 0x0c },
    { index: 2010, type: 'manual', data: 'file-for-all' },
    { index: 2011, type: 'drawing', data: 'file-for-us' },
    { index: 2012, type: 'papers', data: '["file-for-us","file-for-all"]' },
  ]
}

/** A name whose end a bidi control would show as its beginning. */
export const ODD = '88.100.7/مضخة \u202eFDP.EXE'

/** What no form of ours would let in, but the Handle protocol and files of other servers do. */
function oddValues(): HandleValue[] {
  const texts: readonly [string, string | Uint8Array][] = [
    ['NAME', 'x'.repeat(300)],
    ['RTL', 'مضخة طرد مركزي 32-80 (الطراز الثاني)'],
    ['BIDI', 'invoice\u202efdp.exe \u2066isolate never closed'],
    ['HTML', HOSTILE],
    ['LINES', 'first line\n\n\tindented\r\nlast'],
    ['ZALGO', 'Z\u0351\u036b\u0343\u036aa\u0302\u0301l\u0334g\u0361o\u031a'.repeat(20)],
    ['EMPTY', ''],
    ['JSON', '{"a":{"b":[1,2,3]},"long":"'.concat('y'.repeat(120), '"}')],
    ['PNG', Uint8Array.from({ length: 300 }, (_, i) => i % 256)],
    ['A.VERY.LONG.TYPE.NAME.OF.SOMEBODY-ELSE'.repeat(3), 'x'],
    ['EMAIL', 'service@maker.example'],
    ['URL', `javascript:alert(document.domain)//${'z'.repeat(80)}`],
    ['URL', `https://maker.example/${'deep/'.repeat(40)}?q=${'%E6%B3%B5'.repeat(10)}`],
    ['泵型号', '南方泵业'.repeat(60)],
  ]
  return texts.map(([type, data], at) => ({ index: at + 1, type, data }))
}

function manyValues(): HandleValue[] {
  return Array.from({ length: 200 }, (_, at) => ({
    index: at + 1,
    type: `T${at + 1}`,
    data: `value ${at + 1}`,
  }))
}

const STATES: Readonly<Record<string, PrefixAnswer>> = {
  '88.100.7': { kind: 'hosted', enterprise: 'e7' },
  '88.100.8': { kind: 'suspended', enterprise: 'e8' },
  '88.100.11': { kind: 'hosted', enterprise: 'e7' },
  '88.100.12': { kind: 'hosted', enterprise: 'e7' },
  '88.100.9': {
    kind: 'delegated',
    at: '88.100.9' as PrefixKey,
    sites: [{ address: '203.0.113.9', port: 2641, protocol: 'tcp' }],
  },
  '88.100.10': {
    kind: 'delegated',
    at: '88.100.10' as PrefixKey,
    sites: [{ url: 'https://id.other.example/x/' }],
  },
}

const PLACES = `<locations>
  <location id="cn" href="https://cn.example/" country="cn"/>
  <location id="all" href="https://all.example/x?a=1" http_sc="303"/></locations>`

/** Each serial number of a class leads to the page of the class. */
const SERIALS = `<namespace><template delimiter="."><foreach>
  <value data="\${data}#\${extension}"/></foreach>
  <value type="SERIAL" data="\${extension}"/></template></namespace>`
const STOPPED =
  '<namespace><status>inactive</status><statusmsg>Moved to &lt;b&gt;</statusmsg></namespace>'

/** The enterprise of 88.100.7, as its pages name it. */
export const MAKER = '南方泵业股份有限公司'

const visitor = (enterprise: string): Caller => ({
  kind: 'user',
  id: enterprise,
  name: enterprise,
  nodeRoles: [],
  memberships: [{ enterprise, role: 'member' }],
})
/** Who may be signed in, by the header `x-as`. */
const VISITORS: Readonly<Record<string, Caller>> = {
  maker: visitor('e7'),
  stranger: visitor('e1'),
}

export type PageWorld = { readonly app: App; readonly counted: string[]; limited: boolean }

/** The public pages over a memory store with one identifier in each state. */
export async function openPageWorld(
  publicUrl?: string,
  routable?: (target: string) => string,
): Promise<PageWorld> {
  const store = openMemoryStore()
  let at = Date.UTC(2026, 9, 28, 2, 12)
  const put = async (name: string, values: HandleValue[], more: Partial<IdRecord> = {}) => {
    const handle = parseHandle(name)
    const current = await store.get(handle.key)
    at += 36_000_000
    const next = { ...handle, state: 'registered', held: false, values, ...more } as const
    const author = { kind: 'system', id: 'test' } as const
    await store.commit({ author, at, writes: [{ expected: current?.version ?? 0, next }] })
  }
  const made = { template: 'product@2' }
  await put('88.100.7/PUMP-1', pump(), made)
  await put('88.100.7/PUMP-1', pump(TARGET), made)
  await put('88.100.7/PUMP-2', pump(), made)
  await put('88.100.7/GONE', pump(TARGET), made)
  await put('88.100.7/GONE', pump(TARGET), { ...made, state: 'retired' })
  await put('88.100.7/HELD', pump(TARGET), { ...made, held: true })
  await put('88.100.7/SX-2019', pump(), made)
  await put('88.100.7/SCRIPT', [{ index: 1, type: 'URL', data: 'javascript:alert(1)' }])
  await put('88.100.7/FTP', [
    { index: 1, type: 'URL', data: 'ftp://old.example/x' },
    { index: 2, type: 'url', data: 'https://second.example/例' },
  ])
  await put('88.100.7/HIDDENURL', [{ index: 1, type: 'URL', data: TARGET, permissions: 0x0c }])
  await put('88.100.7/SELF', [{ index: 1, type: 'URL', data: 'http://localhost/88.100.7/self' }])
  await put('88.100.7/泵 一%', [{ index: 1, type: 'DESC', data: HOSTILE }])
  await put(`88.100.7/${'LONG-'.repeat(60)}`, [
    { index: 1, type: 'RAW', data: Uint8Array.of(1, 2, 3) },
  ])
  await put(ODD, oddValues())
  await put('88.100.7/MANY', manyValues())
  await put('88.100.7/UPDATED', pump(), made)
  for (let times = 0; times < 3; times++) await put('88.100.7/UPDATED', pump(TARGET), made)
  await put('88.100.7/UPDATED', pump(), { ...made, state: 'retired' })
  await put('88.100.7/UPDATED', pump(), made)
  await put('88.100.7/MANYPLACES', [
    { index: 1, type: 'URL', data: TARGET },
    { index: 2, type: 'EMAIL', data: 'service@maker.example' },
    { index: 3, type: '10320/loc', data: PLACES },
    { index: 4, type: 'URL', data: 'https://second.example/' },
  ])
  await put('88.100.7/ALIAS', [{ index: 1, type: 'HS_ALIAS', data: '88.100.7/泵 一%' }])
  await put('88.100.7/OWNALIAS', [{ index: 1, type: 'HS_ALIAS', data: '88.100.7/ownalias' }])
  await put('88.100.7/NOALIAS', [{ index: 1, type: 'HS_ALIAS', data: '' }])
  await put('88.100.11/class', [{ index: 1, type: 'URL', data: TARGET }])
  await put('0.NA/88.100.11', [{ index: 10, type: 'HS_NAMESPACE', data: SERIALS }])
  await put('88.100.12/x', pump(TARGET))
  await put('0.NA/88.100.12', [{ index: 10, type: 'HS_NAMESPACE', data: STOPPED }])
  const resolve = resolveLocally({
    store,
    prefixState: (prefix) => STATES[prefix] ?? { kind: 'unknown' },
    prefixRecord: madePrefixRecord,
  })
  const app =
    routable === undefined
      ? openHttp({ log: openLog('silent'), trustedProxies: [] }).app
      : (Fastify({ rewriteUrl: ({ url = '/' }) => routable(url) }) as unknown as App)
  problemReplies(app)
  app.decorateRequest<Caller | null>('caller', null)
  app.addHook('onRequest', async (request) => {
    request.caller = VISITORS[String(request.headers['x-as'])] ?? ANONYMOUS
  })
  const world: PageWorld = { app, counted: [], limited: false }
  const traffic = {
    admit: () => ({ waitS: world.limited ? 7 : 0, kind: 'browser' as const }),
    count: (key: string, kind: string) => void world.counted.push(`${key} ${kind}`),
  }
  handleJsonRoutes(app, { resolve, traffic, protectedReads: async () => {} })
  explainRoutes(app, {
    ...{ resolve, traffic },
    prefixState: (prefix) => STATES[prefix] ?? { kind: 'unknown' },
    enterpriseName: (id) => (id === 'e7' ? MAKER : undefined),
    publicUrl: () => publicUrl,
  })
  const node = { name: '六安市工业互联网标识解析节点', prefix: '88.100' }
  pageRoutes(app, {
    resolve,
    traffic,
    history: (key) => store.history(key),
    template: async (_prefix, name) => (name === 'product@2' ? TEMPLATE : undefined),
    enterpriseName: (id) => (id === 'e7' ? MAKER : undefined),
    publicFileName: (id) => (id === 'file-for-all' ? '说明书 <7>.pdf' : undefined),
    node: () => (publicUrl === undefined ? node : { ...node, publicUrl }),
    registeredTotal: () => 12_345_678,
    timeZone: 'Asia/Shanghai',
    countryOf: ({ headers }) => headers['x-country'] as string | undefined,
    random: () => 0,
    noIndex: false,
  })
  return world
}
