import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { AskPassword } from './ask-password.tsx'
import { useFactorTexts } from './factor-texts.ts'
import { Passkeys } from './passkeys.tsx'
import { RecoveryDialog } from './recovery-dialog.tsx'
import { TotpDialog } from './totp-dialog.tsx'

type Open = 'app' | 'app-off' | 'recovery'

/** What is asked for besides the password, and changing that. */
export function SecondFactor() {
  const t = useFactorTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [open, setOpen] = useState<Open>()
  const [codes, setCodes] = useState<readonly string[]>([])
  const factor = useQuery({
    queryKey: ['second-factor'],
    queryFn: () => answer(api.GET('/api/v1/me/second-factor')),
  })
  const done = (said: string, fresh: readonly string[] = []) => {
    setOpen(undefined)
    setCodes(fresh)
    void message.success(said)
    void queries.invalidateQueries({ queryKey: ['second-factor'] })
  }
  const turnOff = async (password: string) => {
    await answer(api.POST('/api/v1/me/second-factor/totp/remove', { body: { password } }))
    done(t('appRemoved'))
  }
  const renew = async (password: string) => {
    const body = { password }
    const { recovery } = await answer(api.POST('/api/v1/me/second-factor/recovery', { body }))
    done(t('recoveryTitle'), recovery)
  }
  const close = () => setOpen(undefined)
  return (
    <Card title={<h2 className="card-title">{t('title')}</h2>}>
      <p>{t('lead')}</p>
      <QueryView query={factor}>
        {({ totp, recoveryLeft, passkeys }) => (
          <>
            <Row name={t('app')} state={<OnOff isOn={totp} />}>
              <Button onClick={() => setOpen(totp ? 'app-off' : 'app')}>
                {totp ? t('appRemove') : t('appSetUp')}
              </Button>
            </Row>
            {(totp || passkeys.length > 0) && (
              <Row name={t('recovery')} state={t('recoveryLeft', { count: recoveryLeft })}>
                <Button onClick={() => setOpen('recovery')}>{t('recoveryNew')}</Button>
              </Row>
            )}
            <Passkeys items={passkeys} onDone={done} />
          </>
        )}
      </QueryView>
      {open === 'app' && (
        <TotpDialog onClose={close} onDone={(fresh) => done(t('appAdded'), fresh)} />
      )}
      {open === 'app-off' && (
        <AskPassword
          title={t('appRemoveTitle')}
          lead={t('appRemoveLead')}
          verb={t('appRemove')}
          onClose={close}
          onPassword={turnOff}
        />
      )}
      {open === 'recovery' && (
        <AskPassword
          title={t('recoveryNewTitle')}
          lead={t('recoveryNewLead')}
          verb={t('recoveryNew')}
          onClose={close}
          onPassword={renew}
        />
      )}
      {codes.length > 0 && <RecoveryDialog codes={codes} onClose={() => setCodes([])} />}
    </Card>
  )
}

function OnOff({ isOn }: { isOn: boolean }) {
  const t = useFactorTexts()
  return <Tag color={isOn ? 'success' : 'default'}>{isOn ? t('appOn') : t('appOff')}</Tag>
}

function Row(props: { name: string; state: React.ReactNode; children: React.ReactNode }) {
  return (
    <div
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: '8px 16px',
        alignItems: 'center',
        marginBlockEnd: 16,
      }}
    >
      <strong>{props.name}</strong>
      <span style={{ flex: 1 }}>{props.state}</span>
      {props.children}
    </div>
  )
}
