import { answer, api, type Json, type paths } from '../../api/client.ts'
import { useLanguage } from '../../frame/language.ts'

export type Simulation = Json<paths['/api/v1/policy/simulate']['post']['responses']['200']>
export type Figures = Json<paths['/api/v1/policy/evaluation-figures']['post']['responses']['200']>
export type Evaluation = Json<
  paths['/api/v1/policy/evaluations']['get']['responses']['200']
>['items'][number]

const FEN_DIGITS = 2

/** Fen, as decimal text, the way money is written where the reader is; exact whatever the size. */
export function useMoney(): (fen: string) => string {
  const locale = useLanguage() === 'zh' ? 'zh-CN' : 'en-GB'
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
  })
  return (fen) => {
    const sign = fen.startsWith('-') ? '-' : ''
    const digits = fen.replace('-', '').padStart(FEN_DIGITS + 1, '0')
    const yuan = `${sign}${digits.slice(0, -FEN_DIGITS)}.${digits.slice(-FEN_DIGITS)}`
    return format.format(yuan as Intl.StringNumericLiteral)
  }
}

/** Decimal text with its whole part grouped; what stands behind the point stays as it is. */
export function groupedDecimal(text: string, group: (value: number) => string): string {
  const [whole = '', part] = text.split('.')
  return part === undefined ? group(Number(whole)) : `${group(Number(whole))}.${part}`
}

/** Fen as a number of yuan, for a drawing alone. */
export function yuanOf(fen: string): number {
  return Number(fen) / 100
}

export type Wished = {
  readonly draft: string
  /** What is reckoned; none: all, or that of the draft. */
  readonly measures: readonly string[]
  readonly kind: 'register' | 'call' | 'synthetic' | 'file' | 'given'
  readonly count: number
  readonly seed: number
  /** Of a file, or pasted. */
  readonly ndjson: string
  /** Beginnings of codes; none: everywhere, every sector. */
  readonly regions: readonly string[]
  readonly sectors: readonly string[]
  readonly call: string
}

function populationOf(wish: Wished) {
  const { kind, count, seed, ndjson, regions, sectors, call } = wish
  switch (kind) {
    case 'register':
      return { kind, regions: [...regions], sectors: [...sectors] }
    case 'call':
      return { kind, call }
    case 'synthetic':
      return { kind, count, seed }
    case 'file':
    case 'given':
      return { kind: 'given' as const, ndjson }
  }
}

/** The rules as they hold over a population, and a draft against them where one is chosen. */
export async function simulate(wish: Wished): Promise<Simulation> {
  const { draft, measures } = wish
  const population = populationOf(wish)
  if (draft === '')
    return await answer(
      api.POST('/api/v1/policy/simulate', {
        body: { population, ...(measures.length > 0 && { measures: [...measures] }) },
      }),
    )
  const found = await answer(
    api.GET('/api/v1/policy/drafts/{id}', { params: { path: { id: draft } } }),
  )
  return await answer(
    api.POST('/api/v1/policy/simulate', {
      body: {
        population,
        measures: [...new Set([found.measure, ...measures])],
        variants: [{ measure: found.body as Record<string, unknown> }],
      },
    }),
  )
}
