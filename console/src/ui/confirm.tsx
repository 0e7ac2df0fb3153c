import { App, Form, Input } from 'antd'
import type { ReactNode } from 'react'
import { useFrameTexts } from '../frame/frame-texts.ts'

type Question = {
  readonly title: string
  /** What will happen, spelled out. */
  readonly consequence: ReactNode
  /** The word on the button: the deed, not "OK". */
  readonly verb: string
  readonly isDestructive?: boolean
  /** Asks for a reason, which is kept on record. */
  readonly wantsReason?: boolean
}

const REASON_CHARS_MAX = 1000

/** Asks before something that hurts. Resolves to the reason (empty where none was asked for), or undefined for "no". */
export function useConfirm(): (question: Question) => Promise<string | undefined> {
  const t = useFrameTexts()
  const { modal } = App.useApp()
  const [form] = Form.useForm<{ reason: string }>()
  return (question) =>
    new Promise((resolve) => {
      modal.confirm({
        title: question.title,
        content: (
          <>
            <div>{question.consequence}</div>
            {question.wantsReason === true && (
              <Form form={form} layout="vertical" preserve={false} style={{ marginBlockStart: 12 }}>
                <Form.Item
                  name="reason"
                  label={t('reason')}
                  rules={[{ required: true, whitespace: true, message: t('reasonNeeded') }]}
                >
                  <Input.TextArea rows={3} maxLength={REASON_CHARS_MAX} />
                </Form.Item>
              </Form>
            )}
          </>
        ),
        okText: question.verb,
        cancelText: t('cancel'),
        okButtonProps: { danger: question.isDestructive === true },
        onOk: async () => {
          const reason = question.wantsReason === true ? (await form.validateFields()).reason : ''
          resolve(reason)
        },
        onCancel: () => resolve(undefined),
      })
    })
}
