import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Select, Tag } from 'antd'
import { type ReactNode, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { apart } from '../../frame/apart.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Hindered } from '../../ui/hindered.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Failed } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useMoney } from './money.ts'
import type { Plan } from './parts.tsx'
import { useTexts } from './texts.ts'

type Event = { readonly do: string } & Readonly<Record<string, unknown>>
type Deed = (event: Event) => Promise<void>

/** What is to be done next: opinions, notice, objections, approval, decision. */
export function PlanSteps({ plan }: { plan: Plan }) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const { keyFor, done } = useSentKey(`plan.${plan.id}`)
  const deed: Deed = async (event) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const next = await answer(
        api.POST('/api/v1/policy/award-plans/{id}/deeds', {
          params: { path: { id: plan.id }, header: { 'idempotency-key': keyFor(event) } },
          body: { event, seen: plan.entries },
        }),
      )
      done()
      queries.setQueryData(['award-plan', plan.id], next)
      await queries.invalidateQueries({ queryKey: ['award-plans'] })
      void message.success(t('done'))
    } catch (thrown) {
      setError(thrown)
      await queries.invalidateQueries({ queryKey: ['award-plan', plan.id] })
    }
    setIsBusy(false)
  }
  return (
    <Card title={t('next')} size="small" aria-busy={isBusy}>
      {error !== undefined && <Failed error={error} />}
      <Opinions plan={plan} deed={deed} />
      <NoticePart plan={plan} deed={deed} />
      <Approval plan={plan} deed={deed} />
      <Outcomes plan={plan} deed={deed} isBusy={isBusy} />
    </Card>
  )
}

type PartProps = { readonly plan: Plan; readonly deed: Deed }

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section style={{ marginBlockEnd: 12 }}>
      <h3 style={{ marginBlock: '0 4px', fontSize: 'inherit' }}>{title}</h3>
      {children}
    </section>
  )
}

function Opinions({ plan, deed }: PartProps) {
  const t = useTexts()
  const text = useText()
  const isHere = plan.state === 'open' && plan.step.id === 'opinions'
  const { consultation, units } = plan
  const titleOf = (id: string) =>
    text(units.find((it) => it.id === id)?.title ?? { zh: id, en: id })
  if (consultation === undefined) {
    if (!isHere || !plan.roles.includes('officer')) return null
    const ask = () => deed({ do: 'consult', units: units.map((it) => it.id) })
    return (
      <Part title={t('opinions')}>
        <Button onClick={() => void ask()}>{t('askUnits')}</Button>
      </Part>
    )
  }
  return (
    <Part title={t('opinions')}>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {consultation.units.map((it) => (
          <li key={it.unit}>
            <bdi>{titleOf(it.unit)}</bdi>{' '}
            {it.opinion === undefined ? (
              <Tag>{t('waiting')}</Tag>
            ) : (
              <Tag color={it.opinion === 'objects' ? 'error' : 'success'}>
                {t(`opinion.${it.opinion as 'agrees'}`)}
              </Tag>
            )}
            <bdi>{it.text}</bdi>
            {isHere && it.opinion === undefined && plan.roles.includes(`unit:${it.unit}`) && (
              <GiveOpinion unit={it.unit} deed={deed} />
            )}
          </li>
        ))}
      </ul>
    </Part>
  )
}

const OPINIONS = ['agrees', 'comments', 'objects'] as const

function GiveOpinion({ unit, deed }: { unit: string; deed: Deed }) {
  const t = useTexts()
  const confirm = useConfirm()
  const [opinion, setOpinion] = useState<(typeof OPINIONS)[number]>('agrees')
  const give = async () => {
    const note = await confirm({
      title: t('giveOpinion'),
      consequence: t(`opinion.${opinion}`),
      verb: t('giveOpinion'),
      wantsReason: opinion !== 'agrees',
    })
    if (note === undefined) return
    await deed({ do: 'give-opinion', unit, opinion, ...(note !== '' && { note }) })
  }
  return (
    <span style={{ display: 'inline-flex', gap: 8 }}>
      <Select
        aria-label={t('giveOpinion')}
        size="small"
        value={opinion}
        onChange={setOpinion}
        options={OPINIONS.map((it) => ({ value: it, label: t(`opinion.${it}`) }))}
      />
      <Button size="small" onClick={() => void give()}>
        {t('giveOpinion')}
      </Button>
    </span>
  )
}

const NOTICE_CHARS_MAX = 4_000

function NoticePart({ plan, deed }: PartProps) {
  const t = useTexts()
  const confirm = useConfirm()
  const { notice } = plan
  const isHere = plan.state === 'open' && plan.step.id === 'notice'
  const isOfficer = plan.roles.includes('officer')
  const publish = async () => {
    const text = await confirm({
      title: t('publish'),
      consequence: t('publishConsequence'),
      verb: t('publish'),
      wantsReason: { label: t('noticeText'), charsMax: NOTICE_CHARS_MAX },
    })
    if (text !== undefined) await deed({ do: 'publish-notice', text })
  }
  const reply = async (number: number, upheld: boolean) => {
    const note = await confirm({
      title: upheld ? t('uphold') : t('dismiss'),
      consequence: t('answerConsequence'),
      verb: upheld ? t('uphold') : t('dismiss'),
      wantsReason: true,
    })
    if (note !== undefined) await deed({ do: 'answer-objection', number, upheld, note })
  }
  if (notice === undefined) {
    if (!isHere || !isOfficer) return null
    return (
      <Part title={t('notice')}>
        <Button type="primary" onClick={() => void publish()}>
          {t('publish')}
        </Button>
      </Part>
    )
  }
  return (
    <Part title={t('notice')}>
      <p style={{ margin: 0 }}>
        <When at={notice.publishedAt} isExact />
        {notice.endsAt !== undefined && (
          <>
            {' · '}
            {t('noticeUntil')} <When at={notice.endsAt} isExact />
          </>
        )}
      </p>
      {notice.objections.length === 0 ? (
        <p style={{ margin: 0 }}>{t('noObjections')}</p>
      ) : (
        <ol aria-label={t('objections')}>
          {notice.objections.map((it) => (
            <li key={it.number}>
              <strong>{it.objector}</strong> <bdi>{it.text}</bdi>{' '}
              {it.upheld === undefined ? (
                isHere &&
                isOfficer && (
                  <span style={{ display: 'inline-flex', gap: 8 }}>
                    <Button size="small" onClick={() => void reply(it.number, false)}>
                      {t('dismiss')}
                    </Button>
                    <Button size="small" danger onClick={() => void reply(it.number, true)}>
                      {t('uphold')}
                    </Button>
                  </span>
                )
              ) : (
                <>
                  <Tag color={it.upheld ? 'error' : 'default'}>
                    {it.upheld ? t('upheld') : t('dismissed')}
                  </Tag>
                  <bdi>{it.answer}</bdi>
                </>
              )}
            </li>
          ))}
        </ol>
      )}
    </Part>
  )
}

function Approval({ plan, deed }: PartProps) {
  const t = useTexts()
  const text = useText()
  const money = useMoney()
  const confirm = useConfirm()
  const me = useMe()
  const { approval } = plan
  const isHere = plan.state === 'open' && plan.step.id === 'approval'
  if (approval === undefined) {
    if (!isHere || !plan.roles.includes('officer')) return null
    const put = () => deed({ do: 'put-forward', number: plan.totalFen })
    return (
      <Part title={t('approval')}>
        <Button type="primary" onClick={() => void put()}>
          {t('putForward', { sum: money(plan.totalFen) })}
        </Button>
      </Part>
    )
  }
  const decline = async () => {
    const note = await confirm({
      title: t('decline'),
      consequence: t('declineConsequence'),
      verb: t('decline'),
      isDestructive: true,
      wantsReason: true,
    })
    if (note !== undefined) await deed({ do: 'decline', note })
  }
  const names = approval.waitingFor.map((it) => apart(text(it.title))).join(' → ')
  return (
    <Part title={t('approval')}>
      <p style={{ margin: 0 }}>
        {money(approval.numberFen)}{' '}
        {approval.declined ? (
          <Tag color="error">{t('declinedTag')}</Tag>
        ) : names === '' ? (
          <Tag color="success">{t('approvedAll')}</Tag>
        ) : (
          t('waitsFor', { names })
        )}
      </p>
      {isHere && approval.isMine && mayOnNode(me, 'policy.decide') && (
        <p style={{ display: 'flex', gap: 8, marginBlock: 8 }}>
          <Button type="primary" onClick={() => void deed({ do: 'approve' })}>
            {t('approve')}
          </Button>
          <Button danger onClick={() => void decline()}>
            {t('decline')}
          </Button>
        </p>
      )}
    </Part>
  )
}

/** The ways out of the step that the caller may take; the decision is asked with its count and its sum. */
function Outcomes({ plan, deed, isBusy }: PartProps & { readonly isBusy: boolean }) {
  const t = useTexts()
  const text = useText()
  const money = useMoney()
  const confirm = useConfirm()
  const take = async (outcome: string) => {
    if (outcome === 'decided') {
      const said = await confirm({
        title: t('decideTitle'),
        consequence: t('decideConsequence', {
          count: plan.selected,
          sum: money(plan.totalFen),
        }),
        verb: t('decide'),
      })
      if (said === undefined) return
    }
    if (outcome === 'dropped') {
      const note = await confirm({
        title: t('dropTitle'),
        consequence: t('dropConsequence'),
        verb: t('dropTitle'),
        isDestructive: true,
        wantsReason: true,
      })
      if (note === undefined) return
      return await deed({ do: 'advance', outcome, note })
    }
    await deed({ do: 'advance', outcome })
  }
  const mine = plan.outcomes.filter((it) => it.isMine)
  if (mine.length === 0) return null
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
      {mine.map((it) =>
        it.hindered === undefined ? (
          <Button
            key={it.id}
            disabled={isBusy}
            type={it.id === 'decided' ? 'primary' : 'default'}
            danger={it.id === 'dropped'}
            onClick={() => void take(it.id)}
          >
            {text(it.title)}
          </Button>
        ) : (
          <Hindered
            key={it.id}
            why={`${t('hinderedBy')} ${it.hindered.map((why) => text(why)).join('；')}`}
          >
            {(described) => <Button {...described}>{text(it.title)}</Button>}
          </Hindered>
        ),
      )}
    </div>
  )
}
