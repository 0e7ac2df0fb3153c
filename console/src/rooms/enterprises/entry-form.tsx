import { Form, Input } from 'antd'
import { type ReactNode, useRef } from 'react'
import { answer, api } from '../../api/client.ts'
import { CodeField } from './code-field.tsx'
import type { Entry } from './parts.tsx'
import { useTexts } from './texts.ts'

export type EntryValues = {
  uscc: string
  name: string
  nameEn?: string
  legalPerson: { name: string; idNumber?: string }
  region: string
  sector: string
  address?: string
  website?: string
  contact: { name: string; phone: string; email: string }
  introduction?: string
  prefixWish?: string
}

const CHECK_WAIT_MS = 300

/**
 * The fields of an enterprise's entry, for use within a form. Codes, numbers and addresses are judged by the node while they
 * are typed, by the same rules and in the same words as on sending.
 */
export function EntryFields({ isNew = false }: { isNew?: boolean }) {
  const t = useTexts()
  const check = useCheck()
  return (
    <>
      <Item name="uscc" label={t('uscc')} extra={t('usccHint')} isNeeded check={check}>
        <Input size="large" maxLength={40} autoComplete="off" className="mono" inputMode="text" />
      </Item>
      <Item name="name" label={t('name')} isNeeded check={check}>
        <Input size="large" maxLength={200} autoComplete="organization" />
      </Item>
      <Item name="nameEn" label={t('nameEn')} check={check}>
        <Input size="large" maxLength={200} />
      </Item>
      <Item name={['legalPerson', 'name']} label={t('legalName')} isNeeded check={check}>
        <Input size="large" maxLength={200} />
      </Item>
      <Item
        name={['legalPerson', 'idNumber']}
        label={t('idNumber')}
        extra={t('idNumberHint')}
        check={check}
      >
        <Input size="large" maxLength={40} autoComplete="off" className="mono" />
      </Item>
      <Item name="region" label={t('region')} isNeeded check={check}>
        <CodeField table="regions" />
      </Item>
      <Item name="sector" label={t('sector')} isNeeded check={check}>
        <CodeField table="sectors" />
      </Item>
      <Item name="address" label={t('address')} check={check}>
        <Input size="large" maxLength={500} autoComplete="street-address" />
      </Item>
      <Item name="website" label={t('website')} check={check}>
        <Input size="large" maxLength={500} inputMode="url" placeholder="https://" />
      </Item>
      <Item name="introduction" label={t('introduction')} check={check}>
        <Input.TextArea rows={3} maxLength={5000} showCount />
      </Item>
      {isNew && (
        <Item name="prefixWish" label={t('prefixWish')} extra={t('prefixWishHint')} check={check}>
          <Input size="large" maxLength={128} className="mono" />
        </Item>
      )}
    </>
  )
}

export function ContactFields() {
  const t = useTexts()
  const check = useCheck()
  return (
    <>
      <Item name={['contact', 'name']} label={t('contactName')} isNeeded check={check}>
        <Input size="large" maxLength={200} autoComplete="name" />
      </Item>
      <Item name={['contact', 'phone']} label={t('phone')} isNeeded check={check}>
        <Input size="large" maxLength={40} autoComplete="tel" inputMode="tel" />
      </Item>
      <Item name={['contact', 'email']} label={t('email')} isNeeded check={check}>
        <Input size="large" maxLength={254} autoComplete="email" inputMode="email" />
      </Item>
    </>
  )
}

type ItemProps = {
  readonly name: string | string[]
  readonly label: string
  readonly extra?: string
  readonly isNeeded?: boolean
  readonly check: Check
  readonly children: ReactNode
}

function Item({ name, label, extra, isNeeded = false, check, children }: ItemProps) {
  const t = useTexts()
  const names = typeof name === 'string' ? [name] : name
  const rules = [
    ...(isNeeded ? [{ required: true, whitespace: true, message: t('required') }] : []),
    {
      validator: async (_: unknown, value: unknown) => {
        const wrong = await check(names, value)
        if (wrong !== undefined) throw new Error(wrong)
      },
    },
  ]
  return (
    <Form.Item
      name={names}
      label={label}
      {...(extra !== undefined && { extra })}
      rules={rules}
      validateDebounce={CHECK_WAIT_MS}
      validateFirst
    >
      {children}
    </Form.Item>
  )
}

type Check = (names: readonly string[], value: unknown) => Promise<string | undefined>

/** Asks the node what it would say of one field; a node out of reach says nothing, and all is judged on sending. */
function useCheck(): Check {
  const known = useRef(new Map<string, string | undefined>())
  return async (names, value) => {
    if (typeof value !== 'string' || value.trim() === '') return undefined
    const key = `${names.join('/')} ${value} ${document.documentElement.lang}`
    if (known.current.has(key)) return known.current.get(key)
    const body = names.toReversed().reduce<unknown>((inner, name) => ({ [name]: inner }), value)
    try {
      const { errors } = await answer(
        api.POST('/api/v1/applications/check', { body: body as Record<string, unknown> }),
      )
      const [first] = errors
      const wrong = first && [first.detail, first.expected].filter(Boolean).join(' — ')
      known.current.set(key, wrong)
      return wrong
    } catch {
      return undefined
    }
  }
}

/** A stored entry as the form's values. */
export function valuesOf(entry: Entry): EntryValues {
  const {
    uscc,
    name,
    nameEn,
    legalPerson,
    region,
    sector,
    address,
    website,
    contact,
    introduction,
  } = entry
  return {
    uscc,
    name,
    ...(nameEn !== undefined && { nameEn }),
    legalPerson,
    region: region.code,
    sector: sector.code,
    ...(address !== undefined && { address }),
    ...(website !== undefined && { website }),
    contact,
    ...(introduction !== undefined && { introduction }),
    ...(entry.prefixWish !== undefined && { prefixWish: entry.prefixWish }),
  }
}

/** Values without what was left empty: the API tells "not said" from "said to be nothing". */
export function withoutEmpty<T>(values: T): T {
  if (typeof values !== 'object' || values === null) return values
  const entries = Object.entries(values)
    .filter(([, it]) => it !== undefined && it !== null && it !== '')
    .map(([name, it]) => [name, withoutEmpty(it)])
  return Object.fromEntries(entries) as T
}
