import { useFormat } from '../../frame/format.ts'
import { useFieldName } from '../../ui/entry-field-texts.ts'
import type { Opened } from './log.ts'
import { useKindName } from './parts.tsx'
import { useSaidTexts } from './said-texts.ts'

const FIELDS = [
  'day',
  'created',
  'updated',
  'retired',
  'total',
  'enterprise',
  'prefix',
  'decision',
  'by',
  'of',
  'returned',
  'order',
  'authority',
  'sites',
  'receipt',
  'step',
  'pins',
  'content',
  'plan',
  'measure',
  'mode',
  'digests',
  'given',
  'amountFen',
  'year',
] as const
const DECISIONS = [
  'approved',
  'returned',
  'rejected',
  'change-approved',
  'change-returned',
  'change-rejected',
  'suspended',
  'resumed',
  'allotted',
  'held',
  'lifted',
  'delegated',
  'taken-back',
  'released',
  'awarded',
] as const
const CLIENTS = ['browser', 'phone', 'program', 'handle-client', 'unknown'] as const

/** One member of an entry in the reader's words. */
export type Saying = {
  readonly key: string
  readonly name: string
  readonly text: string
  /** The same for a list, where it can be shorter. */
  readonly short?: string
}

/** What an entry says, in words; what a later version of a node claims is shown as it stands. */
export function useSayings(): (entry: Told) => readonly Saying[] {
  const t = useSaidTexts()
  const textOf = useValueText()
  return ({ opened, maker }) =>
    Object.entries(opened.fields as Record<string, unknown>).map(([key, value]) => {
      // by clients where resolutions are counted, else who decided
      const isCounts = key === 'by' && typeof value === 'object'
      const name = isCounts ? t('field.clients') : isOne(FIELDS, key) ? t(`field.${key}`) : key
      const text = textOf(key, value)
      if (key !== 'by' || isCounts || maker === undefined) return { key, name, text }
      return { key, name, text: t('maker', { name: maker, id: text }), short: maker }
    })
}

/** An entry that is opened, and by name who decided, where that may be known. */
export type Told = { readonly opened: Opened; readonly maker?: string }

/** The same on one line, for lists; without what the entry is about, which stands beside it. */
export function useSaidLine(): (entry: Told) => string {
  const t = useSaidTexts()
  const sayings = useSayings()
  return (entry) =>
    sayings(entry)
      .filter(({ key, text }) => !ABOUT.has(key) && text !== NOTHING)
      .map(({ name, text, short }) => t('listed', { name, text: short ?? text }))
      .join(t('semicolon'))
}

const ABOUT: ReadonlySet<string> = new Set(['enterprise', 'prefix'])
const NOTHING = '—'

function useValueText(): (key: string, value: unknown) => string {
  const t = useSaidTexts()
  const format = useFormat()
  const kindName = useKindName()
  const fieldName = useFieldName()
  const listed = (texts: readonly string[]) =>
    texts.length === 0 ? NOTHING : texts.join(t('comma'))
  const plain = (value: unknown): string => {
    if (typeof value === 'string') return value
    if (typeof value === 'number') return format.number(value)
    if (Array.isArray(value)) return listed(value.map(plain))
    if (typeof value !== 'object' || value === null) return String(value)
    const rows = Object.entries(value)
    return listed(
      rows.map(([name, it]) => t('listed', { name: clientName(name), text: plain(it) })),
    )
  }
  const clientName = (name: string) => (isOne(CLIENTS, name) ? t(`client.${name}`) : name)
  return (key, value) => {
    if (key === 'decision' && isOne(DECISIONS, value)) return t(`decision.${value}`)
    if (key === 'year') return String(value)
    if (key === 'of' && typeof value === 'string') return kindName(value)
    if (key === 'returned' && Array.isArray(value)) return listed(value.map(String).map(fieldName))
    if (key === 'sites' && Array.isArray(value)) return listed(value.map(siteText))
    return plain(value)
  }
}

type Site = Readonly<Partial<Record<'address' | 'protocol' | 'url', string>>> & { port?: number }

function siteText({ address, port, protocol, url }: Site): string {
  const host = address?.includes(':') === true ? `[${address}]` : address
  const socket = [host, port].filter((it) => it !== undefined).join(':')
  return [url, socket, protocol].filter((it) => it !== undefined && it !== '').join(' ')
}

function isOne<const T extends string>(names: readonly T[], it: unknown): it is T {
  return (names as readonly unknown[]).includes(it)
}
