import { Button, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { fetchSignedIn } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Failed, Loading } from '../../ui/states.tsx'
import { useTexts } from './texts.ts'

/** The picture of the licence, fetched when it is asked for: the node records who looked. */
export function Licence({ id, has }: { id: string; has: boolean }) {
  const t = useTexts()
  const [isOpen, setIsOpen] = useState(false)
  if (!has) return null
  return (
    <>
      <Button
        style={{ marginBlockStart: 12 }}
        title={t('showPersonalHint')}
        onClick={() => setIsOpen(true)}
      >
        {t('licenceShow')}
      </Button>
      <Modal
        open={isOpen}
        onCancel={() => setIsOpen(false)}
        footer={null}
        width={800}
        title={t('licenceShown')}
        destroyOnHidden
      >
        <Picture id={id} />
      </Modal>
    </>
  )
}

function Picture({ id }: { id: string }) {
  const t = useTexts()
  const [address, setAddress] = useState<string>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    const leave = new AbortController()
    let made: string | undefined
    const url = `/api/v1/enterprises/${encodeURIComponent(id)}/licence`
    fetchSignedIn(new Request(url, { signal: leave.signal }))
      .then(async (reply) => {
        if (!reply.ok) throw problemOf(reply.status, await reply.json().catch(() => undefined))
        made = URL.createObjectURL(await reply.blob())
        setAddress(made)
      })
      .catch((thrown: unknown) => {
        if (!leave.signal.aborted) setError(thrown)
      })
    return () => {
      leave.abort()
      if (made !== undefined) URL.revokeObjectURL(made)
    }
  }, [id])
  if (error !== undefined) return <Failed error={error} />
  if (address === undefined) return <Loading />
  return <img src={address} alt={t('licenceShown')} style={{ maxInlineSize: '100%' }} />
}
