import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card } from 'antd'
import { useId, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { useDraft } from '../../ui/draft.ts'
import { MeasureName } from '../../ui/measures.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Fallen, isFallen, More, NotRenewed } from '../../ui/pages.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { useSentKey } from '../../ui/sent-key.ts'
import { Failed, Loading, Nothing, Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { rulesQuery } from './api.ts'
import { ChoiceField, NumberField, TextField } from './fields.tsx'
import { FiguresView } from './figures-view.tsx'
import type { Figures } from './trial.ts'
import { useTexts } from './trial-texts.ts'
import './editor.css'

/** What measures did: reckoned for the desk, stated for everybody. */
export function Page() {
  const t = useTexts()
  const me = useMaybeMe()
  const isDesk = mayOnNode(me, 'policy.read')
  return (
    <PageFrame title={t('evaluation')} lead={isDesk ? t('evaluationLead') : t('publicHint')}>
      {isDesk && <Reckoning />}
      <Stated isDesk={isDesk} />
    </PageFrame>
  )
}

type Wish = {
  readonly measure: string
  readonly year: number | undefined
  readonly values: Readonly<Record<string, string>>
}

/** What an address that was sent on, or was reloaded, asks for. */
function wishOf({ measure = '', year = '' }: { measure?: string; year?: string }): Wish {
  return { measure, year: /^\d{4}$/.test(year) ? Number(year) : undefined, values: {} }
}

function sentOf({ measure, year, values }: Wish) {
  const known = Object.entries(values).filter(([, it]) => it !== '')
  return {
    measure,
    ...(year !== undefined && { year }),
    ...(known.length > 0 && { values: Object.fromEntries(known) }),
  }
}

function Reckoning() {
  const t = useTexts()
  const text = useText()
  const why = useId()
  const rules = useQuery(rulesQuery)
  const [address, setAddress] = useSearchState(['measure', 'year'])
  const [wish, setWish] = useState<Wish>(() => wishOf(address))
  const [asked, setAsked] = useState<Wish | undefined>(wish.measure === '' ? undefined : wish)
  const look = () => {
    setAsked(wish)
    setAddress({ measure: wish.measure, year: wish.year?.toString() })
  }
  const found = useQuery({
    queryKey: ['policy', 'figures', asked],
    enabled: asked !== undefined,
    queryFn: () =>
      answer(api.POST('/api/v1/policy/evaluation-figures', { body: sentOf(asked ?? wish) })),
  })
  return (
    <QueryView query={rules}>
      {({ items }) => (
        <div className="editor-column">
          <Card>
            <div className="editor-fields">
              <ChoiceField
                label={t('measure')}
                value={wish.measure}
                choices={items.map((it) => ({
                  value: it.id,
                  label: `${text(it.title)} · ${it.id}`,
                }))}
                change={(measure) => setWish({ ...wish, measure, values: {} })}
              />
              <NumberField
                label={t('year')}
                value={wish.year}
                change={(year) => setWish({ ...wish, year })}
              />
            </div>
            <div className="editor-acts" style={{ marginBlockStart: 16 }}>
              <Button
                type="primary"
                aria-describedby={why}
                disabled={wish.measure === ''}
                loading={found.isFetching}
                onClick={look}
              >
                {t('look')}
              </Button>
              <span id={why}>{wish.measure === '' && t('lookHindered')}</span>
            </div>
          </Card>
          {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
          {asked !== undefined && found.isLoading && <Loading />}
          {asked !== undefined && found.data !== undefined && (
            <>
              <Values
                figures={found.data}
                wish={wish}
                change={setWish}
                isStale={JSON.stringify(sentOf(wish)) !== JSON.stringify(sentOf(asked))}
                look={look}
              />
              <FiguresView of={found.data} />
              <Conclude asked={asked} />
            </>
          )}
        </div>
      )}
    </QueryView>
  )
}

/** What no books hold of the paper's targets. */
function Values({
  figures,
  wish,
  change,
  isStale,
  look,
}: {
  figures: Figures
  wish: Wish
  change: (wish: Wish) => void
  /** Something was typed since the figures were reckoned. */
  isStale: boolean
  look: () => void
}) {
  const t = useTexts()
  const text = useText()
  const open = figures.targets.filter(
    (it) => it.state !== 'not_a_target' && it.state !== 'needs_determination',
  )
  if (open.length === 0) return null
  return (
    <Card title={t('targetValues')}>
      <p style={{ marginBlockStart: 0 }}>{t('targetValuesHint')}</p>
      <div className="editor-fields">
        {open.map((it) => (
          <TextField
            key={it.id}
            label={t('targetValue', { indicator: text(it.indicator) })}
            {...(it.goal !== undefined && { hint: t('targetGoal', { goal: text(it.goal) }) })}
            {...(it.unit !== undefined && { unit: text(it.unit) })}
            value={wish.values[it.id] ?? ''}
            change={(value) =>
              change({
                ...wish,
                values: { ...wish.values, [it.id]: value.replaceAll(/[^\d.]/g, '') },
              })
            }
          />
        ))}
      </div>
      <div className="editor-acts" style={{ marginBlockStart: 12 }}>
        <Button disabled={!isStale} onClick={look}>
          {t('lookAgain')}
        </Button>
        <span role="status">{isStale && t('valuesChanged')}</span>
      </div>
    </Card>
  )
}

function Conclude({ asked }: { asked: Wish }) {
  const t = useTexts()
  const me = useMaybeMe()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const why = useId()
  const draft = useDraft<string>('policy.conclusion')
  const { keyFor, done } = useSentKey('policy.conclusion')
  const [conclusion, setConclusion] = useState(draft.restored ?? '')
  const [error, setError] = useState<unknown>()
  if (!mayOnNode(me, 'policy.draft')) return null
  const conclude = async () => {
    const title = t('concludeTitle')
    const consequence = t('concludeConsequence')
    if ((await confirm({ title, consequence, verb: t('conclude') })) === undefined) return
    setError(undefined)
    try {
      const body = { ...sentOf(asked), conclusion }
      const params = { header: { 'idempotency-key': keyFor(body) } }
      await answer(api.POST('/api/v1/policy/evaluations', { params, body }))
      done()
      draft.discard()
      setConclusion('')
      void message.success(t('concluded'))
      await queries.invalidateQueries({ queryKey: ['policy', 'evaluations'] })
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <Card>
      {error !== undefined && <Said error={error} />}
      <TextField
        label={t('conclusion')}
        rows={4}
        value={conclusion}
        change={(next) => {
          setConclusion(next)
          draft.keep(next)
        }}
      />
      <div className="editor-acts" style={{ marginBlockStart: 12 }}>
        <Button
          type="primary"
          aria-describedby={why}
          disabled={conclusion.trim() === ''}
          onClick={() => void conclude()}
        >
          {t('conclude')}
        </Button>
        <span id={why}>{conclusion.trim() === '' && t('concludeHindered')}</span>
      </div>
    </Card>
  )
}

function Stated({ isDesk }: { readonly isDesk: boolean }) {
  const t = useTexts()
  const found = useInfiniteQuery({
    queryKey: ['policy', 'evaluations'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policy/evaluations', {
          params: { query: { limit: 10, ...(pageParam !== '' && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const items = found.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <section style={{ marginBlockStart: 24 }}>
      <h2>{t('stated')}</h2>
      {isFallen(found) ? <Fallen pages={found} /> : <NotRenewed pages={found} />}
      {found.isLoading && <Loading />}
      {found.isSuccess && items.length === 0 && (
        <Nothing title={t('noneStated')} hint={t(isDesk ? 'noneStatedHint' : 'noneStatedOpen')} />
      )}
      <div className="editor-column">
        {items.map((it, at) => (
          <Card
            key={it.id}
            title={
              <>
                <MeasureName id={it.measure} to={`/support/measures/${it.measure}`} /> ·{' '}
                {it.year ?? t('allYears')}
              </>
            }
            extra={<When at={it.at} />}
          >
            <p style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{it.conclusion}</p>
            <details open={at === 0}>
              <summary>{t('figures')}</summary>
              <FiguresView of={it.figures} />
            </details>
          </Card>
        ))}
      </div>
      <More pages={found} count={items.length} label={t('more')} />
    </section>
  )
}
