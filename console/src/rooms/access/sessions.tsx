import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Tag } from 'antd'
import { answer, api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Records } from '../../ui/records.tsx'
import { When } from '../../ui/when.tsx'
import { useAccountTexts } from './account-texts.ts'

/** Where one is signed in, and ending that. */
export function Sessions() {
  const t = useAccountTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: () => answer(api.GET('/api/v1/me/sessions')),
  })
  const act = async (deed: Promise<unknown>, said: string) => {
    try {
      await deed
      void message.success(said)
    } catch (thrown) {
      void message.error(asProblem(thrown).message)
    }
    await queries.invalidateQueries({ queryKey: ['sessions'] })
  }
  const endOthers = async () => {
    const answered = await confirm({
      title: t('endOthers'),
      consequence: t('endOthersConsequence'),
      verb: t('endOthers'),
      isDestructive: true,
    })
    if (answered === undefined) return
    await act(answer(api.DELETE('/api/v1/me/sessions')), t('othersEnded'))
  }
  const end = (id: string) =>
    act(
      answer(api.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } })),
      t('sessionEnded'),
    )
  return (
    <Card
      title={<h2 className="card-title">{t('sessions')}</h2>}
      extra={
        (sessions.data?.items.length ?? 0) > 1 && (
          <Button danger onClick={() => void endOthers()}>
            {t('endOthers')}
          </Button>
        )
      }
    >
      <QueryView query={sessions}>
        {({ items }) => (
          <Records
            label={t('sessions')}
            rows={items}
            keyOf={(it) => it.id}
            empty={null}
            columns={[
              {
                key: 'client',
                title: t('client'),
                show: (it) => <bdi lang="zxx">{it.client}</bdi>,
              },
              { key: 'since', title: t('since'), show: (it) => <When at={it.createdAt} /> },
              { key: 'seen', title: t('lastSeen'), show: (it) => <When at={it.lastSeenAt} /> },
              { key: 'until', title: t('until'), show: (it) => <When at={it.expiresAt} /> },
              {
                key: 'end',
                title: t('endSession'),
                show: (it) =>
                  it.current ? (
                    <Tag color="success">{t('thisOne')}</Tag>
                  ) : (
                    <Button
                      size="small"
                      aria-label={t('endSessionOf', { client: it.client })}
                      onClick={() => void end(it.id)}
                    >
                      {t('endSession')}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </QueryView>
    </Card>
  )
}
