import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Form, Input, Radio, Select, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useDraft } from '../../ui/draft.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { filled, regionsQuery } from './api.ts'
import { HolderFiles } from './attachments.tsx'
import { PersonFields } from './consultation-page.tsx'
import { FollowForm } from './follow-comment.tsx'
import { ReceiptCard } from './parts.tsx'
import './papers.css'
import { useTexts } from './texts.ts'

const KINDS = ['letter', 'complaint', 'suggestion', 'report'] as const
const GRADES = [5, 4, 3, 2, 1] as const

type Sent = Json<paths['/api/v1/policy/letters']['post']['responses']['201']>
type Followed = Json<paths['/api/v1/policy/letters/follow']['post']['responses']['200']>
type Holder = { readonly receipt: string; readonly secret: string }

/** Letters and complaints: written and followed by anybody, without an account. */
export function Page() {
  const t = useTexts()
  const me = useMaybeMe()
  return (
    <PageFrame
      title={t('letters')}
      lead={t('lettersLead')}
      actions={
        mayOnNode(me, 'policy.read') && <GoButton to="/letters/queue">{t('queue')}</GoButton>
      }
    >
      <WriteCard />
      <FollowCard />
    </PageFrame>
  )
}

type Values = {
  kind: (typeof KINDS)[number]
  region: string
  subject: string
  text: string
  name?: string
  contact?: string
}

function WriteCard() {
  const t = useTexts()
  const [sent, setSent] = useState<Sent>()
  if (sent !== undefined) {
    return (
      <ReceiptCard title={t('letterSent')} receipt={sent.receipt} secret={sent.secret}>
        <p>
          {t('dueAt')} {sent.dueAt === undefined ? t('noTerm') : <When at={sent.dueAt} isExact />}
        </p>
        {sent.byCalendarDays && <p>{t('byCalendarDays')}</p>}
        <HolderFiles of="letters" holder={sent} />
      </ReceiptCard>
    )
  }
  return (
    <Card title={<h2 className="paper-heading">{t('writeLetter')}</h2>}>
      <LetterForm onSent={setSent} />
    </Card>
  )
}

function LetterForm({ onSent }: { onSent: (sent: Sent) => void }) {
  const t = useTexts()
  const [form] = Form.useForm<Values>()
  const draft = useDraft<Partial<Values>>('papers.letter')
  const { keyFor, done } = useSentKey('papers.letter')
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const wish = filled(values)
      const body = { key: keyFor(wish), ...wish }
      onSent(await answer(api.POST('/api/v1/policy/letters', { body })))
      done()
      draft.discard()
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Form
      form={form}
      layout="vertical"
      className="paper-form"
      scrollToFirstError={{ focus: true }}
      initialValues={{ kind: 'letter', ...draft.restored }}
      // a device may be shared: who writes is not kept on it
      onValuesChange={(_, { name: _name, contact: _contact, ...rest }) => draft.keep(rest)}
      onFinish={(values) => void send(values)}
    >
      <LetterInputs />
      <PersonFields />
      {error !== undefined && <Said error={error} />}
      <Button type="primary" htmlType="submit" loading={isBusy}>
        {t('sendLetter')}
      </Button>
    </Form>
  )
}

function LetterInputs() {
  const t = useTexts()
  const textOf = useText()
  const regions = useQuery(regionsQuery).data?.regions ?? []
  const needed = [{ required: true, message: t('required') }]
  return (
    <>
      <Form.Item name="kind" label={t('letterKind')} rules={needed}>
        <Radio.Group options={KINDS.map((it) => ({ value: it, label: t(`letter_${it}`) }))} />
      </Form.Item>
      <Form.Item name="region" label={t('region')} rules={needed}>
        <Select options={regions.map((it) => ({ value: it.code, label: textOf(it.name) }))} />
      </Form.Item>
      <Form.Item name="subject" label={t('subject')} rules={needed}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item
        name="text"
        label={t('letterText')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input.TextArea autoSize={{ minRows: 5, maxRows: 20 }} maxLength={4_000} />
      </Form.Item>
    </>
  )
}

function FollowCard() {
  const t = useTexts()
  const [holder, setHolder] = useState<Holder>()
  const [letter, setLetter] = useState<Followed>()
  return (
    <Card className="paper-section" title={<h2 className="paper-heading">{t('followLetter')}</h2>}>
      <FollowForm
        ask={async (asked) => {
          setLetter(undefined)
          setLetter(await answer(api.POST('/api/v1/policy/letters/follow', { body: asked })))
          setHolder(asked)
        }}
      />
      {letter !== undefined && holder !== undefined && (
        <FollowedLetter letter={letter} holder={holder} onRated={setLetter} />
      )}
    </Card>
  )
}

function FollowedLetter({
  letter,
  holder,
  onRated,
}: {
  letter: Followed
  holder: Holder
  onRated: (letter: Followed) => void
}) {
  const t = useTexts()
  const textOf = useText()
  return (
    <div role="status" style={{ marginBlockStart: 16 }}>
      <p>
        <Tag>{t(`letter_${letter.kind}`)}</Tag>
        <Tag color={letter.state === 'answered' ? 'success' : 'processing'}>
          {t(`letterState_${letter.state}`)}
        </Tag>
        <bdi lang="zh-CN">{letter.subject}</bdi>
      </p>
      <dl className="card-rows">
        <dt>{t('receivedAt')}</dt>
        <dd>
          <When at={letter.receivedAt} isExact />
        </dd>
        {letter.unit !== undefined && (
          <>
            <dt>{t('handledBy')}</dt>
            <dd>{textOf(letter.unit)}</dd>
          </>
        )}
        {letter.answer === undefined && (
          <>
            <dt>{t('dueAt')}</dt>
            <dd>{letter.dueAt === undefined ? t('noTerm') : <When at={letter.dueAt} isExact />}</dd>
          </>
        )}
      </dl>
      {letter.byCalendarDays && <p>{t('byCalendarDays')}</p>}
      <HolderFiles
        of="letters"
        holder={holder}
        files={letter.files}
        isOpen={letter.state === 'received' || letter.state === 'accepted'}
      />
      {letter.answer !== undefined && (
        <Alert
          type="success"
          title={t('reply')}
          description={
            <bdi lang="zh-CN" style={{ whiteSpace: 'pre-line' }}>
              {letter.answer.text}
            </bdi>
          }
        />
      )}
      {letter.state === 'answered' && letter.grade === undefined && (
        <RatingForm holder={holder} onRated={onRated} />
      )}
      {letter.grade !== undefined && (
        <p>{t('rated', { grade: t(`grade_${letter.grade}` as 'grade_1') })}</p>
      )}
    </div>
  )
}

function RatingForm({ holder, onRated }: { holder: Holder; onRated: (letter: Followed) => void }) {
  const t = useTexts()
  const [error, setError] = useState<unknown>()
  const send = async ({ grade }: { grade: number }) => {
    try {
      const body = { ...holder, grade }
      onRated(await answer(api.POST('/api/v1/policy/letters/rate', { body })))
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <Form
      layout="vertical"
      onFinish={(values) => void send(values)}
      style={{ marginBlockStart: 12 }}
    >
      {error !== undefined && <Said error={error} />}
      <Form.Item
        name="grade"
        label={t('rate')}
        rules={[{ required: true, message: t('required') }]}
      >
        <Radio.Group options={GRADES.map((it) => ({ value: it, label: t(`grade_${it}`) }))} />
      </Form.Item>
      <Button htmlType="submit">{t('sendRating')}</Button>
    </Form>
  )
}
