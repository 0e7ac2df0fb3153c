import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Form, Input } from 'antd'
import { useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { parseBase64 } from '../../proof/bytes.ts'
import { Failed } from '../../ui/states.tsx'
import { type Continued, checkContinuity, headQuery } from './log.ts'
import { Hash } from './parts.tsx'
import { useTexts } from './texts.ts'

/** Whether the log of some size is the beginning of the log of today. */
export function ContinuityCard() {
  const t = useTexts()
  const now = useQuery(headQuery).data?.checkpoint
  const [outcome, setOutcome] = useState<Continued>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const last = now?.size ?? 0
  const run = async ({ from }: { from: string }) => {
    if (now === undefined) return
    setIsBusy(true)
    setError(undefined)
    setOutcome(undefined)
    try {
      setOutcome(await checkContinuity(Number(from), now))
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Card title={<h2 className="card-title">{t('continuityTitle')}</h2>}>
      <p>{t('continuityLead')}</p>
      <Form layout="vertical" onFinish={(values: { from: string }) => void run(values)}>
        <Form.Item
          name="from"
          label={t('continuityFrom')}
          rules={[{ required: true, ...upTo(last, t('numberWrong', { last })) }]}
        >
          <Input inputMode="numeric" maxLength={16} style={{ maxInlineSize: 200 }} />
        </Form.Item>
        <Button htmlType="submit" loading={isBusy} disabled={now === undefined}>
          {t('continuityRun')}
        </Button>
      </Form>
      <div aria-live="polite" style={{ minBlockSize: 72, marginBlockStart: 12 }}>
        {error !== undefined && <Failed error={error} />}
        {outcome !== undefined && <Outcome outcome={outcome} />}
      </div>
    </Card>
  )
}

/** A rule for a whole number of the log. */
export function upTo(last: number, message: string) {
  return {
    message,
    validator: (_: unknown, value: string | undefined) => {
      const isRight = /^\d{1,16}$/.test(value ?? '') && Number(value) <= last
      return isRight ? Promise.resolve() : Promise.reject(new Error(message))
    },
  }
}

function Outcome({ outcome }: { outcome: Continued }) {
  const t = useTexts()
  const format = useFormat()
  const values = { from: format.number(outcome.from), to: format.number(outcome.to) }
  return (
    <Alert
      type={outcome.isContinued ? 'success' : 'error'}
      showIcon
      title={outcome.isContinued ? t('continuityGood', values) : t('continuityWrong', values)}
      description={
        <>
          {t('continuityRoot')}:{' '}
          <Hash bytes={parseBase64(outcome.root)} label={t('continuityRoot')} />
          <br />
          {t('continuityProof', { count: outcome.proof.length })}
        </>
      }
    />
  )
}
