import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import type { Summary } from './api.ts'
import { CaseState, Due } from './parts.tsx'
import { useApplications } from './queries.ts'
import { useTexts } from './texts.ts'

/** What one handed in, and how far each is. */
export function Page() {
  const t = useTexts()
  const textOf = useText()
  const list = useApplications()
  const columns: readonly Column<Summary>[] = [
    {
      key: 'project',
      title: t('project'),
      show: (it) => <Go to={`/support/cases/${it.id}`}>{it.project ?? it.receipt}</Go>,
    },
    { key: 'state', title: t('state'), show: (it) => <CaseState of={it} />, width: 170 },
    { key: 'due', title: t('due'), show: (it) => <Due at={it.dueAt} />, width: 190 },
    {
      key: 'measures',
      title: t('measures'),
      show: (it) => it.measures.map((one) => textOf(one.title)).join('、'),
      isMinor: true,
    },
    {
      key: 'received',
      title: t('received'),
      show: (it) => <When at={it.receivedAt} />,
      width: 130,
    },
    {
      key: 'receipt',
      title: t('receipt'),
      show: (it) => <code>{it.receipt}</code>,
      width: 210,
    },
  ]
  return (
    <PageFrame title={t('applications')} lead={t('applicationsLead')}>
      <Records
        label={t('applications')}
        rows={list.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        columns={columns}
        empty={
          <Nothing
            title={t('applicationsEmpty')}
            hint={t('applicationsEmptyHint')}
            action={<GoButton to="/support/calls">{t('toCalls')}</GoButton>}
          />
        }
        pages={list}
      />
    </PageFrame>
  )
}
