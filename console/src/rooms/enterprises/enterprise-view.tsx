import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Card } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, mayOnNode, useMe } from '../../api/me.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Failed, Loading } from '../../ui/states.tsx'
import { CorrectDialog } from './correct-dialog.tsx'
import { Licence } from './licence.tsx'
import { type Enterprise, EntryView, StateTag, Thread, useEnterprise, useThread } from './parts.tsx'
import { Review } from './review.tsx'
import { useTexts } from './texts.ts'

/** One enterprise: what it says of itself, what happened, and what may be done about it. */
export function EnterpriseView({ id }: { id: string }) {
  const t = useTexts()
  const me = useMe()
  const [isPersonal, setIsPersonal] = useState(false)
  const enterprise = useEnterprise(id, isPersonal)
  const thread = useThread(id)
  const it = enterprise.data
  if (it === undefined) {
    return (
      <PageFrame title={t('entry')}>
        {enterprise.isError ? (
          <Failed error={enterprise.error} retry={() => void enterprise.refetch()} />
        ) : (
          <Loading />
        )}
      </PageFrame>
    )
  }
  const isReviewed = it.waiting !== undefined && mayOnNode(me, 'enterprises.review')
  return (
    <PageFrame
      title={it.entry.name}
      lead={<StateTag state={it.state} />}
      actions={<Acts enterprise={it} />}
    >
      {it.waiting === 'change' && !isReviewed && (
        <Alert type="info" showIcon title={t('waitingNow')} style={{ marginBlockEnd: 16 }} />
      )}
      {isReviewed ? (
        <Review id={id} onDecided={() => undefined} />
      ) : (
        <div className="cards">
          <Card
            title={t('entry')}
            extra={
              it.masked && (
                <Button
                  size="small"
                  title={t('showPersonalHint')}
                  onClick={() => setIsPersonal(true)}
                >
                  {t('showPersonal')}
                </Button>
              )
            }
          >
            <EntryView entry={it.entry} pending={it.pending} />
            <Licence id={id} has={it.entry.hasLicence} />
          </Card>
          <Card title={t('thread')} loading={thread.isLoading}>
            {thread.isError ? (
              <Failed error={thread.error} />
            ) : (
              <Thread items={thread.data?.items ?? []} />
            )}
          </Card>
        </div>
      )}
    </PageFrame>
  )
}

function Acts({ enterprise }: { enterprise: Enterprise }) {
  const t = useTexts()
  const me = useMe()
  const [isCorrecting, setIsCorrecting] = useState(false)
  const mine = me.memberships.some((it) => it.enterprise === enterprise.id)
  const canCorrect =
    mine && may(me, 'enterprises.write', enterprise.id) && enterprise.state !== 'rejected'
  return (
    <>
      {canCorrect && <Button onClick={() => setIsCorrecting(true)}>{t('correct')}</Button>}
      {mayOnNode(me, 'enterprises.review') && <SuspendButton enterprise={enterprise} />}
      {isCorrecting && <CorrectDialog id={enterprise.id} onClose={() => setIsCorrecting(false)} />}
    </>
  )
}

function SuspendButton({ enterprise }: { enterprise: Enterprise }) {
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>()
  const { id, version, state, entry } = enterprise
  if (state !== 'admitted' && state !== 'suspended') return null
  const isSuspended = state === 'suspended'
  const act = async () => {
    const reason = await confirm({
      title: isSuspended ? t('resume') : t('suspend'),
      consequence: t(isSuspended ? 'resumeConsequence' : 'suspendConsequence', {
        name: entry.name,
      }),
      verb: isSuspended ? t('resume') : t('suspend'),
      isDestructive: !isSuspended,
      wantsReason: true,
    })
    if (reason === undefined) return
    const call = { params: { path: { id } }, body: { reason, version } }
    try {
      await answer(
        isSuspended
          ? api.POST('/api/v1/enterprises/{id}/resume', call)
          : api.POST('/api/v1/enterprises/{id}/suspend', call),
      )
      setError(undefined)
    } catch (thrown) {
      setError(thrown)
    }
    await queries.invalidateQueries({ queryKey: ['enterprise', id] })
  }
  return (
    <>
      <Button danger={!isSuspended} onClick={() => void act()}>
        {isSuspended ? t('resume') : t('suspend')}
      </Button>
      {error !== undefined && <Failed error={error} />}
    </>
  )
}
