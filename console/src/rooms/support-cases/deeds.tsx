import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { type Text, useText } from '../../frame/language.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Hindered } from '../../ui/hindered.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { type Case, callQuery, type Possible, sendDeed } from './api.ts'
import { useTexts } from './texts.ts'

const NOTE_CHARS_MAX = 4_000

/** What can be done now, as buttons; what is hindered says why. */
export function Deeds({ of }: { of: Case }) {
  const t = useTexts()
  const textOf = useText()
  const [chosen, setChosen] = useState<Possible>()
  const close = () => setChosen(undefined)
  const name = (it: Possible) => (it.title === undefined ? nameOf(it, t) : textOf(it.title))
  const shown = of.may.filter((it) => it.title !== undefined || nameOf(it, t) !== '')
  return (
    <>
      {shown.map((it) => (
        <DeedButton
          key={`${it.do} ${it.outcome ?? ''}`}
          of={it}
          name={name(it)}
          onChoose={() => setChosen(it)}
        />
      ))}
      {chosen?.do === 'request-correction' && <PointsDialog of={of} onClose={close} />}
      {chosen !== undefined && chosen.do !== 'request-correction' && (
        <DeedDialog of={of} deed={chosen} name={name(chosen)} onClose={close} />
      )}
    </>
  )
}

/** Answers to a correction have a part of the page, panels a page of their own. */
function nameOf({ do: deed }: Possible, t: ReturnType<typeof useTexts>): string {
  switch (deed) {
    case 'request-correction':
      return t('requestCorrection')
    case 'lapse-correction':
      return t('lapse')
    case 'withdraw':
      return t('withdraw')
    case 'attach':
      return t('attachNote')
    default:
      return ''
  }
}

type ButtonProps = { readonly of: Possible; readonly name: string; readonly onChoose: () => void }

function DeedButton({ of, name, onChoose }: ButtonProps) {
  const t = useTexts()
  const textOf = useText()
  const isNo = of.outcome === 'rejected' || of.outcome === 'not-accepted' || of.do === 'withdraw'
  const look = { danger: isNo, type: of.do === 'advance' && !isNo ? 'primary' : 'default' } as const
  if (of.hindered === undefined) {
    return (
      <Button {...look} onClick={onChoose}>
        {name}
      </Button>
    )
  }
  const why = of.hindered.map((it: Text) => textOf(it)).join('；')
  return (
    <Hindered why={`${t('hindered')}: ${why}`}>
      {(described) => (
        <Button {...look} {...described}>
          {name}
        </Button>
      )}
    </Hindered>
  )
}

/** Does something to a case and shows it as it is then. */
export function useDeed(of: Case, onDone: () => void) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { keyFor, done } = useSentKey(`case.${of.id}`)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (event: object) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const after = await sendDeed(of.id, event, keyFor(event))
      done()
      queries.setQueryData(['support-case', of.id], after)
      void queries.invalidateQueries({ queryKey: ['support-case', of.id] })
      void queries.invalidateQueries({ queryKey: ['support-queue'] })
      void queries.invalidateQueries({ queryKey: ['support-applications'] })
      void message.success(t('done'))
      onDone()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  return { send, error, isBusy }
}

type DialogProps = {
  readonly of: Case
  readonly deed: Possible
  readonly name: string
  readonly onClose: () => void
}

function DeedDialog({ of, deed, name, onClose }: DialogProps) {
  const t = useTexts()
  const { send, error, isBusy } = useDeed(of, onClose)
  const [form] = Form.useForm<{ note?: string }>()
  const isNeeded =
    deed.do === 'attach' || deed.outcome === 'rejected' || deed.outcome === 'not-accepted'
  const consequence =
    deed.do === 'withdraw'
      ? t('withdrawConsequence')
      : deed.do === 'advance'
        ? `${t('advanceConsequence')}${deed.ends === true ? ` ${t('advanceEnds')}` : ''}`
        : undefined
  return (
    <Dialog
      title={name}
      okText={name}
      okButtonProps={{ danger: deed.do === 'withdraw' || deed.outcome === 'rejected' }}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onClose={onClose}
    >
      {error !== undefined && <Said error={error} />}
      {consequence !== undefined && <p>{consequence}</p>}
      <Form
        form={form}
        layout="vertical"
        onFinish={({ note }) =>
          void send({
            do: deed.do,
            ...(deed.outcome !== undefined && { outcome: deed.outcome }),
            ...(note !== undefined && note.trim() !== '' && { note }),
          })
        }
      >
        <Form.Item
          name="note"
          label={t('note')}
          rules={isNeeded ? [{ required: true, whitespace: true, message: t('required') }] : []}
        >
          <Input.TextArea rows={3} maxLength={NOTE_CHARS_MAX} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}

type Points = { readonly points: { path: string; reason: string }[] }

function PointsDialog({ of, onClose }: { of: Case; onClose: () => void }) {
  const t = useTexts()
  const textOf = useText()
  const call = useQuery(callQuery(of.call.id)).data
  const { send, error, isBusy } = useDeed(of, onClose)
  const [form] = Form.useForm<Points>()
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  const places = [
    ...(call?.fields ?? []).filter((it) => it.by === 'applicant').map((it) => textOf(it.title)),
    ...(call?.papers ?? []).map((it) => textOf(it.title)),
  ]
  return (
    <Dialog
      width={680}
      title={t('requestCorrection')}
      okText={t('requestCorrection')}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onClose={onClose}
    >
      <p>{t('requestHint')}</p>
      {error !== undefined && <Said error={error} />}
      <Form<Points>
        form={form}
        layout="vertical"
        initialValues={{ points: [{}] }}
        onFinish={({ points }) => void send({ do: 'request-correction', points })}
      >
        <datalist id="correction-places">
          {places.map((it) => (
            <option key={it} value={it} />
          ))}
        </datalist>
        <Form.List name="points">
          {(rows, { add, remove }) => (
            <>
              {rows.map(({ key, name }) => (
                <div key={key} style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
                  <Form.Item
                    name={[name, 'path']}
                    label={t('where')}
                    rules={needed}
                    style={{ flex: '1 1 180px' }}
                  >
                    <Input list="correction-places" maxLength={500} />
                  </Form.Item>
                  <Form.Item
                    name={[name, 'reason']}
                    label={t('why')}
                    rules={needed}
                    style={{ flex: '2 1 240px' }}
                  >
                    <Input maxLength={NOTE_CHARS_MAX} />
                  </Form.Item>
                  {rows.length > 1 && (
                    <Button style={{ alignSelf: 'center' }} onClick={() => remove(name)}>
                      {t('remove')}
                    </Button>
                  )}
                </div>
              ))}
              <Button onClick={() => add({})}>{t('addPoint')}</Button>
            </>
          )}
        </Form.List>
      </Form>
    </Dialog>
  )
}
