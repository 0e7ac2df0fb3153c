import { App, Button, Input, Space } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type ApiProblem, asProblem } from '../../api/problem.ts'
import { Handle } from './parts.tsx'
import { seriesOf } from './suffix.ts'
import { useTexts } from './texts.ts'

type SuffixFieldProps = {
  readonly prefix: string
  readonly value: string
  readonly onChange: (next: string) => void
  readonly problem: ApiProblem | undefined
}

const SUFFIX_CHARS_MAX = 2000

/** The part after the slash, with the whole identifier below it. */
export function SuffixField({ prefix, value, onChange, problem }: SuffixFieldProps) {
  const t = useTexts()
  const { message } = App.useApp()
  const [isAsking, setIsAsking] = useState(false)
  const propose = async () => {
    setIsAsking(true)
    try {
      const params = { path: { prefix }, query: seriesOf(value.trim(), new Date()) }
      const asked = api.GET('/api/v1/prefixes/{prefix}/next-suffix', { params })
      onChange((await answer(asked)).suffix)
    } catch (error) {
      void message.error(asProblem(error).message)
    } finally {
      setIsAsking(false)
    }
  }
  const isTaken = problem?.code === 'already-exists'
  const isMalformed = problem?.code === 'malformed-identifier'
  const said = isTaken ? t('suffixTaken') : isMalformed ? problem.message : ''
  return (
    <div>
      <label htmlFor="register-suffix">{t('suffix')}</label>
      <Space.Compact block>
        <Input
          id="register-suffix"
          className="mono"
          size="large"
          autoComplete="off"
          spellCheck={false}
          maxLength={SUFFIX_CHARS_MAX}
          aria-describedby="register-suffix-help register-handle"
          aria-required
          {...(said !== '' && { status: 'error' as const, 'aria-invalid': true })}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
        <Button size="large" loading={isAsking} onClick={() => void propose()}>
          {t('suffixNext')}
        </Button>
      </Space.Compact>
      <p id="register-suffix-help" style={{ marginBlock: '4px 0' }}>
        {t('suffixHelp')}
      </p>
      <p id="register-handle" style={{ marginBlock: '4px 0', minBlockSize: 22 }}>
        {said !== '' ? <strong>{said} </strong> : null}
        {t('willBe')} <Handle>{`${prefix}/${value.trim() === '' ? '…' : value.trim()}`}</Handle>
      </p>
    </div>
  )
}
