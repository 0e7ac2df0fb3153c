import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, App, Button, Card, Form, Input, InputNumber, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type paths } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Hindered } from '../../ui/hindered.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type Draft, draftQuery } from './api.ts'
import { AttachedFiles, AttachFiles } from './attachments.tsx'
import { CommentsToAnswer } from './comments-to-answer.tsx'
import { PaperText } from './parts.tsx'
import { useTexts } from './texts.ts'

const DAY_MS = 86_400_000
const DAYS_MAX = 365

type Bodies =
  paths['/api/v1/policy/paper-drafts/{id}/deeds']['post']['requestBody']['content']['application/json']
type Without<T> = T extends unknown ? Omit<T, 'version'> : never
type Deed = Without<Bodies>

/** A paper on its way to being published: what it says, its comments, and what can be done next. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const draft = useQuery(draftQuery(id))
  return (
    <PageFrame title={draft.data?.title ?? t('atWork')}>
      <QueryView query={draft}>{(it) => <Shown draft={it} />}</QueryView>
    </PageFrame>
  )
}

function Shown({ draft }: { draft: Draft }) {
  const t = useTexts()
  const { window } = draft
  return (
    <>
      <p>
        <Tag>{t(`state_${draft.state}`)}</Tag>
        {window !== undefined && (
          <>
            {t('windowUntil')} <When at={window.closesAt} isExact />
          </>
        )}{' '}
        {draft.state === 'published' && <Go to={`/papers/${draft.id}`}>{t('toPublished')}</Go>}
      </p>
      <Deeds draft={draft} />
      {window !== undefined && <CommentsToAnswer draft={draft} />}
      <Card className="paper-section" title={<h2 className="paper-heading">{t('preview')}</h2>}>
        <PaperText text={draft.text} />
        {draft.note !== undefined && (
          <>
            <h3>{t('draftingNote')}</h3>
            <PaperText text={draft.note} />
          </>
        )}
        <FilesOf draft={draft} />
      </Card>
    </>
  )
}

/** Files of the paper; taken in and out as long as it is written. */
function FilesOf({ draft }: { draft: Draft }) {
  const me = useMe()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>()
  const isOpen = draft.state === 'draft' || draft.state === 'comments'
  const mayWrite = isOpen && mayOnNode(me, 'policy.publish')
  const hrefOf = (file: string) => `/api/v1/policy/papers/${draft.id}/files/${file}`
  const renew = () => void queries.invalidateQueries({ queryKey: draftQuery(draft.id).queryKey })
  const remove = async (file: string) => {
    setError(undefined)
    try {
      const params = { path: { id: draft.id, file } }
      await answer(api.DELETE('/api/v1/policy/paper-drafts/{id}/files/{file}', { params }))
      renew()
    } catch (thrown) {
      setError(thrown)
    }
  }
  if (!mayWrite) return <AttachedFiles files={draft.files} hrefOf={hrefOf} />
  return (
    <AttachedFiles files={draft.files} hrefOf={hrefOf} remove={(file) => void remove(file)}>
      {error !== undefined && <Said error={error} />}
      <AttachFiles
        to={`/api/v1/policy/paper-drafts/${draft.id}/files`}
        files={draft.files}
        onSent={renew}
      />
    </AttachedFiles>
  )
}

/** Once the window is closed and every comment is answered; until then it says what it waits for. */
function PutForward({ draft, putForward }: { draft: Draft; putForward: () => void }) {
  const t = useTexts()
  const format = useFormat()
  const { window, comments } = draft
  const open = comments.received - comments.answered
  const why =
    window !== undefined && draft.changesInMs !== undefined
      ? t('putForwardWindow', { at: format.dateTime(window.closesAt) })
      : open > 0
        ? t('putForwardComments', { count: open })
        : undefined
  if (why !== undefined) {
    return (
      <Hindered why={why}>
        {(described) => (
          <Button type="primary" {...described}>
            {t('putForward')}
          </Button>
        )}
      </Hindered>
    )
  }
  return (
    <Button type="primary" onClick={putForward}>
      {t('putForward')}
    </Button>
  )
}

function useDeed(draft: Draft) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const act = async (deed: Deed) => {
    setError(undefined)
    try {
      const params = { path: { id: draft.id } }
      const body = { ...deed, version: draft.version } as Bodies
      const asked = api.POST('/api/v1/policy/paper-drafts/{id}/deeds', { params, body })
      queries.setQueryData(draftQuery(draft.id).queryKey, await answer(asked))
      void message.success(t('done'))
      void queries.invalidateQueries({ queryKey: ['papers'] })
      return true
    } catch (thrown) {
      setError(thrown)
      return false
    }
  }
  return { act, error }
}

function Deeds({ draft }: { draft: Draft }) {
  const t = useTexts()
  const me = useMe()
  const confirm = useConfirm()
  const { act, error } = useDeed(draft)
  const [isOpening, setIsOpening] = useState(false)
  const { state } = draft
  const mayWrite = mayOnNode(me, 'policy.publish')
  const mayPublish = (mayWrite || mayOnNode(me, 'policy.adopt')) && !draft.isMine
  const isOpen = state === 'draft' || state === 'comments'
  const ask = async (verb: string, consequence: string, deed: Deed) => {
    const answered = await confirm({ title: verb, verb, consequence })
    if (answered !== undefined) await act(deed)
  }
  const askWhy = async (verb: string, consequence: string, deedOf: (reason: string) => Deed) => {
    const question = { title: verb, verb, consequence, isDestructive: true, wantsReason: true }
    const reason = await confirm(question)
    if (reason !== undefined) await act(deedOf(reason))
  }
  const today = () => new Date(Date.now() + 480 * 60_000).toISOString().slice(0, 10)
  return (
    <>
      {error !== undefined && <Said error={error} />}
      {state === 'put-forward' && draft.isMine && (
        <Alert type="info" showIcon title={t('mineHint')} />
      )}
      <div className="paper-deeds">
        {mayWrite && isOpen && (
          <GoButton to="/papers/write" search={{ id: draft.id }}>
            {t('editDraft')}
          </GoButton>
        )}
        {mayWrite && state === 'draft' && (
          <Button onClick={() => setIsOpening(true)}>{t('openComments')}</Button>
        )}
        {mayWrite && isOpen && (
          <PutForward
            draft={draft}
            putForward={() => void ask(t('putForward'), t('putForwardHint'), { do: 'put-forward' })}
          />
        )}
        {mayPublish && state === 'put-forward' && (
          <Button
            type="primary"
            onClick={() => void ask(t('publish'), t('publishHint'), { do: 'publish' })}
          >
            {t('publish')}
          </Button>
        )}
        {mayWrite && state === 'put-forward' && (
          <Button onClick={() => void act({ do: 'put-back' })}>{t('putBack')}</Button>
        )}
        {mayWrite && state !== 'published' && state !== 'dropped' && (
          <Button
            danger
            onClick={() =>
              void askWhy(t('drop'), t('dropHint'), (reason) => ({ do: 'drop', reason }))
            }
          >
            {t('drop')}
          </Button>
        )}
        {mayWrite && state === 'published' && draft.repealedFrom === undefined && (
          <Button
            danger
            onClick={() =>
              void askWhy(t('repeal'), t('repealHint'), (reason) => {
                return { do: 'repeal', reason, from: today() }
              })
            }
          >
            {t('repeal')}
          </Button>
        )}
      </div>
      {isOpening && <OpeningDialog act={act} close={() => setIsOpening(false)} />}
    </>
  )
}

type Window = { readonly days: number; readonly source: string }

function OpeningDialog({
  act,
  close,
}: {
  act: (deed: Deed) => Promise<boolean>
  close: () => void
}) {
  const t = useTexts()
  const [form] = Form.useForm<Window>()
  const open = async ({ days, source }: Window) => {
    const now = Date.now()
    const opensAt = new Date(now).toISOString()
    const closesAt = new Date(now + days * DAY_MS).toISOString()
    if (await act({ do: 'open-comments', opensAt, closesAt, source })) close()
  }
  const needed = [{ required: true, message: t('required') }]
  return (
    <Dialog
      title={t('openComments')}
      okText={t('openComments')}
      onOk={() => form.submit()}
      onClose={close}
    >
      <p>{t('openCommentsHint')}</p>
      <Form form={form} layout="vertical" onFinish={(window) => void open(window)}>
        <Form.Item name="days" label={t('days')} rules={needed}>
          <InputNumber min={1} max={DAYS_MAX} precision={0} />
        </Form.Item>
        <Form.Item name="source" label={t('windowSource')} rules={needed}>
          <Input maxLength={300} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}
