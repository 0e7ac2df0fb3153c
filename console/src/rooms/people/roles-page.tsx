import { Page as PageFrame } from '../../ui/page.tsx'
import '../../ui/plain-table.css'
import { QueryView } from '../../ui/query-view.tsx'
import { type Roles, useRoles } from './parts.tsx'
import './roles.css'
import { useTexts } from './texts.ts'

/** What each role may do, side by side. */
export function Page() {
  const t = useTexts()
  const roles = useRoles()
  return (
    <PageFrame title={t('rolesTitle')} lead={t('rolesLead')}>
      <QueryView query={roles}>{(it) => <Matrix roles={it} />}</QueryView>
    </PageFrame>
  )
}

function Matrix({ roles }: { roles: Roles }) {
  const t = useTexts()
  const groups = groupsOf(roles)
  const columns = groups.flatMap((it) => it.items)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section className="plain-table-box" aria-label={t('rolesTitle')} tabIndex={0}>
      <table className="plain-table roles" aria-label={t('rolesTitle')}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2} className="right" style={{ verticalAlign: 'bottom' }}>
              {t('right')}
            </th>
            {groups.map(({ place, items }) => (
              <th key={place} scope="colgroup" colSpan={items.length}>
                {t(place === 'node' ? 'nodeRoles' : 'memberships')}
              </th>
            ))}
          </tr>
          <tr>
            {columns.map((it) => (
              <th key={it.role} scope="col" style={CENTRED}>
                {t(`role_${it.role}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {roles.permissions.map((right) => (
            <tr key={right}>
              <th scope="row">{t(right)}</th>
              {columns.map((it) => (
                <td key={it.role} style={CENTRED}>
                  <Answer isYes={it.permissions.includes(right)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const CENTRED = { textAlign: 'center' } as const

function Answer({ isYes }: { isYes: boolean }) {
  const t = useTexts()
  return (
    <>
      <span aria-hidden="true">{isYes ? '✓' : '–'}</span>
      <span className="visually-hidden">{t(isYes ? 'yes' : 'no')}</span>
    </>
  )
}

function groupsOf({ items }: Roles) {
  return (['node', 'enterprise'] as const).map((place) => ({
    place,
    items: items.filter((it) => it.place === place),
  }))
}
