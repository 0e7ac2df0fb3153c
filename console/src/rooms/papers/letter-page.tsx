import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { App, Button, Card, Descriptions, Form, Input, Select, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type paths } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { DepartmentName } from '../../ui/departments.tsx'
import { useDraft } from '../../ui/draft.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type Letter, regionsQuery } from './api.ts'
import { AttachedFiles } from './attachments.tsx'
import './papers.css'
import { useTexts } from './texts.ts'

type Bodies =
  paths['/api/v1/policy/letters/{id}/deeds']['post']['requestBody']['content']['application/json']
type Without<T> = T extends unknown ? Omit<T, 'key'> : never
type Deed = Without<Bodies>
type Act = (deed: Deed) => Promise<boolean>

/** One letter with what the office can do about it. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const [personal, setPersonal] = useState(false)
  const letter = useQuery({
    queryKey: ['letters', 'one', id, personal],
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/letters/{id}', { params: { path: { id }, query: { personal } } }),
      ),
  })
  return (
    <PageFrame title={t('letters')}>
      <QueryView query={letter}>
        {(it) => <Shown letter={it} isWhole={personal} showWhole={() => setPersonal(true)} />}
      </QueryView>
    </PageFrame>
  )
}

function Shown({
  letter,
  isWhole,
  showWhole,
}: {
  letter: Letter
  isWhole: boolean
  showWhole: () => void
}) {
  const t = useTexts()
  const me = useMe()
  const isOpen = letter.state === 'received' || letter.state === 'accepted'
  return (
    <>
      <LetterFields letter={letter} isWhole={isWhole} showWhole={showWhole} />
      <Card className="paper-section" title={<bdi lang="zh-CN">{letter.subject}</bdi>}>
        <p style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
          <bdi lang="zh-CN">{letter.text}</bdi>
        </p>
        {letter.files.length > 0 && (
          <AttachedFiles
            files={letter.files}
            {...(mayOnNode(me, 'policy.publish') && {
              hrefOf: (file) => `/api/v1/policy/letters/${letter.id}/files/${file}`,
            })}
          >
            <p>
              <small>{t('filesRecorded')}</small>
            </p>
          </AttachedFiles>
        )}
        {letter.answer !== undefined && (
          <>
            <h2 className="paper-heading">{t('reply')}</h2>
            <p style={{ whiteSpace: 'pre-line' }}>
              <bdi lang="zh-CN">{letter.answer.text}</bdi>
            </p>
          </>
        )}
      </Card>
      {isOpen && mayOnNode(me, 'policy.publish') && <Deeds letter={letter} />}
      <section className="paper-section" aria-label={t('thread')}>
        <h2>{t('thread')}</h2>
        <ol className="paper-list">
          {letter.thread.map((it) => (
            <li key={it.number}>
              <When at={it.at} isExact /> {t(`deed_${it.deed}` as 'deed_submit')}{' '}
              {it.note !== undefined && <bdi lang="zh-CN">{it.note}</bdi>}
            </li>
          ))}
        </ol>
      </section>
    </>
  )
}

function LetterFields({
  letter,
  isWhole,
  showWhole,
}: {
  letter: Letter
  isWhole: boolean
  showWhole: () => void
}) {
  const t = useTexts()
  const me = useMe()
  const confirm = useConfirm()
  const ask = async () => {
    const verb = t('showPersonal')
    const said = await confirm({ title: verb, verb, consequence: t('showPersonalHint') })
    if (said !== undefined) showWhole()
  }
  return (
    <Descriptions
      className="paper-fields"
      bordered
      size="small"
      column={{ xs: 1, md: 2 }}
      items={[
        {
          key: 'state',
          label: t('standing'),
          children: (
            <>
              <Tag>{t(`letterState_${letter.state}`)}</Tag>
              {letter.isOverdue && <Tag color="error">{t('overdue')}</Tag>}
            </>
          ),
        },
        { key: 'kind', label: t('letterKind'), children: t(`letter_${letter.kind}`) },
        { key: 'receipt', label: t('receipt'), children: <code>{letter.receipt}</code> },
        {
          key: 'due',
          label: t('dueAt'),
          children: (
            <>
              {letter.dueAt === undefined ? t('noTerm') : <When at={letter.dueAt} isExact />}
              {letter.byCalendarDays && <div>{t('byCalendarDays')}</div>}
            </>
          ),
        },
        {
          key: 'unit',
          label: t('handledBy'),
          children: letter.unit === undefined ? '—' : <DepartmentName id={letter.unit} />,
        },
        {
          key: 'writer',
          label: t('writer'),
          children: (
            <>
              <bdi lang="zxx">{letter.name}</bdi>
              {letter.name === undefined && t('noName')} <bdi lang="zxx">{letter.contact}</bdi>{' '}
              {!isWhole && mayOnNode(me, 'policy.publish') && (
                <Button size="small" onClick={() => void ask()}>
                  {t('showPersonal')}
                </Button>
              )}
            </>
          ),
        },
        ...(letter.grade === undefined
          ? []
          : [
              {
                key: 'grade',
                label: t('grade'),
                children: t(`grade_${letter.grade}` as 'grade_1'),
              },
            ]),
      ]}
    />
  )
}

function useDeed(id: string) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { keyFor, done } = useSentKey(`papers.letter.${id}`)
  const [error, setError] = useState<unknown>()
  const act: Act = async (deed) => {
    setError(undefined)
    try {
      const body = { ...deed, key: keyFor(deed) } as Bodies
      await answer(
        api.POST('/api/v1/policy/letters/{id}/deeds', { params: { path: { id } }, body }),
      )
      done()
      void message.success(t('done'))
      void queries.invalidateQueries({ queryKey: ['letters'] })
      return true
    } catch (thrown) {
      setError(thrown)
      return false
    }
  }
  return { act, error }
}

function Deeds({ letter }: { letter: Letter }) {
  const t = useTexts()
  const confirm = useConfirm()
  const { act, error } = useDeed(letter.id)
  const refuse = async () => {
    const text = await confirm({
      title: t('notOurs'),
      verb: t('notOurs'),
      consequence: t('notOursHint'),
      isDestructive: true,
      wantsReason: true,
    })
    if (text !== undefined) await act({ do: 'not-ours', text })
  }
  return (
    <>
      {error !== undefined && <Said error={error} />}
      {letter.state === 'received' && (
        <div className="paper-deeds">
          <Button type="primary" onClick={() => void act({ do: 'accept' })}>
            {t('accept')}
          </Button>
          <Button danger onClick={() => void refuse()}>
            {t('notOurs')}
          </Button>
        </div>
      )}
      {letter.state === 'accepted' && <AnswerForm id={letter.id} act={act} />}
      <ForwardForm region={letter.region} act={act} />
    </>
  )
}

function AnswerForm({ id, act }: { id: string; act: Act }) {
  const t = useTexts()
  const draft = useDraft<{ text: string }>(`papers.letter-answer.${id}`)
  return (
    <Card size="small" style={{ marginBlockEnd: 12 }}>
      <Form<{ text: string }>
        layout="vertical"
        className="paper-form"
        {...(draft.restored && { initialValues: draft.restored })}
        onValuesChange={(_, values) => draft.keep(values)}
        onFinish={({ text }) =>
          void act({ do: 'answer', text }).then((isDone) => isDone && draft.discard())
        }
      >
        <Form.Item
          name="text"
          label={t('answerText')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input.TextArea autoSize={{ minRows: 4, maxRows: 16 }} maxLength={4_000} />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {t('answerLetter')}
        </Button>
      </Form>
    </Card>
  )
}

function ForwardForm({ region, act }: { region: string; act: Act }) {
  const t = useTexts()
  const textOf = useText()
  const [form] = Form.useForm<{ unit: string; reason: string }>()
  const regions = useQuery(regionsQuery).data?.regions ?? []
  const units = regions.find((it) => it.code === region)?.departments ?? []
  const needed = [{ required: true, message: t('required') }]
  return (
    <Card size="small">
      <Form
        form={form}
        layout="vertical"
        className="paper-form"
        onFinish={(values) =>
          void act({ do: 'forward', ...values }).then((isDone) => isDone && form.resetFields())
        }
      >
        <Form.Item name="unit" label={t('forwardTo')} rules={needed} extra={t('forwardHint')}>
          <Select options={units.map((it) => ({ value: it.id, label: textOf(it.name) }))} />
        </Form.Item>
        <Form.Item name="reason" label={t('forwardReason')} rules={needed}>
          <Input maxLength={300} />
        </Form.Item>
        <Button htmlType="submit">{t('forward')}</Button>
      </Form>
    </Card>
  )
}
