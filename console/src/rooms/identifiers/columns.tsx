import { createContext, useContext, useMemo } from 'react'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import type { Column } from '../../ui/records.tsx'
import { When } from '../../ui/when.tsx'
import { useKept } from './kept.ts'
import { FIELD, fieldsOf, keptAs, SHOWN_AT_FIRST, templateName } from './kept-columns.ts'
import { Clipped, Handle, StateTags, useFieldText } from './parts.tsx'
import type { Listed, Template } from './records.ts'
import { useTexts } from './texts.ts'

export type ColumnChoice = { readonly key: string; readonly title: string }

const STANDARD = ['summary', 'state', 'template', 'updated', 'created', 'version'] as const
type Standard = (typeof STANDARD)[number]

/** Which fields of templates are among the columns. */
export function fieldsIn(columns: readonly ColumnChoice[]): readonly string[] {
  return fieldsOf(columns.map(({ key }) => key))
}

/** Which columns there are to choose from, which are shown, and how to show others. Kept for each template. */
export function useColumnChoice(templates: readonly Template[], filter: string | undefined) {
  const textOf = useText()
  const titles = useTitles()
  const name = templateName(filter)
  const [kept, show] = useKept<readonly string[]>(keptAs(filter), SHOWN_AT_FIRST)
  const fields = useMemo(() => fieldsOf(kept), [kept])
  const choices = useMemo(() => {
    const labels = new Map<string, string>()
    for (const template of templates) {
      if (name !== '' && template.name !== name) continue
      for (const it of template.fields) {
        if (!labels.has(it.name)) labels.set(it.name, textOf(it.label))
      }
    }
    return [
      ...STANDARD.map((key): ColumnChoice => ({ key, title: titles[key] })),
      ...[...labels].map(([field, title]): ColumnChoice => ({ key: FIELD + field, title })),
    ]
  }, [templates, name, textOf, titles])
  // as text, so that templates that add nothing to what is shown leave the rows as they are drawn
  const text = JSON.stringify(choices.filter((it) => kept.includes(it.key)))
  const shown = useMemo(() => JSON.parse(text) as ColumnChoice[], [text])
  return { choices, shown, fields, show }
}

function useTitles(): Readonly<Record<Standard, string>> {
  const t = useTexts()
  return useMemo(
    () => ({
      summary: t('summary'),
      state: t('state'),
      template: t('template'),
      updated: t('updated'),
      created: t('created'),
      version: t('version'),
    }),
    [t],
  )
}

/** Which rows are ticked, for their boxes alone: the rest of a row stays as it is drawn. */
export const Ticked = createContext<{
  readonly chosen: ReadonlySet<string>
  readonly tick: (handle: string, isIn: boolean) => void
}>({ chosen: new Set(), tick: () => {} })

/** One in each row: the browser's own. */
function Tick({ handle }: { handle: string }) {
  const t = useTexts()
  const { chosen, tick } = useContext(Ticked)
  return (
    <input
      type="checkbox"
      className="row-check"
      aria-label={t('chooseOne', { handle })}
      checked={chosen.has(handle)}
      onChange={({ target }) => tick(handle, target.checked)}
    />
  )
}

/** The columns of the list, the identifier first. */
export function useColumns(shown: readonly ColumnChoice[]): readonly Column<Listed>[] {
  const t = useTexts()
  const fieldText = useFieldText()
  return useMemo(() => columnsOf(shown, { t, fieldText }), [shown, t, fieldText])
}

type Telling = {
  readonly t: ReturnType<typeof useTexts>
  readonly fieldText: ReturnType<typeof useFieldText>
}

function columnsOf(shown: readonly ColumnChoice[], { t, fieldText }: Telling): Column<Listed>[] {
  const cells: Readonly<Record<Standard, Column<Listed>['show']>> = {
    summary: (it) => {
      const first = it.described?.find((field) => field.type === 'text') ?? it.described?.[0]
      return first === undefined ? null : <Clipped text={fieldText(first)} />
    },
    state: (it) => <StateTags record={it} />,
    template: (it) => it.template ?? t('plainValues'),
    updated: (it) => <When at={it.updatedAt} />,
    created: (it) => <When at={it.createdAt} />,
    version: (it) => it.version,
  }
  const fieldCell = (name: string) => (it: Listed) => {
    const field = it.described?.find((one) => one.name === name)
    return field === undefined ? null : <Clipped text={fieldText(field)} />
  }
  return [
    {
      key: 'handle',
      title: t('identifier'),
      show: ({ handle }) => (
        <span style={{ display: 'flex', gap: 8, alignItems: 'flex-start', whiteSpace: 'normal' }}>
          <Tick handle={handle} />
          <Go to="/identifier" search={{ id: handle }}>
            <Handle>{handle}</Handle>
          </Go>
        </span>
      ),
    },
    ...shown.map(({ key, title }) => ({
      key,
      title,
      isNumber: key === 'version',
      show: key.startsWith(FIELD) ? fieldCell(key.slice(FIELD.length)) : cells[key as Standard],
    })),
  ]
}
