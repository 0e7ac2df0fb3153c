import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Checkbox, Form, Input, Select, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { useDraft } from '../../ui/draft.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Fallen, isFallen, More, NotRenewed } from '../../ui/pages.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Loading, Nothing, Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type Comment, type Draft, draftQuery, filled } from './api.ts'
import { AttachedFiles } from './attachments.tsx'
import './papers.css'
import { useTexts } from './texts.ts'

const PAGE = 100
const VERDICTS = ['adopted', 'partly', 'not-adopted'] as const
const AT_ONCE_MAX = 50

/** The comments on a draft, and an answer for those that were chosen. */
export function CommentsToAnswer({ draft }: { draft: Draft }) {
  const t = useTexts()
  const me = useMe()
  const confirm = useConfirm()
  const [isWhole, setIsWhole] = useState(false)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const list = useComments(draft.id, isWhole)
  const comments = list.data?.pages.flatMap((it) => it.items) ?? []
  const mayAnswer = mayOnNode(me, 'policy.publish') && draft.state === 'comments'
  const showWhole = async () => {
    const verb = t('showPersonal')
    const said = await confirm({ title: verb, verb, consequence: t('showPersonalHint') })
    if (said !== undefined) setIsWhole(true)
  }
  const toggle = (id: string, isChosen: boolean) =>
    setChosen(isChosen ? [...chosen, id].slice(0, AT_ONCE_MAX) : chosen.filter((it) => it !== id))
  return (
    <section className="paper-section" aria-label={t('comments')}>
      <h2>{t('comments')}</h2>
      <p>
        {t('commentsOpen', draft.comments)}{' '}
        {comments.length > 0 && !isWhole && mayOnNode(me, 'policy.publish') && (
          <Button size="small" onClick={() => void showWhole()}>
            {t('showPersonal')}
          </Button>
        )}
      </p>
      {isFallen(list) ? <Fallen pages={list} /> : <NotRenewed pages={list} />}
      {list.isLoading && <Loading />}
      {list.data !== undefined && comments.length === 0 && <Nothing title={t('commentsNone')} />}
      <ul className="cards">
        {comments.map((it) => (
          <li key={it.id}>
            <OneComment
              paper={draft.id}
              comment={it}
              {...(mayAnswer &&
                it.answer === undefined && {
                  isChosen: chosen.includes(it.id),
                  choose: (isChosen: boolean) => toggle(it.id, isChosen),
                })}
            />
          </li>
        ))}
      </ul>
      <More pages={list} count={comments.length} />
      {mayAnswer && comments.some((it) => it.answer === undefined) && (
        <AnswerForm draft={draft} chosen={chosen} onAnswered={() => setChosen([])} />
      )}
    </section>
  )
}

function useComments(id: string, personal: boolean) {
  return useInfiniteQuery({
    queryKey: ['papers', 'comments', id, personal],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) =>
      answer(
        api.GET('/api/v1/policy/paper-drafts/{id}/comments', {
          params: { path: { id }, query: { personal, ...filled({ after, limit: PAGE }) } },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  })
}

function OneComment({
  paper,
  comment,
  isChosen,
  choose,
}: {
  paper: string
  comment: Comment
  isChosen?: boolean
  choose?: (isChosen: boolean) => void
}) {
  const t = useTexts()
  const me = useMe()
  const { receipt, place, name, contact, answer: answered } = comment
  return (
    <Card size="small">
      {choose !== undefined && (
        <Checkbox
          aria-label={t('choose', { receipt })}
          checked={isChosen === true}
          onChange={(event) => choose(event.target.checked)}
          style={{ marginInlineEnd: 8 }}
        />
      )}
      <code>{receipt}</code> · <When at={comment.at} />
      {name !== undefined && (
        <>
          {' · '}
          <bdi lang="zxx">{name}</bdi>
        </>
      )}
      {contact !== undefined && (
        <>
          {' · '}
          <bdi lang="zxx">{contact}</bdi>
        </>
      )}
      {place !== undefined && (
        <p style={{ marginBlock: 4 }}>
          <bdi lang="zh-CN">{place}</bdi>
        </p>
      )}
      <p style={{ marginBlock: 4, whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
        <bdi lang="zh-CN">{comment.text}</bdi>
      </p>
      <AttachedFiles
        files={comment.files}
        {...(mayOnNode(me, 'policy.publish') && {
          hrefOf: (file) =>
            `/api/v1/policy/paper-drafts/${paper}/comments/${comment.id}/files/${file}`,
        })}
      />
      {answered !== undefined && (
        <p style={{ marginBlock: 4 }}>
          <Tag color="success">{t(answered.verdict)}</Tag>
          <bdi lang="zh-CN">{answered.reason}</bdi>
        </p>
      )}
    </Card>
  )
}

type Values = { gist: string; verdict: (typeof VERDICTS)[number]; reason: string }

function AnswerForm({
  draft,
  chosen,
  onAnswered,
}: {
  draft: Draft
  chosen: readonly string[]
  onAnswered: () => void
}) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const { keyFor, done } = useSentKey(`papers.answer.${draft.id}`)
  const kept = useDraft<Values>(`papers.answer.${draft.id}`)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const params = { path: { id: draft.id } }
      const wish = { comments: [...chosen], ...values }
      const body = { key: keyFor(wish), ...wish }
      await answer(api.POST('/api/v1/policy/paper-drafts/{id}/answers', { params, body }))
      done()
      kept.discard()
      form.setFieldsValue({ gist: '', reason: '' })
      form.resetFields()
      onAnswered()
      void message.success(t('answered'))
      void queries.invalidateQueries({ queryKey: ['papers', 'comments', draft.id] })
      void queries.invalidateQueries({ queryKey: draftQuery(draft.id).queryKey })
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  return (
    <Card
      title={
        <h3 className="paper-heading">
          {chosen.length === 0 ? t('answerComments') : t('answerChosen', { count: chosen.length })}
        </h3>
      }
    >
      {chosen.length === 0 && <p>{t('answerNeedsChoice')}</p>}
      <Form
        form={form}
        layout="vertical"
        className="paper-form"
        {...(kept.restored && { initialValues: kept.restored })}
        onValuesChange={(_, values) => kept.keep(values)}
        onFinish={(values) => void send(values)}
      >
        {error !== undefined && <Said error={error} />}
        <Form.Item name="gist" label={t('gist')} extra={t('gistHint')} rules={needed}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4_000} />
        </Form.Item>
        <Form.Item
          name="verdict"
          label={t('verdict')}
          rules={[{ required: true, message: t('required') }]}
        >
          <Select options={VERDICTS.map((it) => ({ value: it, label: t(it) }))} />
        </Form.Item>
        <Form.Item name="reason" label={t('answerReason')} rules={needed}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4_000} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={isBusy} disabled={chosen.length === 0}>
          {t('sendAnswer')}
        </Button>
      </Form>
    </Card>
  )
}
