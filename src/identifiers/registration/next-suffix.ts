import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { foldAscii, type HandleKey, type PrefixKey } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { entitledPrefix } from '../prefixes/tenancy.ts'
import type { RecordStore } from '../store/store.ts'

export type NextSuffixDeps = { readonly store: RecordStore; readonly book: PrefixBook }

const DIGITS_MAX = 15
const STEM_CHARS_MAX = 200
const LOOKS_MAX = 5_000
/** Behind every name that begins so. */
const LAST = '\u{10ffff}'

const schema = {
  tags: ['identifiers'],
  operationId: 'proposeSuffix',
  summary: 'The suffix after the highest running number that is used under a prefix',
  description:
    'Of suffixes that are `stem` and then a number of `digits` digits. Retired ones count: a name is never given twice.',
  params: Type.Object({ prefix: Type.String({ minLength: 1, maxLength: 512 }) }),
  querystring: Type.Object({
    stem: Type.String({ maxLength: STEM_CHARS_MAX, default: '' }),
    digits: Type.Integer({ minimum: 1, maximum: DIGITS_MAX, default: 4 }),
  }),
  response: { 200: Type.Object({ suffix: Type.String() }) },
}

/** `GET /api/v1/prefixes/:prefix/next-suffix`: a running number for the next identifier. */
export function nextSuffixRoute(app: App, { store, book }: NextSuffixDeps): void {
  app.get('/api/v1/prefixes/:prefix/next-suffix', { schema }, async (request, reply) => {
    const { caller, params, query } = request
    const { key } = entitledPrefix(caller, book, {
      prefix: params.prefix,
      permission: 'identifiers.write',
      known: 'identifiers.read',
    })
    reply.header('cache-control', 'no-store')
    return { suffix: await nextSuffix(store, key, query) }
  })
}

type Series = { readonly stem: string; readonly digits: number }

/** After `P-0041`, `P-0042`; a series that is full goes on with one digit more. */
export async function nextSuffix(
  store: Names,
  prefix: PrefixKey,
  { stem, digits }: Series,
): Promise<string> {
  const highest = await highestNumber(store, `${prefix}/${foldAscii(stem)}`, digits)
  if (highest === undefined) return `${stem}${'1'.padStart(digits, '0')}`
  const next = String(BigInt(highest) + 1n).padStart(digits, '0')
  if (next.length === digits || digits === DIGITS_MAX) return `${stem}${next}`
  const longer = await highestNumber(store, `${prefix}/${foldAscii(stem)}`, digits + 1)
  // what begins with the digits of the full series belongs to it
  if (longer === undefined || BigInt(longer) < BigInt(next)) return `${stem}${next}`
  return await nextSuffix(store, prefix, { stem, digits: digits + 1 })
}

type Names = Pick<RecordStore, 'scan'>

/**
 * Digit by digit the highest there is, ten looks a digit however many names there are; more where names have fewer digits.
 * After `LOOKS_MAX` it is given up: what is proposed may then be taken, which registering tells.
 */
async function highestNumber(
  store: Names,
  start: string,
  digits: number,
): Promise<string | undefined> {
  const prefix = start.slice(0, start.indexOf('/')) as PrefixKey
  let looks = 0
  return await below('')

  async function below(number: string): Promise<string | undefined> {
    if (number.length === digits) return number
    for (let digit = 9; digit >= 0 && looks < LOOKS_MAX; digit--) {
      looks++
      if (!(await isBegun(store, prefix, `${start}${number}${digit}`))) continue
      const found = await below(`${number}${digit}`)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** Whether a name begins so: the first one from there on does. */
async function isBegun(store: Names, prefix: PrefixKey, start: string): Promise<boolean> {
  const before = String.fromCharCode(start.charCodeAt(start.length - 1) - 1)
  const after = `${start.slice(0, -1)}${before}${LAST}` as HandleKey
  const [found] = await store.scan(prefix, { after, limit: 1 })
  return found?.key.startsWith(start) === true
}
