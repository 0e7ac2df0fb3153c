import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Form, Input, Tag } from 'antd'
import { type CSSProperties, useEffect, useRef, useState } from 'react'
import { Page as PageFrame } from '../../ui/page.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed } from '../../ui/states.tsx'
import { useMoney } from './money.ts'
import { useTexts } from './texts.ts'
import {
  BUNDLE_BYTES_MAX,
  type Bundle,
  CHECKS,
  type CheckState,
  parseBundle,
  type Verified,
  verify,
} from './verify.ts'

const FILTERS = ['award'] as const
const COLOUR: Readonly<Record<CheckState, string>> = {
  good: 'success',
  wrong: 'error',
  unsupported: 'warning',
}

/** Recomputes a decision in the browser, offline: what the standalone checker does. */
export function Page() {
  const t = useTexts()
  const [{ award }] = useSearchState(FILTERS)
  const [text, setText] = useState<string>()
  const [typed, setTyped] = useState<string>()
  const ofNode = useQuery({ queryKey: ['log-key'], queryFn: () => fetched('/evidence/key') })
  const ofAward = useQuery({
    queryKey: ['award-bundle', award],
    enabled: award !== undefined,
    queryFn: () => fetched(`/api/v1/policy/awards/${encodeURIComponent(award ?? '')}/bundle`),
  })
  const key = typed ?? ofNode.data?.trim() ?? ''
  const given = text ?? ofAward.data
  return (
    <PageFrame title={t('verify')} lead={t('verifyLead')}>
      <div className="cards">
        <Card size="small">
          <Choice onText={setText} />
          <Form layout="vertical" style={{ marginBlockStart: 16 }}>
            <Form.Item label={t('keyLabel')} extra={t('keyHint')} htmlFor="log-key">
              <Input.TextArea
                id="log-key"
                className="mono"
                autoSize={{ minRows: 1, maxRows: 4 }}
                value={key}
                onChange={(it) => setTyped(it.target.value)}
              />
            </Form.Item>
          </Form>
        </Card>
        {ofAward.isError && text === undefined && <Failed error={ofAward.error} />}
        {given !== undefined && key !== '' && <Result text={given} verifierKey={key} />}
      </div>
    </PageFrame>
  )
}

async function fetched(path: string): Promise<string> {
  const reply = await fetch(path)
  if (!reply.ok) throw new Error(`${reply.status}`)
  return reply.text()
}

function Choice({ onText }: { onText: (text: string) => void }) {
  const t = useTexts()
  const input = useRef<HTMLInputElement>(null)
  const take = (file: File | undefined) => {
    if (file === undefined) return
    if (file.size > BUNDLE_BYTES_MAX) onText('')
    // a folder can be dropped, but not read
    else file.text().then(onText, () => onText(''))
  }
  return (
    <section
      aria-label={t('dropBundle')}
      style={DROP}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        take(event.dataTransfer.files[0])
      }}
    >
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('dropBundle')}
        onChange={(event) => {
          take(event.target.files?.[0])
          // the same file can be chosen again
          event.target.value = ''
        }}
      />
      <p style={{ marginBlockStart: 0 }}>{t('dropHint')}</p>
      <Button onClick={() => input.current?.click()}>{t('dropBundle')}</Button>
    </section>
  )
}

const DROP: CSSProperties = {
  border: '1px dashed var(--ant-color-border, #8c8c8c)',
  borderRadius: 8,
  padding: 16,
  textAlign: 'center',
}

/** Of which bundle and key: while others are looked at, nothing of these is shown. */
type Done = {
  readonly text: string
  readonly verifierKey: string
  readonly verified: Verified
  readonly ms: number
}

function Result({ text, verifierKey }: { text: string; verifierKey: string }) {
  const t = useTexts()
  const [done, setDone] = useState<Done>()
  const bundle = parseBundle(text)
  useEffect(() => {
    let isStill = true
    const begun = performance.now()
    const given = parseBundle(text)
    if (given !== undefined) {
      void verify(given, verifierKey).then((verified) => {
        const ms = Math.ceil(performance.now() - begun)
        if (isStill) setDone({ text, verifierKey, verified, ms })
      })
    }
    return () => {
      isStill = false
    }
  }, [text, verifierKey])
  if (bundle === undefined) return <Alert type="error" showIcon title={t('notABundle')} />
  if (done?.text !== text || done.verifierKey !== verifierKey) return null
  return <Told bundle={bundle} done={done} />
}

function Told({ bundle, done }: { bundle: Bundle; done: Done }) {
  const t = useTexts()
  const money = useMoney()
  const states = CHECKS.map((it) => done.verified[it])
  const isWrong = states.includes('wrong')
  const isPart = states.includes('unsupported')
  const title = isWrong ? t('someWrong') : isPart ? t('someUnsupported') : t('allGood')
  const { amount_fen: fen } = bundle.result
  return (
    <Card size="small">
      <div role="status">
        <Alert
          type={isWrong ? 'error' : isPart ? 'warning' : 'success'}
          showIcon
          title={`${title} (${t('inMs', { count: done.ms })})`}
          description={
            <>
              <bdi className="mono">{bundle.measure}</bdi>
              {fen !== null && <> · {money(String(fen))}</>}
            </>
          }
        />
      </div>
      <ul style={{ listStyle: 'none', padding: 0, marginBlockEnd: 0 }} aria-label={t('check')}>
        {CHECKS.map((it) => (
          <li key={it} style={{ marginBlock: 4 }}>
            <Tag color={COLOUR[done.verified[it]]}>{t(done.verified[it])}</Tag> {t(`check.${it}`)}
          </li>
        ))}
      </ul>
    </Card>
  )
}
