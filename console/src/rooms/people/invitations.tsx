import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { answer, api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Records } from '../../ui/records.tsx'
import { When } from '../../ui/when.tsx'
import { useTexts } from './texts.ts'

const SHOWN_MAX = 100

/** Links that were made and that nobody has used yet. */
export function Invitations() {
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const found = useQuery({
    queryKey: ['invitations'],
    queryFn: () =>
      answer(api.GET('/api/v1/invitations', { params: { query: { limit: SHOWN_MAX } } })),
  })
  const withdraw = async (id: string) => {
    const answered = await confirm({
      title: t('withdrawTitle'),
      consequence: t('withdrawConsequence'),
      verb: t('withdraw'),
      isDestructive: true,
    })
    if (answered === undefined) return
    try {
      await answer(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } }))
      void message.success(t('withdrawn'))
    } catch (thrown) {
      void message.error(asProblem(thrown).message)
    }
    await queries.invalidateQueries({ queryKey: ['invitations'] })
  }
  return (
    <section style={{ marginBlockStart: 32 }}>
      <h2 style={{ fontSize: 18 }}>{t('invitations')}</h2>
      <QueryView query={found}>
        {({ items }) => (
          <Records
            label={t('invitations')}
            rows={items}
            keyOf={(it) => it.id}
            empty={<p>{t('invitationsNone')}</p>}
            columns={[
              {
                key: 'role',
                title: t('role'),
                show: (it) => t(`role_${it.role ?? it.nodeRole ?? 'member'}`),
              },
              {
                key: 'place',
                title: t('inviteTo'),
                show: (it) =>
                  it.enterprise === undefined ? t('toNode') : <EnterpriseName id={it.enterprise} />,
              },
              { key: 'mail', title: t('inviteMail'), show: (it) => <bdi>{it.mail ?? '—'}</bdi> },
              { key: 'note', title: t('note'), show: (it) => <bdi>{it.note ?? '—'}</bdi> },
              {
                key: 'until',
                title: t('expiresAt'),
                show: (it) => <When at={it.expiresAt} isExact />,
              },
              {
                key: 'acts',
                title: t('acts'),
                show: (it) => (
                  <Button size="small" danger onClick={() => void withdraw(it.id)}>
                    {t('withdraw')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </QueryView>
    </section>
  )
}
