import assert from 'node:assert/strict'
import { foldAscii, HANDLE_BYTES_MAX, parseHandle } from '../../src/identifiers/handle.ts'
import { resolveLocally } from '../../src/identifiers/resolution/resolution.ts'
import { openMemoryStore } from '../../src/identifiers/store/memory.ts'
import { Problem } from '../../src/lib/problem.ts'
import { answerApi } from '../../src/protocols/handle/json-api.ts'
import { madePrefixRecord } from '../../src/protocols/handle/prefix-record.ts'
import {
  HANDLES_PATH,
  keyOf,
  nameIn,
  parseParameters,
  queryIn,
} from '../../src/protocols/handle/request.ts'
import { identifierIn, isReserved, pathOf, routableTarget } from '../../src/protocols/page/names.ts'
import { formOf, pageLanguage } from '../../src/protocols/page/negotiate.ts'
import { repairs } from '../../src/protocols/page/repair.ts'
import { statePage } from '../../src/protocols/page/state-page.ts'
import { Dice } from '../support/records.ts'

const HIDDEN = 'never-told-to-anybody'
const NAME_PARTS = [
  ...['88.100.1', '88.100.1/x', '88', '.', '/', '//', '0.NA/', '0.na', 'X', 'ß', 'ſ', 'K', '泵'],
  ...['%', '%2F', '%00', '\0', ' ', '\u3000', '\u200b', '\ufeff', '\r\n', '\u2028', '\ud800', '🚚'],
  ...['?', '#', '&', '+', ';', '..', '\\', '"', "'", '<', '>', '</title><script>', '$&', '$`', ':'],
  ...[
    'hdl:',
    'https://hdl.handle.net/',
    '__proto__',
    'constructor',
    '-',
    '_',
    '|',
    '１',
    '．',
    '／',
  ],
]
const TARGET_PARTS = [
  ...['88.100.1/x', '88.100.1/', '88.100.1', '0.NA/88.100.1', '99/x', 'x', '/', '//', '..', '.'],
  ...['%2F', '%2f', '%00', '%', '%zz', '%E6%B3%B5', '%c0%af', '%ff', '\u00ff', '\u00e6', ';', '+'],
  ...[
    '?',
    '?pretty',
    '?callback=f',
    '?callback=',
    '&',
    '=',
    'type=URL',
    'index=1',
    'index=-1',
    '#',
  ],
  ...['index=99999999999', 'auth', 'publicOnly=false', 'show', 'lang=zh', 'format=json', 'qr=svg'],
  ...['callback=a%3Balert(1)', 'list', 'prefix=88.100.1', 'page=', 'overwrite=true', '__proto__='],
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'M-SEARCH']
const BODIES = [
  '',
  '{}',
  '[]',
  '{"index":[1,"2"]}',
  '{"values":',
  'index=1&type=%',
  '\0',
  '{"a":{}}',
]
const TYPES = [
  undefined,
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  ';',
]
const ACCEPTS = [
  'text/html',
  '*/*',
  'application/json',
  'application/ld+json;q=2',
  ';q=',
  ',,,',
  'q=',
]

/** Random names and request targets through every function that reads them; throws at the first one misread. */
export async function fuzzNames(count: number, seed: number): Promise<void> {
  const dice = new Dice(seed)
  const ask = await openApi()
  for (let n = 0; n < count; n++) {
    const name = textOf(dice, NAME_PARTS)
    checkName(name)
    checkPage(name)
    const target = textOf(dice, TARGET_PARTS)
    checkTarget(`/${target}`, dice)
    await checkApi(ask, dice, target)
  }
}

function textOf(dice: Dice, parts: readonly string[]): string {
  let text = ''
  for (let left = dice.below(8); left > 0; left--) text += dice.pick(parts)
  return dice.chance(1) ? text.repeat(1 + Math.floor(HANDLE_BYTES_MAX / (text.length || 1))) : text
}

/** A name is refused as malformed, or is read alike everywhere and survives being written as an address. */
function checkName(name: string): void {
  const shown = JSON.stringify(name)
  for (const repaired of repairs(name)) assert.ok(keyOf(repaired) !== undefined, shown)
  let handle: ReturnType<typeof parseHandle>
  try {
    handle = parseHandle(name)
  } catch (problem) {
    assert.ok(problem instanceof Problem && problem.code === 'malformed-identifier', shown)
    assert.ok(!name.isWellFormed() || keyOf(name) === undefined, `${shown} has a key elsewhere`)
    return
  }
  assert.equal(handle.key, foldAscii(handle.spelled))
  assert.equal(parseHandle(handle.key).key, handle.key)
  assert.equal(keyOf(name), handle.key, shown)
  assert.ok(Buffer.byteLength(handle.spelled) <= HANDLE_BYTES_MAX)
  const path = pathOf(name)
  assert.match(path, /^\/[!-~]*$/)
  assert.deepEqual(identifierIn(path), { spelled: name, key: handle.key }, shown)
  assert.deepEqual(nameIn(HANDLES_PATH + path), { spelled: name, key: handle.key }, shown)
  assert.equal(routableTarget(path), path)
}

const FRAME = {
  node: { name: 'Node' },
  language: 'en',
  isChosen: false,
  otherPath: '/',
  noIndex: false,
} as const
const PLAIN_PAGE = tagsOf(pageFor('x'))

function pageFor(asked: string): string {
  return statePage(FRAME, { state: 'absent', asked, timeZone: 'UTC' })
}

function tagsOf(page: string): string {
  // what cannot be seen in a name is marked within it
  const tags = (page.match(/<[^\s>]*/g) ?? []).join('')
  return tags.replaceAll(/<bdi(?:<span<\/span)+/g, '<bdi')
}

/** Whatever was asked for, the page has the same elements. */
function checkPage(name: string): void {
  if (name !== '') assert.equal(tagsOf(pageFor(name)), PLAIN_PAGE, JSON.stringify(name))
}

function checkTarget(target: string, dice: Dice): void {
  const routable = routableTarget(target)
  decodeURIComponent(routable.replace(/[?#].*$/s, ''))
  assert.equal(isReserved(routable), isReserved(target))
  const asked = identifierIn(target)
  if (asked?.key !== undefined) {
    assert.ok(asked.spelled.isWellFormed())
    assert.equal(parseHandle(asked.spelled).key, asked.key)
  }
  const parameters = parseParameters(queryIn(target)) ?? new Map()
  const accept = dice.pick(ACCEPTS) + dice.pick(ACCEPTS)
  assert.match(formOf(accept, parameters), /^(?:html|json|json-ld)$/)
  assert.match(pageLanguage(accept, parameters).language, /^(?:en|zh)$/)
}

type Ask = Parameters<typeof answerApi>[0]

async function openApi(): Promise<Ask> {
  const store = openMemoryStore()
  const values = [
    { index: 1, type: 'URL', data: 'https://a.example/' },
    { index: 2, type: '泵', data: '"\u2028</script>' },
    { index: 3, type: 'COST', data: HIDDEN, permissions: 0x0c },
  ]
  const next = { ...parseHandle('88.100.1/x'), state: 'registered', held: false, values } as const
  const author = { kind: 'system', id: 'fuzz' } as const
  await store.commit({ author, at: 0, writes: [{ expected: 0, next }] })
  return resolveLocally({
    store,
    prefixState: (prefix) => ({ kind: prefix === '88.100.1' ? 'hosted' : 'unknown' }),
    prefixRecord: madePrefixRecord,
  })
}

/** Every answer is JSON with a response code (or a call of one's function with it), and no hidden value is in it. */
async function checkApi(resolve: Ask, dice: Dice, name: string): Promise<void> {
  const method = dice.pick(METHODS)
  const target = `${HANDLES_PATH}/${name}`
  const answer = await answerApi(resolve, {
    method,
    target,
    body: Buffer.from(dice.pick(BODIES)),
    contentType: dice.pick(TYPES),
    origin: dice.chance(20) ? 'https://o.example' : undefined,
    language: dice.pick(['en', 'zh'] as const),
    mayRead: dice.chance(20) ? () => false : undefined,
  })
  const shown = `${method} ${JSON.stringify(target)}`
  assert.ok(answer.status >= 200 && answer.status <= 501, shown)
  assert.ok(!answer.body.includes(HIDDEN), shown)
  assert.ok(
    answer.headers.every((it) => !/[\r\n\0]/.test(String(it))),
    shown,
  )
  if (answer.body === '') return
  const called = /^[\w$\u00a0-\uffff]*\((.*)\);$/s.exec(answer.body)
  const json: unknown = JSON.parse(called?.[1] ?? answer.body)
  assert.equal(typeof (json as { responseCode?: unknown }).responseCode, 'number', shown)
}
