import { Form, type FormInstance, Input } from 'antd'
import { createRef, type ReactNode } from 'react'

const REASON_CHARS_MAX = 1000

type Reason = { readonly field: ReactNode; readonly read: () => Promise<string> }

/** The field in which a reason is given; `read` rejects, and says so at the field, while there is none. */
export function askReason(label: string, missing: string): Reason {
  const form = createRef<FormInstance<{ reason: string }>>()
  const field = (
    <Form ref={form} layout="vertical" preserve={false} style={{ marginBlockStart: 12 }}>
      <Form.Item
        name="reason"
        label={label}
        rules={[{ required: true, whitespace: true, message: missing }]}
      >
        <Input.TextArea rows={3} maxLength={REASON_CHARS_MAX} />
      </Form.Item>
    </Form>
  )
  return { field, read: async () => (await form.current?.validateFields())?.reason ?? '' }
}
