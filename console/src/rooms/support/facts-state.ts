/** Answers by the paths of facts: `applicant.type`. Values are JSON as the API takes it. */
export type Answers = Readonly<Record<string, unknown>>

/** Sums of five digits and more as the reader groups them. */
export function grouped(text: string, number: (value: number) => string): string {
  return text.replace(/(?<![\d.-])\d{5,15}(?![\d-])/g, (it) => number(Number(it)))
}

/** As the API takes them: records by their fields. */
export function factsOf(answers: Answers): Record<string, unknown> {
  const facts: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(answers)) place(facts, path.split('.'), value)
  return facts
}

function place(into: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  const [step = '', ...rest] = steps
  if (rest.length === 0) {
    into[step] = value
    return
  }
  const inner = into[step]
  const record = isRecord(inner) ? inner : {}
  into[step] = record
  place(record, rest, value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export type FactType =
  | {
      readonly type: 'quantity'
      readonly unit: string
      readonly decimals: number
      readonly max?: number
    }
  | { readonly type: 'word'; readonly words?: readonly string[]; readonly other?: boolean }
  | { readonly type: 'flag' | 'day' | 'ratio' | 'place' }
  | { readonly type: 'record'; readonly fields: Readonly<Record<string, FactType>> }
  | { readonly type: 'list' | 'map'; readonly of: FactType }

/** What was typed as its value; undefined for nothing, `wrong` for what is not of the type. */
export function readTyped(
  type: FactType,
  typed: unknown,
): { readonly value?: unknown; readonly isWrong?: true } {
  if (typed === undefined || typed === '' || typed === null) return {}
  if (type.type === 'quantity') return readQuantity(type, String(typed))
  if (type.type === 'ratio')
    return /^\d{1,9}\/[1-9]\d{0,8}$/.test(String(typed)) ? { value: typed } : { isWrong: true }
  if (type.type === 'list') return readList(type.of, typed)
  return { value: typed }
}

function readQuantity(
  { decimals, max }: Extract<FactType, { type: 'quantity' }>,
  typed: string,
): ReturnType<typeof readTyped> {
  const text = typed.replaceAll(/[\s,，]/g, '')
  const match = /^\d{1,13}(?:\.(\d+))?$/.exec(text)
  if (match === null || (match[1]?.length ?? 0) > decimals) return { isWrong: true }
  const value = Number(text)
  return max !== undefined && value > max ? { isWrong: true } : { value }
}

function readList(of: FactType, typed: unknown): ReturnType<typeof readTyped> {
  const items = Array.isArray(typed)
    ? typed
    : String(typed)
        .split('\n')
        .map((it) => it.trim())
        .filter((it) => it !== '')
  const read = items.map((it) =>
    of.type === 'record' ? readRow(of.fields, it) : readTyped(of, it),
  )
  if (read.some((it) => it.isWrong)) return { isWrong: true }
  return { value: read.flatMap((it) => (it.value === undefined ? [] : [it.value])) }
}

function readRow(
  fields: Readonly<Record<string, FactType>>,
  row: unknown,
): ReturnType<typeof readTyped> {
  const read = Object.entries(fields).map(
    ([name, type]) => [name, readTyped(type, (row as Record<string, unknown>)[name])] as const,
  )
  if (read.some(([, it]) => it.isWrong)) return { isWrong: true }
  const given = read.flatMap(([name, it]) =>
    it.value === undefined ? [] : [[name, it.value] as const],
  )
  return { value: Object.fromEntries(given) }
}
