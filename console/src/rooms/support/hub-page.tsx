import { useQuery } from '@tanstack/react-query'
import { Card } from 'antd'
import { useId } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Unfilled } from '../../ui/unfilled.tsx'
import { determinacyQuery } from './measure-queries.ts'
import { type Group, placesFor } from './places.ts'
import './support.css'
import { useTexts } from './texts.ts'

/** What can be done in the room, by whoever stands here. */
export function Page() {
  const t = useTexts()
  const me = useMaybeMe() ?? null
  return (
    <PageFrame title={t('hub')} lead={t('hubLead')}>
      <Certain />
      {(mayOnNode(me, 'policy.review') || mayOnNode(me, 'node.configure')) && <Missed />}
      {placesFor(me).map((it) => (
        <Places key={it.title.en} group={it} />
      ))}
    </PageFrame>
  )
}

/** How much of what is promised is fixed by the papers themselves. */
function Certain() {
  const t = useTexts()
  const format = useFormat()
  const share = useQuery(determinacyQuery).data
  if (share === undefined) return null
  const { lines, exact, awards, decidedFen, exactFen } = share
  const yuan = (fen: string) => format.number(Number(fen) / FEN_PER_YUAN)
  return (
    <p className="support-minor">
      {t('certain', { lines, exact })}{' '}
      {awards > 0 && t('certainMoney', { decided: yuan(decidedFen), exact: yuan(exactFen) })}
    </p>
  )
}

const FEN_PER_YUAN = 100
const MISSED_SHOWN_MAX = 10

/** Offices that plans and calls need and nobody can act for. */
function Missed() {
  const missed = useQuery({
    queryKey: ['policy-offices', 'unfilled'],
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/offices', {
          params: { query: { unfilled: true, limit: MISSED_SHOWN_MAX } },
        }),
      ),
  }).data
  const offices = (missed?.items ?? []).map(({ kind, id, title, waits }) => {
    return { kind, id, title, isNow: waits.some((it) => it.isNow), why: 'nobody' as const }
  })
  return <Unfilled offices={offices} isOfAll />
}

function Places({ group }: { group: Group }) {
  const textOf = useText()
  const id = useId()
  return (
    <section aria-labelledby={id} className="support-group">
      <h2 id={id}>{textOf(group.title)}</h2>
      <ul className="support-places">
        {group.places.map(({ path, title, hint }) => (
          <li key={path}>
            <Card size="small">
              <Go to={path} className="support-place">
                {textOf(title)}
              </Go>
              <p>{textOf(hint)}</p>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  )
}
