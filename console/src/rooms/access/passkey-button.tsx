import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { Me } from '../../api/me.ts'
import { Said } from '../../ui/states.tsx'
import { isCancelled } from './passkeys-work.ts'
import { useTexts } from './texts.ts'

type PasskeyButtonProps = {
  readonly label: string
  readonly ticket?: string
  readonly onSignedIn: (me: Me) => void
}

/** In by a passkey instead of a password, or after one. */
export function PasskeyButton({ label, ticket, onSignedIn }: PasskeyButtonProps) {
  const t = useTexts()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const signIn = async () => {
    setIsBusy(true)
    setError(undefined)
    try {
      const { signInByPasskey } = await import('./passkey.ts')
      onSignedIn(await signInByPasskey(ticket))
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <div style={{ marginBlockStart: 12 }}>
      {error !== undefined &&
        (isCancelled(error) ? (
          <Alert type="info" showIcon title={t('passkeyCancelled')} />
        ) : (
          <Said error={error} />
        ))}
      <Button size="large" block loading={isBusy} onClick={() => void signIn()}>
        {label}
      </Button>
    </div>
  )
}
