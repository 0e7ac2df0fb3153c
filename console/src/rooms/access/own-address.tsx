import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { AskPassword } from './ask-password.tsx'
import { useMailTexts } from './mail-texts.ts'

/** Where one-time links are mailed to. */
export function OwnAddress() {
  const t = useMailTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [isOpen, setIsOpen] = useState(false)
  const own = useQuery({
    queryKey: ['mail-address'],
    queryFn: () => answer(api.GET('/api/v1/me/mail-address')),
  })
  const again = () => queries.invalidateQueries({ queryKey: ['mail-address'] })
  const ask = async (current: string, address: string) => {
    await answer(api.PUT('/api/v1/me/mail-address', { body: { address: address.trim(), current } }))
    setIsOpen(false)
    await again()
  }
  const remove = async () => {
    const answered = await confirm({
      title: t('ownRemove'),
      consequence: t('ownRemoveConsequence'),
      verb: t('ownRemove'),
      isDestructive: true,
    })
    if (answered === undefined) return
    try {
      await answer(api.DELETE('/api/v1/me/mail-address'))
      void message.success(t('ownRemoved'))
    } catch (thrown) {
      void message.error(asProblem(thrown).message)
    }
    await again()
  }
  return (
    <Card title={<h2 className="card-title">{t('ownTitle')}</h2>}>
      <QueryView query={own}>
        {({ sends, address, asked }) =>
          sends ? (
            <>
              <p>{t('ownLead')}</p>
              <p>
                <bdi style={{ overflowWrap: 'anywhere' }}>{address ?? t('ownNone')}</bdi>
              </p>
              {asked !== undefined && (
                <p role="status" style={{ overflowWrap: 'anywhere' }}>
                  {t('ownAsked', { address: asked })}
                </p>
              )}
              <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
                <Button onClick={() => setIsOpen(true)}>{t('ownChange')}</Button>
                {(address ?? asked) !== undefined && (
                  <Button danger onClick={() => void remove()}>
                    {t('ownRemove')}
                  </Button>
                )}
              </div>
            </>
          ) : (
            <p style={{ margin: 0 }}>{t('ownOff')}</p>
          )
        }
      </QueryView>
      {isOpen && (
        <AskPassword
          title={t('ownChange')}
          lead={t('ownChangeLead')}
          verb={t('sendLink')}
          onClose={() => setIsOpen(false)}
          onPassword={(current, values) => ask(current, values.address ?? '')}
        >
          <Form.Item
            name="address"
            label={t('address')}
            rules={[{ required: true, whitespace: true, message: t('addressNeeded') }]}
          >
            <Input size="large" maxLength={254} inputMode="email" autoComplete="email" />
          </Form.Item>
        </AskPassword>
      )}
    </Card>
  )
}
