import { Form, Input } from 'antd'
import { useRef } from 'react'
import { answer, api } from '../../api/client.ts'
import { useJoinTexts } from './join-texts.ts'

const CHECK_WAIT_MS = 300

/** A new password, judged by the node in its own words while it is typed. */
export function PasswordItem({ label, nameOf }: { label: string; nameOf: () => string }) {
  const t = useJoinTexts()
  const check = usePasswordCheck(nameOf)
  return (
    <Form.Item
      name="password"
      label={label}
      extra={t('passwordHint')}
      validateDebounce={CHECK_WAIT_MS}
      validateFirst
      rules={[
        { required: true, message: t('required') },
        {
          validator: async (_, value: unknown) => {
            const wrong = await check(typeof value === 'string' ? value : '')
            if (wrong !== undefined) throw new Error(wrong)
          },
        },
      ]}
    >
      <Input.Password size="large" maxLength={1024} autoComplete="new-password" />
    </Form.Item>
  )
}

/** What the node would say; a node out of reach says nothing, and judges on sending. */
function usePasswordCheck(nameOf: () => string): (password: string) => Promise<string | undefined> {
  const last = useRef({ asked: '', said: undefined as string | undefined })
  return async (password) => {
    const name = nameOf().trim()
    const asked = `${name}\n${password}`
    if (password === '' || last.current.asked === asked) return last.current.said
    try {
      const body = { password, ...(name !== '' && { name }) }
      const { errors } = await answer(api.POST('/api/v1/passwords/check', { body }))
      const [first] = errors
      const said = first && [first.detail, first.expected].filter(Boolean).join(' · ')
      last.current = { asked, said }
      return said
    } catch {
      return undefined
    }
  }
}
