import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Form, Input, Radio } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useFormat } from '../../frame/format.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { Failed } from '../../ui/states.tsx'
import type { Deed } from './acts.tsx'
import type { Prefix, Reach } from './parts.tsx'
import { SitesFields, type SiteValues, sitesOf } from './sites-fields.tsx'
import { useTexts } from './texts.ts'

type Values = {
  reason?: string
  order?: string
  authority?: string
  description?: string
  confirm?: string
  to?: 'sites' | 'service'
  service?: string
  sites?: SiteValues[]
}

const REASON_CHARS_MAX = 2000
const SHORT_CHARS_MAX = 255
/** Deeds that say why. */
const REASONED: readonly Deed[] = ['suspend', 'resume', 'hold', 'lift', 'release']
const NEEDS_REASON: readonly Deed[] = ['suspend', 'hold', 'release']
const DANGEROUS: readonly Deed[] = ['suspend', 'hold', 'release']

type ActDialogProps = {
  readonly prefix: Prefix
  readonly deed: Deed
  readonly onClose: () => void
}

/** One act on a prefix: what it will do, to how many identifiers, and what is asked for it. */
export function ActDialog({ prefix: opened, deed, onClose }: ActDialogProps) {
  // what is fetched again behind the dialog was not seen by who decides
  const [prefix] = useState(opened)
  const t = useTexts()
  const frame = useFrameTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  /** As it is now, where somebody else changed it meanwhile. */
  const [other, setOther] = useState<Prefix>()
  const name = prefix.prefix
  const send = async (values: Values) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    try {
      await act(name, deed, { ...values, version: (other ?? prefix).version })
      void message.success(t('done', { deed: t(deed) }))
      await queries.invalidateQueries({ queryKey: ['prefixes'] })
      onClose()
    } catch (thrown) {
      const after = await afterRefusal(thrown, () => readAgain(name))
      if ('error' in after) setError(showProblem(form, after.error))
      else setOther(after.now)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      width={600}
      title={t(`${deed}.title`, { prefix: name })}
      okText={t(deed)}
      cancelText={frame('cancel')}
      okButtonProps={{ danger: DANGEROUS.includes(deed) }}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <Consequence prefix={name} deed={deed} />
      {error !== undefined && <Failed error={error} />}
      {other !== undefined && <Stale now={other} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ to: 'sites', sites: [{}] }}
        scrollToFirstError={{ focus: true }}
        onFinish={(values) => void send(values)}
        style={{ marginBlockStart: 12 }}
      >
        <Fields deed={deed} prefix={name} />
      </Form>
    </Dialog>
  )
}

function Fields({ deed, prefix }: { deed: Deed; prefix: string }) {
  const t = useTexts()
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  return (
    <>
      {deed === 'hold' && (
        <>
          <Form.Item name="order" label={t('orderNumber')} rules={needed}>
            <Input maxLength={SHORT_CHARS_MAX} />
          </Form.Item>
          <Form.Item name="authority" label={t('authority')} rules={needed}>
            <Input maxLength={SHORT_CHARS_MAX} />
          </Form.Item>
        </>
      )}
      {deed === 'delegate' && (
        <>
          <DelegateFields />
          <Form.Item name="description" label={t('description')}>
            <Input.TextArea rows={2} maxLength={REASON_CHARS_MAX} />
          </Form.Item>
        </>
      )}
      {REASONED.includes(deed) && (
        <Form.Item
          name="reason"
          label={t('reason')}
          {...(NEEDS_REASON.includes(deed) && { rules: needed })}
        >
          <Input.TextArea rows={3} maxLength={REASON_CHARS_MAX} />
        </Form.Item>
      )}
      {deed === 'release' && (
        <Form.Item
          name="confirm"
          label={t('releaseConfirm', { prefix })}
          rules={[
            {
              validator: async (_, typed: unknown) => {
                if (typed !== prefix) throw new Error(t('releaseMismatch'))
              },
            },
          ]}
        >
          <Input className="mono" autoComplete="off" />
        </Form.Item>
      )}
    </>
  )
}

/** Who answers from then on: servers that are named here, or a service whose record names them. */
function DelegateFields() {
  const t = useTexts()
  const to = Form.useWatch('to', Form.useFormInstance<Values>()) ?? 'sites'
  const choices = [
    { value: 'sites', label: t('delegateSites') },
    { value: 'service', label: t('delegateService') },
  ]
  return (
    <>
      <Form.Item name="to" label={t('delegateTo')}>
        <Radio.Group options={choices} />
      </Form.Item>
      {to === 'sites' && <SitesFields />}
      {to === 'service' && (
        <Form.Item
          name="service"
          label={t('service')}
          extra={t('serviceHint')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input className="mono" maxLength={SHORT_CHARS_MAX} autoComplete="off" />
        </Form.Item>
      )}
    </>
  )
}

/** What the act does, and how far it reaches now. */
function Consequence({ prefix, deed }: { prefix: string; deed: Deed }) {
  const t = useTexts()
  const reach = useQuery({
    queryKey: ['prefixes', 'reach', prefix],
    queryFn: () =>
      answer(api.GET('/api/v1/prefixes/{prefix}/reach', { params: { path: { prefix } } })),
  })
  return (
    <div aria-live="polite" style={{ minBlockSize: 66 }}>
      {reach.isError ? (
        <Failed error={reach.error} />
      ) : (
        <strong>
          {reach.data !== undefined && <ReachText prefix={prefix} reach={reach.data} />}
        </strong>
      )}
      <p style={{ margin: '4px 0' }}>{t(`${deed}.what`)}</p>
    </div>
  )
}

function ReachText({ prefix, reach }: { prefix: string; reach: Reach }) {
  const t = useTexts()
  const format = useFormat()
  const parts = [
    t('reachOf', { prefix, count: format.number(reach.registered) }),
    ...(reach.prefixes > 0 ? [t('reachDerived', { count: format.number(reach.prefixes) })] : []),
    ...(reach.registered > 0 && reach.answered !== reach.registered
      ? [t('reachAnswered', { count: format.number(reach.answered) })]
      : []),
    ...(reach.complete ? [] : [t('reachPart')]),
  ]
  return parts.join(' · ')
}

function Stale({ now }: { now: Prefix }) {
  const t = useTexts()
  const known = (['active', 'suspended', 'held', 'released'] as const).find(
    (it) => it === now.state,
  )
  return (
    <Alert
      type="warning"
      showIcon
      title={t('staleTitle')}
      description={t('staleHint', {
        state: known === undefined ? now.state : t(known),
        hosting: t(now.hosting.kind === 'delegated' ? 'hostedElsewhere' : 'hostedHere'),
      })}
    />
  )
}

async function readAgain(prefix: string): Promise<Prefix> {
  return await answer(
    api.GET('/api/v1/prefixes/{prefix}', { params: { path: { prefix }, query: {} } }),
  )
}

async function act(
  prefix: string,
  deed: Deed,
  values: Values & { version: number },
): Promise<void> {
  const params = { path: { prefix } }
  const { version, reason = '', order = '', authority = '', description, sites = [] } = values
  const why = reason.trim() === '' ? {} : { reason: reason.trim() }
  switch (deed) {
    case 'suspend':
      await answer(
        api.POST('/api/v1/prefixes/{prefix}/suspend', { params, body: { version, reason } }),
      )
      return
    case 'resume':
      await answer(
        api.POST('/api/v1/prefixes/{prefix}/resume', { params, body: { version, ...why } }),
      )
      return
    case 'hold':
      await answer(
        api.POST('/api/v1/prefixes/{prefix}/hold', {
          params,
          body: { version, reason, order, authority },
        }),
      )
      return
    case 'lift':
      await answer(
        api.POST('/api/v1/prefixes/{prefix}/lift', { params, body: { version, ...why } }),
      )
      return
    case 'release':
      await answer(
        api.POST('/api/v1/prefixes/{prefix}/release', { params, body: { version, reason } }),
      )
      return
    case 'delegate': {
      const { to, service = '' } = values
      const where = to === 'service' ? { service: service.trim() } : { sites: sitesOf(sites) }
      const body = { version, ...where, ...(description && { description }) }
      await answer(api.POST('/api/v1/prefixes/{prefix}/delegate', { params, body }))
      return
    }
    case 'take-back':
      await answer(api.POST('/api/v1/prefixes/{prefix}/take-back', { params, body: { version } }))
  }
}
