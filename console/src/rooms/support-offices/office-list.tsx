import { Button, Checkbox } from 'antd'
import { type ReactNode, useId } from 'react'
import { useText } from '../../frame/language.ts'
import { FilterRow } from '../../ui/filters.tsx'
import { isFilled, type Kind, type Office } from '../../ui/offices.ts'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { type Ask, Holders, OfficeName, Waits } from './parts.tsx'
import { useTexts } from './texts.ts'

type ListProps = { readonly offices: readonly Office[]; readonly ask: Ask }

/** Office by office: who fills it, and what needs it. */
export function OfficeList({ offices, ask }: ListProps) {
  const t = useTexts()
  const [{ missing }, setSearch] = useSearchState(['missing'])
  const isMissing = missing === '1'
  const shown = offices.filter((it) => !isMissing || !isFilled(it))
  const levels = {
    none: (
      <Nothing
        title={t('levelsNone')}
        hint={t(ask === undefined ? 'levelsNoneSee' : 'levelsNoneHint')}
        {...(ask && {
          action: <Button onClick={() => ask({ do: 'name' })}>{t('nameOffice')}</Button>,
        })}
      />
    ),
  }
  const of = (kind: Kind) => ({
    kind,
    ask,
    rows: shown.filter((it) => it.kind === kind).toSorted((a, b) => urgency(b) - urgency(a)),
    isFiltered: isMissing && offices.some((it) => it.kind === kind),
  })
  return (
    <>
      <FilterRow>
        <Checkbox
          checked={isMissing}
          onChange={(event) => setSearch({ missing: event.target.checked ? '1' : '' })}
        >
          {t('onlyMissing')}
        </Checkbox>
      </FilterRow>
      <Group {...of('approval')} title={t('levels')} hint={t('levelsHint')} empty={levels.none} />
      <Group
        {...of('unit')}
        title={t('units')}
        hint={t('unitsHint')}
        empty={<Nothing title={t('unitsNone')} />}
      />
    </>
  )
}

/** What is needed and missing comes first, then what is needed, then what is filled. */
function urgency(of: Office): number {
  const isNeeded = of.waits.length > 0
  return (isNeeded ? 2 : 0) + (isNeeded && !isFilled(of) ? 2 : 0) + (of.holders.length > 0 ? 1 : 0)
}

type GroupProps = {
  readonly title: string
  readonly hint: string
  readonly rows: readonly Office[]
  readonly ask: Ask
  readonly empty: ReactNode
  /** Those that are filled are left out. */
  readonly isFiltered: boolean
}

function Group({ title, hint, rows, ask, empty, isFiltered }: GroupProps) {
  const t = useTexts()
  const id = useId()
  return (
    <section aria-labelledby={id} style={{ marginBlockEnd: 24 }}>
      <h2 id={id} style={{ marginBlock: '16px 4px' }}>
        {title}
      </h2>
      <p style={{ marginBlock: '0 8px', maxInlineSize: '72ch' }}>{hint}</p>
      <Records
        label={title}
        rows={rows}
        keyOf={(it) => it.id}
        columns={useColumns(ask)}
        empty={isFiltered ? <Nothing title={t('allFilled')} /> : empty}
      />
    </section>
  )
}

function useColumns(ask: Ask): readonly Column<Office>[] {
  const t = useTexts()
  return [
    { key: 'office', title: t('office'), show: (it) => <OfficeName of={it} /> },
    { key: 'filled', title: t('filledBy'), show: (it) => <Holders of={it} /> },
    { key: 'waits', title: t('neededBy'), show: (it) => <Waits of={it} /> },
    ...(ask === undefined
      ? []
      : [{ key: 'do', title: t('deeds'), show: (it: Office) => <Deeds of={it} ask={ask} /> }]),
  ]
}

function Deeds({ of, ask }: { of: Office; ask: NonNullable<Ask> }) {
  const t = useTexts()
  const name = useText()(of.title)
  const rename = t(of.title.zh === of.id ? 'giveName' : 'rename')
  const isOfPack = of.kind === 'unit' && of.regions.length > 0
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 8 }}>
      <Button
        size="small"
        aria-label={`${t('fill')} ${name}`}
        onClick={() => ask({ do: 'post', office: of })}
      >
        {t('fill')}
      </Button>
      {!isOfPack && (
        <Button
          size="small"
          aria-label={`${rename} ${name}`}
          onClick={() => ask({ do: 'name', office: of })}
        >
          {rename}
        </Button>
      )}
    </span>
  )
}
