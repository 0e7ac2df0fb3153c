import { Form, type FormInstance, Input } from 'antd'
import { createRef, type ReactNode } from 'react'
import { session } from '../api/session.ts'
import type { Words } from './confirm.tsx'

type Reason = { readonly field: ReactNode; readonly read: () => Promise<string> }

/** The reason that was typed last and not given: who closes a question by a slip finds it there again. */
let left: { readonly under: string; readonly reason: string } | undefined

/** The field in which a reason is given; `read` rejects, and says so at the field, while there is none. */
export function askReason(
  question: string,
  { label, charsMax, missing }: Words & { readonly missing: string },
): Reason {
  const form = createRef<FormInstance<{ reason: string }>>()
  // of this account and of what this page is about
  const under = JSON.stringify([session.whose(), window.location.pathname, question])
  const field = (
    <Form
      ref={form}
      // the page beneath may have a field of this name, and a label is of the first
      name="asked"
      layout="vertical"
      preserve={false}
      style={{ marginBlockStart: 12 }}
      initialValues={left?.under === under ? { reason: left.reason } : {}}
      onValuesChange={(_, { reason }) => {
        left = { under, reason }
      }}
    >
      <Form.Item
        name="reason"
        label={label}
        rules={[{ required: true, whitespace: true, message: missing }]}
      >
        <Input.TextArea rows={3} maxLength={charsMax} />
      </Form.Item>
    </Form>
  )
  const read = async () => {
    const given = (await form.current?.validateFields())?.reason ?? ''
    left = undefined
    return given
  }
  return { field, read }
}
