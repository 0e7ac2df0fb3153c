import { Form, Input, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Said } from '../../ui/states.tsx'
import { useFactorTexts } from './factor-texts.ts'

type Values = { password: string; label?: string; address?: string }

type AskPasswordProps = {
  readonly title: string
  readonly lead: string
  readonly verb: string
  readonly onClose: () => void
  readonly onPassword: (password: string, values: Values) => Promise<void>
  /** Fields above the password. */
  readonly children?: ReactNode
}

/** Whoever changes how one gets in shows first that it is they who sit there. */
export function AskPassword({
  title,
  lead,
  verb,
  onClose,
  onPassword,
  children,
}: AskPasswordProps) {
  const t = useFactorTexts()
  const frame = useFrameTexts()
  const [form] = Form.useForm<Values>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await onPassword(values.password, values)
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Modal
      open
      title={title}
      okText={verb}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p>{lead}</p>
      {error !== undefined && <Said error={error} />}
      <Form
        name="ask"
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(it) => void send(it)}
      >
        {children}
        <Form.Item
          name="password"
          label={t('password')}
          rules={[{ required: true, message: t('passwordNeeded') }]}
        >
          <Input.Password size="large" maxLength={1024} autoComplete="current-password" />
        </Form.Item>
      </Form>
    </Modal>
  )
}
