import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card } from 'antd'
import { useState } from 'react'
import { useMaybeMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useDraft } from '../../ui/draft.ts'
import { ChoiceFilter, FilterRow } from '../../ui/filters.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { AnswerList } from './answer-list.tsx'
import type { Answers } from './facts-state.ts'
import { type Asked, type Fits, fitsQuery, MODES, type Mode } from './fits-queries.ts'
import { useFitsTexts } from './fits-texts.ts'
import { KnownCard, OwnEnterprise, ProposalsCard } from './known-card.tsx'
import { regionsQuery } from './measure-queries.ts'
import { QuestionCard } from './question-card.tsx'
import { Results } from './results.tsx'
import './support.css'

type Kept = { readonly answers: Answers; readonly skipped: readonly string[] }
const NOTHING: Kept = { answers: {}, skipped: [] }

/** Asks the question that decides most, and shows what fits so far. */
export function Page() {
  const t = useFitsTexts()
  const [search, setSearch] = useSearchState(['region', 'mode', 'enterprise'])
  const { answers, skipped, set } = useAnswers()
  const mode: Mode = MODES.find((it) => it === search.mode) ?? 'live'
  const me = useMaybeMe() ?? null
  const enterprise = me === null ? undefined : search.enterprise
  const asked: Asked = { answers, mode, region: search.region, enterprise }
  const fits = useQuery(fitsQuery(asked))
  const answerWith = (fact: string, value: unknown) =>
    set({ answers: { ...answers, [fact]: value }, skipped })
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <Choices
        search={search}
        mode={mode}
        change={setSearch}
        own={
          <OwnEnterprise
            me={me}
            value={enterprise}
            change={(it) => setSearch({ enterprise: it })}
          />
        }
      />
      {mode === 'as_if_in_force' && (
        <Alert className="support-notice" type="warning" showIcon title={t('simulated')} />
      )}
      <QueryView query={fits}>
        {(it) => (
          <>
            {isNothingToday(it) && (
              <NothingToday simulate={() => setSearch({ mode: 'as_if_in_force' })} />
            )}
            <div className="support-fits">
              <div className="support-side">
                <QuestionCard
                  questions={it.ask}
                  skipped={skipped}
                  answer={answerWith}
                  skip={(fact) => set({ answers, skipped: [...skipped, fact] })}
                  askAgain={() => set({ answers, skipped: [] })}
                />
                <AnswerList
                  answers={answers}
                  change={(next) => set({ answers: next, skipped })}
                  clear={() => set(NOTHING)}
                />
                {enterprise !== undefined && <KnownCard enterprise={enterprise} />}
                {enterprise !== undefined && <ProposalsCard enterprise={enterprise} mode={mode} />}
              </div>
              <Results fits={it} asked={asked} suppose={answerWith} />
            </div>
          </>
        )}
      </QueryView>
    </PageFrame>
  )
}

/** Answers and what was skipped, kept on this device. */
function useAnswers() {
  const draft = useDraft<Kept>('support-fits')
  const [kept, setKept] = useState<Kept>(draft.restored ?? NOTHING)
  const set = (next: Kept) => {
    setKept(next)
    if (next === NOTHING) draft.discard()
    else draft.keep(next)
  }
  return { ...kept, set }
}

type ChoicesProps = {
  readonly search: Readonly<Partial<Record<'region' | 'mode' | 'enterprise', string>>>
  readonly mode: Mode
  readonly change: (next: Readonly<Record<string, string | undefined>>) => void
  readonly own: React.ReactNode
}

function Choices({ search, mode, change, own }: ChoicesProps) {
  const t = useFitsTexts()
  const textOf = useText()
  const regions = useQuery(regionsQuery).data?.items ?? []
  const nameOf = (place: string) => {
    const region = regions.find((it) => it.place === place)
    return region === undefined ? place : textOf(region.name)
  }
  return (
    <FilterRow>
      <ChoiceFilter
        label={t('region')}
        all={t('allRegions')}
        choices={regions.map((it) => it.place)}
        nameOf={nameOf}
        value={search.region}
        change={(region) => change({ region })}
      />
      <ChoiceFilter
        label={t('mode')}
        all={t('live')}
        choices={['as_if_in_force'] as const}
        nameOf={t}
        value={mode === 'live' ? '' : mode}
        change={(it) => change({ mode: it })}
        width={240}
      />
      {own}
    </FilterRow>
  )
}

/** Whatever is answered: nothing is in force or open. */
function isNothingToday({ items, mode }: Fits): boolean {
  return (
    mode === 'live' &&
    items.every(({ state }) => state !== 'in-force' && state !== 'open-in-a-batch')
  )
}

function NothingToday({ simulate }: { simulate: () => void }) {
  const t = useFitsTexts()
  return (
    <Card size="small" className="support-notice">
      <strong>{t('noneToday')}</strong>
      <p>{t('noneTodayHint')}</p>
      <Button type="primary" onClick={simulate}>
        {t('simulate')}
      </Button>
    </Card>
  )
}
