import { useQuery } from '@tanstack/react-query'
import { Card, Tag } from 'antd'
import { type Me, may } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Colon } from '../../ui/colon.tsx'
import { EnterpriseField } from '../../ui/enterprise.tsx'
import { Go } from '../../ui/go.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { grouped } from './facts-state.ts'
import { type KnownFact, knownQuery, type Mode, proposalsQuery } from './fits-queries.ts'
import { useFitsTexts } from './fits-texts.ts'

type OwnProps = {
  readonly me: Me | null
  readonly value: string | undefined
  readonly change: (enterprise: string | undefined) => void
}

/** One of the enterprises one belongs to; nothing for those who belong to none. */
export function OwnEnterprise({ me, value, change }: OwnProps) {
  const t = useFitsTexts()
  const own = (me?.memberships ?? []).filter((it) => may(me, 'applications.read', it.enterprise))
  if (own.length === 0) return null
  return (
    <span className="support-own">
      <EnterpriseField
        aria-label={t('enterprise')}
        placeholder={t('nobody')}
        among={own.map((it) => it.enterprise)}
        {...(value !== undefined && { value })}
        onChange={change}
      />
    </span>
  )
}

/** What nobody is asked, as the node knows it. */
export function KnownCard({ enterprise }: { enterprise: string }) {
  const t = useFitsTexts()
  const known = useQuery(knownQuery(enterprise))
  return (
    <Card size="small" title={<h2 className="card-title">{t('known')}</h2>}>
      <QueryView query={known}>
        {({ items, year }) => (
          <>
            <ul className="support-known">
              {items.map((it) => (
                <Known key={it.fact} fact={it} />
              ))}
            </ul>
            <p className="support-minor">{t('yearOf', { year })}</p>
          </>
        )}
      </QueryView>
    </Card>
  )
}

function Known({ fact }: { fact: KnownFact }) {
  const t = useFitsTexts()
  const textOf = useText()
  const format = useFormat()
  const [index] = fact.entries
  return (
    <li>
      {textOf(fact.title)}
      <Colon />
      <strong>{grouped(textOf(fact.value), format.number)}</strong> <Tag>{t(fact.trust)}</Tag>
      {index !== undefined && (
        <>
          <Go to={`/evidence/${index}`}>{t('evidence', { index })}</Go>{' '}
          <span className="support-minor">{t('evidenceAll', { count: fact.entriesTotal })}</span>
        </>
      )}
    </li>
  )
}

/** Measures that need no application. */
export function ProposalsCard({ enterprise, mode }: { enterprise: string; mode: Mode }) {
  const t = useFitsTexts()
  const textOf = useText()
  const format = useFormat()
  const proposals = useQuery(proposalsQuery(enterprise, mode))
  return (
    <Card size="small" title={<h2 className="card-title">{t('proposals')}</h2>}>
      <QueryView query={proposals}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="support-minor">{t('noProposals')}</p>
          ) : (
            <>
              <p className="support-minor">{t('proposalsHint')}</p>
              <ul className="support-known">
                {items.map((it) => (
                  <li key={it.measure}>
                    <Go to={`/support/measures/${encodeURIComponent(it.measure)}`}>
                      {textOf(it.title)}
                    </Go>{' '}
                    {grouped(textOf(it.result), format.number)}
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </QueryView>
    </Card>
  )
}
