import { Alert, Form } from 'antd'
import { Go } from '../../ui/go.tsx'
import { useOffices } from '../../ui/offices.ts'
import { useJoined } from './joined.ts'
import { useOfficeTitles, type PostValues as Values } from './parts.tsx'
import type { Chosen } from './person-field.tsx'
import { useTexts } from './texts.ts'

type ThenProps = {
  readonly form: ReturnType<typeof Form.useForm<Values>>[0]
  readonly chosen: Chosen
}

/** Roles by which somebody handles or reads cases, and by which they approve. */
const READERS: readonly string[] = ['operator', 'official', 'approver', 'treasurer', 'auditor']
const HANDLERS: readonly string[] = ['operator', 'official']
const APPROVERS: readonly string[] = ['operator', 'approver']

/** What the person will be able to do, in words, as it is filled in. */
export function Then({ form, chosen }: ThenProps) {
  const t = useTexts()
  const { rights, missing } = useConsequences({ form, chosen })
  return (
    <div aria-live="polite" style={{ display: 'grid', gap: 8 }}>
      <Alert
        type="info"
        title={t('thenMay')}
        description={
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {rights.map((it) => (
              <li key={it}>{it}</li>
            ))}
          </ul>
        }
      />
      {missing.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={missing.join('；')}
          description={<Go to={`/users/${encodeURIComponent(chosen.user)}`}>{t('toRoles')}</Go>}
        />
      )}
    </div>
  )
}

type Consequences = { readonly rights: readonly string[]; readonly missing: readonly string[] }

function useConsequences({ form, chosen }: ThenProps): Consequences {
  const t = useTexts()
  const titleOf = useOfficeTitles(useOffices())
  const joined = useJoined()
  const units = Form.useWatch('units', form) ?? []
  const approvals = Form.useWatch('approvals', form) ?? []
  const interests = Form.useWatch('interests', form) ?? []
  const has = (roles: readonly string[]) => chosen.nodeRoles.some((it) => roles.includes(it))
  const names = (kind: 'unit' | 'approval', ids: readonly string[]) =>
    joined(ids.map((it) => titleOf(kind, it)))
  const [isOfUnits, isOfLevels] = [units.length > 0, approvals.length > 0]
  const told: readonly (readonly [boolean, string])[] = [
    [isOfUnits && has(HANDLERS), t('mayUnits', { names: names('unit', units) })],
    [
      isOfUnits && has(READERS) && !has(HANDLERS),
      t('mayUnitsSee', { names: names('unit', units) }),
    ],
    [!isOfUnits && has(HANDLERS), t('mayAll')],
    [isOfLevels && has(APPROVERS), t('mayApprove', { names: names('approval', approvals) })],
    [!(isOfLevels && has(APPROVERS)), t('mayNotApprove')],
    [interests.length > 0, t('mayNotJudge', { count: interests.length })],
  ]
  const wanting: readonly (readonly [boolean, string])[] = [
    [isOfUnits && !has(READERS), t('noUnitRole')],
    [isOfLevels && !has(APPROVERS), t('noApproveRole')],
    [!chosen.isActive, t('disabled')],
  ]
  const so = (all: typeof told) => all.filter(([is]) => is).map(([, it]) => it)
  return { rights: so(told), missing: so(wanting) }
}
