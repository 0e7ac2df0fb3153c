import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { ChoiceFilter, FilterRow } from '../../ui/filters.tsx'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import type { Call } from './api.ts'
import { CallState, CallWindow, Measures } from './parts.tsx'
import { useCalls } from './queries.ts'
import { useTexts } from './texts.ts'

const STATES = ['open', 'coming', 'closed'] as const

/** Calls for applications, for everybody. */
export function Page() {
  const t = useTexts()
  const textOf = useText()
  const me = useMaybeMe()
  const [filters, setFilters] = useSearchState(['state'])
  const state = STATES.find((it) => it === filters.state)
  const calls = useCalls(state)
  const columns: readonly Column<Call>[] = [
    {
      key: 'title',
      title: t('title'),
      show: (it) => <Go to={`/support/calls/${it.id}`}>{textOf(it.title)}</Go>,
    },
    { key: 'state', title: t('state'), show: (it) => <CallState call={it} />, width: 150 },
    { key: 'window', title: t('window'), show: (it) => <CallWindow call={it} />, width: 240 },
    { key: 'measures', title: t('measures'), show: (it) => <Measures of={it.measures} /> },
  ]
  return (
    <PageFrame
      title={t('calls')}
      lead={t('callsLead')}
      actions={
        mayOnNode(me, 'policy.review') && (
          <GoButton to="/support/calls/new" type="primary">
            {t('newCall')}
          </GoButton>
        )
      }
    >
      <FilterRow>
        <ChoiceFilter
          label={t('stateOfCalls')}
          all={t('allStates')}
          choices={STATES}
          nameOf={t}
          value={filters.state}
          change={(it) => setFilters({ state: it })}
        />
      </FilterRow>
      <Records
        label={t('calls')}
        rows={calls.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('callsEmpty')} hint={t('callsEmptyHint')} />}
        pages={calls}
      />
    </PageFrame>
  )
}
