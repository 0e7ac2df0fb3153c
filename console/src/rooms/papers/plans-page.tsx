import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Records } from '../../ui/records.tsx'
import { Failed, Nothing } from '../../ui/states.tsx'
import { FieldValue, PublishedParts } from './parts.tsx'
import { useTexts } from './texts.ts'

/** The register of higher plans. */
export function Page() {
  const t = useTexts()
  const textOf = useText()
  const plans = useQuery({
    queryKey: ['papers', 'plans'],
    queryFn: () => answer(api.GET('/api/v1/policy/plans')),
  })
  return (
    <PageFrame title={t('plans')} lead={t('plansLead')}>
      <PublishedParts current="plans" />
      {plans.isError ? (
        <Failed error={plans.error} retry={() => void plans.refetch()} />
      ) : (
        <Records
          label={t('plans')}
          rows={plans.data?.items ?? []}
          keyOf={(it) => it.id}
          isLoading={plans.isLoading}
          empty={<Nothing title={t('plansNone')} />}
          columns={[
            { key: 'name', title: t('planName'), show: (it) => textOf(it.name) },
            { key: 'issuer', title: t('issuer'), show: (it) => <FieldValue field={it.issuer} /> },
            { key: 'number', title: t('number'), show: (it) => <FieldValue field={it.number} /> },
            { key: 'years', title: t('years'), show: (it) => it.years ?? '—', width: 110 },
            { key: 'held', title: t('held'), show: (it) => t(it.isHeld ? 'heldYes' : 'heldNo') },
            {
              key: 'cited',
              title: t('citedBy'),
              show: (it) =>
                it.citedBy.map(({ id, title, below }) => (
                  <div key={id}>
                    <Go to={`/papers/${id}`}>{textOf(title)}</Go>
                    {below.length > 0 && (
                      <ul aria-label={t('papersBelow', { paper: textOf(title) })}>
                        {below.map((of) => (
                          <li key={of.id}>
                            <Go to={`/papers/${of.id}`}>{textOf(of.title)}</Go>
                          </li>
                        ))}
                      </ul>
                    )}
                  </div>
                )),
            },
            {
              key: 'measures',
              title: t('planMeasures'),
              show: (it) =>
                t('planCounts', { measures: it.measures.length, targets: it.targets.length }),
            },
          ]}
        />
      )}
    </PageFrame>
  )
}
