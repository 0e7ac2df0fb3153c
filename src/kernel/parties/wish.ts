import { type Static, type TSchema, Type } from 'typebox'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { fieldProblems } from '../../lib/schema-problems.ts'
import type { Text } from '../../lib/text.ts'
import { type CodeTable, type EditionedCode, regions, sectors } from './codes.ts'
import { type Entry, NAME_CHARS_MAX } from './enterprise.ts'
import { judgeResidentId, normaliseResidentId } from './resident-id.ts'
import { judgeUscc, parseUscc, USCC_EXPECTED } from './uscc.ts'

/** Neither control characters nor marks that turn the direction of writing round, which can make one name look like another. */
const CONTROLS =
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'
const NO_LINE = `${CONTROLS}\\t\\n\\u2028\\u2029`
const LINE = `^[^${NO_LINE}]*[^${NO_LINE}\\s][^${NO_LINE}]*$`
const LINES = `^[^${CONTROLS}]*$`
const ONE_LINE: Text = { en: 'one line of text', zh: '一行文字' }

const line = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: LINE, 'x-expected': ONE_LINE })

/** An enterprise's own account of itself, as it comes in. */
export const EntryWish = Type.Object(
  {
    uscc: Type.String({ minLength: 1, maxLength: 100, 'x-expected': USCC_EXPECTED }),
    name: line(NAME_CHARS_MAX),
    nameEn: Type.Optional(line(NAME_CHARS_MAX)),
    legalPerson: Type.Object(
      {
        name: line(NAME_CHARS_MAX),
        idNumber: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      },
      { additionalProperties: false },
    ),
    region: Type.String({ minLength: 1, maxLength: 10, description: 'GB/T 2260' }),
    sector: Type.String({ minLength: 1, maxLength: 10, description: 'GB/T 4754' }),
    address: Type.Optional(line(500)),
    website: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    contact: Type.Object(
      {
        name: line(NAME_CHARS_MAX),
        phone: Type.String({ minLength: 1, maxLength: 40 }),
        email: Type.String({ format: 'email', maxLength: 254 }),
      },
      { additionalProperties: false },
    ),
    introduction: Type.Optional(Type.String({ maxLength: 5000, pattern: LINES })),
    prefixWish: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, pattern: '^[0-9A-Za-z._-]+$' }),
    ),
  },
  { additionalProperties: false },
)

export type EntryWish = Static<typeof EntryWish>

/** Paths of the fields a reason can be given for. */
export const ENTRY_PATHS: ReadonlySet<string> = new Set([
  ...['/uscc', '/name', '/nameEn', '/legalPerson', '/legalPerson/name', '/legalPerson/idNumber'],
  ...['/region', '/sector', '/address', '/website', '/introduction', '/prefixWish', '/licence'],
  ...['/contact', '/contact/name', '/contact/phone', '/contact/email'],
])

/**
 * Everything that is wrong with an input at once: by its schema, and by the rules of the codes in it where they are there.
 * Throws `invalid-input`.
 */
export function requireSound(
  schema: TSchema,
  body: unknown,
  more: readonly FieldProblem[] = [],
): void {
  const fields = [...fieldProblems(schema, body)]
  const known = new Set(fields.map((it) => it.path))
  for (const it of [...judgeEntry(body), ...more]) if (!known.has(it.path)) fields.push(it)
  if (fields.length === 0) return
  throw new Problem(
    'invalid-input',
    { en: 'Some fields are wrong', zh: '部分字段有误' },
    { fields },
  )
}

/** What the schema cannot say. Looks only at what is text; the schema tells of the rest. */
export function judgeEntry(body: unknown): readonly FieldProblem[] {
  const text = (...path: readonly string[]) => textAt(body, path)
  return [
    ...whereGiven(text('uscc'), (it) => judgeUscc(it, '/uscc')),
    ...whereGiven(text('legalPerson', 'idNumber'), (it) =>
      judgeResidentId(it, '/legalPerson/idNumber'),
    ),
    ...whereGiven(text('region'), (it) => judgeCode(it, regions(), '/region')),
    ...whereGiven(text('sector'), (it) => judgeCode(it, sectors(), '/sector')),
    ...whereGiven(text('website'), judgeWebsite),
    ...whereGiven(text('contact', 'phone'), judgePhone),
  ]
}

function whereGiven(
  text: string | undefined,
  judge: (text: string) => readonly FieldProblem[],
): readonly FieldProblem[] {
  return text === undefined || text === '' ? [] : judge(text)
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  let here = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Record<string, unknown>)[step]
  }
  return typeof here === 'string' ? here : undefined
}

function judgeCode(code: string, table: CodeTable, path: string): readonly FieldProblem[] {
  if (table.find(tidy(code).toUpperCase()) !== undefined) return []
  const { standard, edition } = table
  return [
    {
      path,
      reason: { en: 'is no code of the table', zh: '代码不在代码表中' },
      expected: {
        en: `a code of ${standard} (${edition})`,
        zh: `${standard}（${edition}）中的代码`,
      },
    },
  ]
}

const PHONE = /^\+?\d[\d ()-]{4,28}\d(([;,#x]| ext\.? ?)\d{1,6})?$/iu

function judgePhone(phone: string): readonly FieldProblem[] {
  if (PHONE.test(tidy(phone.normalize('NFKC')))) return []
  return [
    {
      path: '/contact/phone',
      reason: { en: 'is not a telephone number', zh: '不是有效的电话号码' },
      expected: {
        en: 'e.g. 13812345678 or 0755-26001234',
        zh: '例如 13812345678 或 0755-26001234',
      },
    },
  ]
}

function judgeWebsite(website: string): readonly FieldProblem[] {
  const url = URL.parse(tidy(website))
  const plain = url?.username === '' && url.password === ''
  if (plain && ['http:', 'https:'].includes(url.protocol)) return []
  return [
    {
      path: '/website',
      reason: { en: 'is not a web address', zh: '不是有效的网址' },
      expected: { en: 'e.g. https://www.example.com', zh: '例如 https://www.example.com' },
    },
  ]
}

/** The entry as it is stored. The wish was found sound. */
export function entryOf(wish: EntryWish, licence: string | undefined): Entry {
  const { legalPerson, contact, nameEn, address, website, introduction, prefixWish } = wish
  const { idNumber } = legalPerson
  return {
    uscc: parseUscc(wish.uscc),
    name: tidy(wish.name),
    ...(nameEn !== undefined && { nameEn: tidy(nameEn) }),
    legalPerson: {
      name: tidy(legalPerson.name),
      ...(idNumber !== undefined && { idNumber: normaliseResidentId(idNumber) }),
    },
    region: editioned(wish.region, regions()),
    sector: editioned(wish.sector, sectors()),
    ...(address !== undefined && { address: tidy(address) }),
    ...(website !== undefined && { website: new URL(tidy(website)).href }),
    contact: {
      name: tidy(contact.name),
      phone: tidy(contact.phone.normalize('NFKC')),
      email: contact.email.trim(),
    },
    ...(introduction !== undefined && { introduction: introduction.trim() }),
    ...(prefixWish !== undefined && { prefixWish }),
    ...(licence !== undefined && { licence }),
  }
}

function editioned(code: string, { edition }: CodeTable): EditionedCode {
  return { code: tidy(code).toUpperCase(), edition }
}

function tidy(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim()
}
