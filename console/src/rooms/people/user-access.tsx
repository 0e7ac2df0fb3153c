import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Card } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import type { Me } from '../../api/me.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Said } from '../../ui/states.tsx'
import { OnceLink } from './once.tsx'
import { type Link, managedBy, mayGive, type User, useRoles } from './parts.tsx'
import { useTexts } from './texts.ts'

/** Whether somebody gets in: a link for a new password, and the account off and on. */
export function UserAccess({ me, user }: { me: Me; user: User }) {
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const mayHelp = useMayHelp(me, user)
  const [link, setLink] = useState<Link>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const path = { path: { id: user.id } }
  const isActive = user.state === 'active'
  const act = async (deed: () => Promise<void>) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await deed()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  const makeLink = async () => {
    const answered = await confirm({
      title: t('resetTitle', { name: user.displayName }),
      consequence: t('resetConsequence'),
      verb: t('resetLink'),
    })
    if (answered === undefined) return
    await act(async () =>
      setLink(await answer(api.POST('/api/v1/users/{id}/reset-link', { params: path }))),
    )
  }
  const turn = async () => {
    if (isActive) {
      const answered = await confirm({
        title: t('disableTitle', { name: user.displayName }),
        consequence: managedBy(me) === 'node' ? t('disableConsequence') : t('disableWithin'),
        verb: t('disable'),
        isDestructive: true,
      })
      if (answered === undefined) return
    }
    await act(async () => {
      const body = { state: isActive ? ('disabled' as const) : ('active' as const) }
      const now = await answer(api.PATCH('/api/v1/users/{id}', { params: path, body }))
      queries.setQueryData(['user', user.id], now)
      void queries.invalidateQueries({ queryKey: ['users'] })
      void message.success(t('stateSaved'))
    })
  }
  return (
    <Card title={<h2 className="card-title">{t('access')}</h2>}>
      {error !== undefined && <Said error={error} />}
      {link !== undefined && <OnceLink link={link} />}
      {isActive && mayHelp && <p>{t('resetHint')}</p>}
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlockStart: 12 }}>
        {isActive && mayHelp && (
          <Button loading={isBusy} onClick={() => void makeLink()}>
            {t('resetLink')}
          </Button>
        )}
        <Button danger={isActive} loading={isBusy} onClick={() => void turn()}>
          {isActive ? t('disable') : t('enable')}
        </Button>
      </div>
    </Card>
  )
}

/** Who holds more than oneself can be helped by those who hold it; the node knows of roles that are not shown here. */
function useMayHelp(me: Me, user: User): boolean {
  const roles = useRoles().data?.items ?? []
  const gives = (role: string, enterprise?: string) =>
    roles.some((it) => it.role === role && mayGive(me, it, enterprise))
  return (
    user.nodeRoles.every((it) => gives(it)) &&
    user.memberships.every((it) => gives(it.role, it.enterprise))
  )
}
