import { Segmented } from 'antd'
import { useMe } from '../../api/me.ts'
import { useSearchState } from '../../ui/search-state.ts'
import { EnterpriseView } from './enterprise-view.tsx'
import { useEnterprise } from './parts.tsx'
import { useTexts } from './texts.ts'

const FILTERS = ['id'] as const

/** The enterprise one acts for; of several, the one chosen. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [{ id }, choose] = useSearchState(FILTERS)
  const chosen = me.memberships.find((it) => it.enterprise === id) ?? me.memberships[0]
  if (chosen === undefined) return null
  return (
    <>
      {me.memberships.length > 1 && (
        <Segmented
          aria-label={t('choose')}
          value={chosen.enterprise}
          onChange={(next) => choose({ id: next })}
          options={me.memberships.map((it) => ({
            value: it.enterprise,
            label: <EnterpriseName id={it.enterprise} />,
          }))}
          style={{ marginBlockEnd: 16 }}
        />
      )}
      <EnterpriseView key={chosen.enterprise} id={chosen.enterprise} />
    </>
  )
}

function EnterpriseName({ id }: { id: string }) {
  return useEnterprise(id).data?.entry.name ?? id
}
