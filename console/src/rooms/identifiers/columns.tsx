import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import type { Column } from '../../ui/records.tsx'
import { When } from '../../ui/when.tsx'
import { useKept } from './kept.ts'
import { Clipped, Handle, StateTags, useFieldText } from './parts.tsx'
import type { Listed, Template } from './records.ts'
import { useTexts } from './texts.ts'

export type ColumnChoice = { readonly key: string; readonly title: string }

const STANDARD = ['summary', 'state', 'template', 'updated', 'created', 'version'] as const
type Standard = (typeof STANDARD)[number]
const SHOWN_AT_FIRST: readonly string[] = ['summary', 'state', 'template', 'updated']
const FIELD = 'field:'

/** Which fields of templates are among the columns. */
export function fieldsIn(columns: readonly ColumnChoice[]): readonly string[] {
  return columns
    .filter(({ key }) => key.startsWith(FIELD))
    .map(({ key }) => key.slice(FIELD.length))
}

/** Which columns there are to choose from, which are shown, and how to show others. Kept for each template. */
export function useColumnChoice(templates: readonly Template[], filter: string | undefined) {
  const textOf = useText()
  const titles = useTitles()
  const name = filter?.replace(/@.*$/, '') ?? ''
  const [shown, show] = useKept<readonly string[]>(`columns.${name}`, SHOWN_AT_FIRST)
  const fields = new Map<string, string>()
  for (const template of templates) {
    if (name !== '' && template.name !== name) continue
    for (const it of template.fields) {
      if (!fields.has(it.name)) fields.set(it.name, textOf(it.label))
    }
  }
  const choices: ColumnChoice[] = [
    ...STANDARD.map((key) => ({ key, title: titles[key] })),
    ...[...fields].map(([field, title]) => ({ key: `${FIELD}${field}`, title })),
  ]
  return { choices, shown: choices.filter((it) => shown.includes(it.key)), show }
}

function useTitles(): Readonly<Record<Standard, string>> {
  const t = useTexts()
  return {
    summary: t('summary'),
    state: t('state'),
    template: t('template'),
    updated: t('updated'),
    created: t('created'),
    version: t('version'),
  }
}

/** The columns of the list, the identifier first. */
export function useColumns(
  shown: readonly ColumnChoice[],
  choose: (handle: string) => React.ReactNode,
): Column<Listed>[] {
  const t = useTexts()
  const fieldText = useFieldText()
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
      show: (it) => (
        <span style={{ display: 'flex', gap: 8, alignItems: 'flex-start', whiteSpace: 'normal' }}>
          {choose(it.handle)}
          <Go to="/identifier" search={{ id: it.handle }}>
            <Handle>{it.handle}</Handle>
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
