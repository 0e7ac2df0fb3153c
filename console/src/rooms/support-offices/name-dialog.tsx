import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Radio } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { type Kind, type Office, officesQuery, useOffices } from '../../ui/offices.ts'
import { Overtaken } from '../../ui/overtaken.tsx'
import { Said } from '../../ui/states.tsx'
import type { Asked } from './parts.tsx'
import { useTexts } from './texts.ts'

type Values = { kind: Kind; id: string; title: { zh: string; en: string } }
type DialogProps = {
  readonly asked: Extract<Asked, { do: 'name' }>
  readonly onClose: () => void
}

const NAME_CHARS_MAX = 500
const CODE_CHARS_MAX = 64
const CODE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Names a level of approval or a unit of no pack; one that has a code already keeps it. */
export function NameDialog({ asked: { office }, onClose }: DialogProps) {
  const t = useTexts()
  const text = useText()
  const frame = useFrameTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  /** As somebody else has left it meanwhile. */
  const [other, setOther] = useState<Office>()
  const renew = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['policy-offices'] }),
      queries.invalidateQueries({ queryKey: ['papers', 'regions'] }),
    ])
  const send = async ({
    kind = office?.kind ?? 'approval',
    id = office?.id ?? '',
    title,
  }: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const params = { path: { kind, id } }
      const body = { title, version: (other ?? office)?.version ?? 0 }
      await answer(api.PUT('/api/v1/policy/offices/{kind}/{id}', { params, body }))
      void message.success(t('saved'))
      void renew()
      onClose()
    } catch (thrown) {
      const after = await afterRefusal(thrown, async () => {
        const all = await queries.fetchQuery({ ...officesQuery, staleTime: 0 })
        const now = all.find((it) => it.kind === kind && it.id === id)
        if (now === undefined) throw thrown
        return now
      })
      if ('error' in after) setError(showProblem(form, after.error))
      else setOther(after.now)
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title={office === undefined ? t('nameOffice') : t('renameOf', { name: text(office.title) })}
      okText={t('save')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      {error !== undefined && <Said error={error} />}
      {other !== undefined && (
        <Overtaken take={() => form.setFieldsValue(valuesOf(other))}>
          <p style={{ margin: '0 0 8px' }}>
            <bdi lang="zh-CN">{other.title.zh}</bdi> · <bdi lang="en">{other.title.en}</bdi>
          </p>
        </Overtaken>
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={office === undefined ? { kind: 'approval' } : valuesOf(office)}
        onFinish={(values) => void send(values)}
      >
        {office === undefined && <Which />}
        <Names />
      </Form>
      {office !== undefined && <Forget office={office} renew={renew} onClose={onClose} />}
    </Dialog>
  )
}

function valuesOf({ id, title }: Office) {
  return { title: title.zh === id ? { zh: '', en: '' } : { ...title } }
}

function Which() {
  const t = useTexts()
  const offices = useOffices()
  const form = Form.useFormInstance<Values>()
  const kinds = ['approval', 'unit'] as const
  const check = async (_: unknown, id: string | undefined) => {
    if (id === undefined || id === '') throw new Error(t('required'))
    if (!CODE.test(id)) throw new Error(t('codeWrong'))
    const kind = form.getFieldValue('kind')
    if (offices.some((it) => it.kind === kind && it.id === id)) throw new Error(t('codeTaken'))
  }
  return (
    <>
      <Form.Item name="kind" label={t('kind')}>
        <Radio.Group
          options={kinds.map((it) => ({
            value: it,
            label: t(it === 'unit' ? 'kindUnit' : 'kindApproval'),
          }))}
        />
      </Form.Item>
      <Form.Item
        name="id"
        label={t('code')}
        extra={t('codeHint')}
        required
        rules={[{ validator: check }]}
      >
        <Input maxLength={CODE_CHARS_MAX} autoCapitalize="none" spellCheck={false} />
      </Form.Item>
    </>
  )
}

function Names() {
  const t = useTexts()
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  return (
    <>
      <Form.Item name={['title', 'zh']} label={t('nameZh')} rules={needed}>
        <Input maxLength={NAME_CHARS_MAX} lang="zh-CN" />
      </Form.Item>
      <Form.Item name={['title', 'en']} label={t('nameEn')} rules={needed}>
        <Input maxLength={NAME_CHARS_MAX} lang="en" />
      </Form.Item>
    </>
  )
}

type ForgetProps = {
  readonly office: Office
  readonly renew: () => Promise<unknown>
  readonly onClose: () => void
}

/** Only what nobody fills and nothing needs is taken away. */
function Forget({ office, renew, onClose }: ForgetProps) {
  const t = useTexts()
  const text = useText()
  const confirm = useConfirm()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const { kind, id, version, holders, waits } = office
  if (version === 0 || holders.length + waits.length > 0) return null
  const forget = async () => {
    const name = text(office.title)
    const said = await confirm({
      title: t('forget'),
      consequence: t('forgetConsequence', { name }),
      verb: t('forget'),
      isDestructive: true,
    })
    if (said === undefined) return
    try {
      const params = { path: { kind, id } }
      await answer(api.DELETE('/api/v1/policy/offices/{kind}/{id}', { params }))
      void message.success(t('forgotten'))
      void renew()
      onClose()
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <>
      {error !== undefined && <Said error={error} />}
      <Button danger onClick={() => void forget()}>
        {t('forget')}
      </Button>
    </>
  )
}
