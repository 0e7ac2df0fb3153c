import { Alert, App, Button } from 'antd'
import { useId } from 'react'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Said } from '../../ui/states.tsx'
import { type Check, type Draft, type Vocabulary, wishOf } from './api.ts'
import { Beside } from './beside.tsx'
import { useFaultPlace } from './fault-place.ts'
import { FaultsContext, WritableContext } from './fields.tsx'
import { MeasureForm } from './measure-form.tsx'
import { useTexts } from './texts.ts'
import { useCheck, useWriting, type Writing } from './writing.ts'

/** A draft as fields, with what is said of it while one types. */
export function Editor({ draft, vocabulary }: { draft: Draft; vocabulary: Vocabulary }) {
  const me = useMe()
  const writing = useWriting(draft)
  const isOpen = draft.state === 'draft' || draft.state === 'rejected'
  const isWritable = isOpen && mayOnNode(me, 'policy.draft')
  // what was adopted is a rule already: beside itself it would be a second one
  const isJudged = isOpen || draft.state === 'proposed'
  const checked = useCheck(writing.wish, isJudged)
  return (
    <WritableContext value={isWritable}>
      <FaultsContext value={checked.data?.faults ?? []}>
        <Notices draft={draft} writing={writing} />
        <Acts draft={draft} writing={writing} isWritable={isWritable} checked={checked} />
        <div className="editor-halves">
          <div className="editor-column">
            <MeasureForm wish={writing.wish} change={writing.write} vocabulary={vocabulary} />
          </div>
          <div className="editor-column">
            <Beside
              wish={writing.wish}
              change={writing.write}
              checked={isJudged ? checked : undefined}
            />
          </div>
        </div>
      </FaultsContext>
    </WritableContext>
  )
}

const NAMED_MAX = 3

/** Why a draft cannot be proposed as it stands; undefined where it can. */
function useHindrance({ data, isError }: ReturnType<typeof useCheck>): string | undefined {
  const t = useTexts()
  const text = useText()
  const placeOf = useFaultPlace()
  if (isError) return t('hinderedUnchecked')
  if (data === undefined) return t('hinderedChecking')
  const colon = text({ zh: '：', en: ': ' })
  const told = (it: Check['faults'][number]) =>
    [placeOf(it.path), text(it.reason)].filter((word) => word !== '').join(colon)
  const faults = data.faults.slice(0, NAMED_MAX).map(told)
  const others = data.faults.length - faults.length
  const failing = data.vectors.filter((it) => !it.ok).map((it) => it.id)
  const reasons = [
    ...faults,
    ...(others > 0 ? [t('hinderedMore', { count: others })] : []),
    ...(data.vectorsFault === undefined ? [] : [text(data.vectorsFault)]),
    ...(failing.length > 0 ? [t('hinderedVectors', { ids: failing.join(', ') })] : []),
  ]
  return reasons.length === 0 ? undefined : reasons.join(text({ zh: '；', en: '; ' }))
}

function Notices({ draft, writing }: { draft: Draft; writing: Writing }) {
  const t = useTexts()
  const { theirs } = writing
  return (
    <>
      {draft.state === 'rejected' && draft.decided?.reason !== undefined && (
        <Alert
          type="warning"
          showIcon
          title={t('returnedBecause', { reason: draft.decided.reason })}
        />
      )}
      {writing.isRestored && <Alert type="info" showIcon title={t('restored')} />}
      {theirs !== undefined && (
        <Alert
          type="warning"
          showIcon
          title={t('stale')}
          description={
            <div className="editor-acts">
              <span>{t('staleHint')}</span>
              <Button onClick={() => writing.take(theirs)}>{t('takeTheirs')}</Button>
              <Button type="primary" onClick={() => writing.merge(theirs)}>
                {t('merge')}
              </Button>
            </div>
          }
        />
      )}
      {writing.error !== undefined && <Said error={writing.error} />}
    </>
  )
}

type ActsProps = {
  readonly draft: Draft
  readonly writing: Writing
  readonly isWritable: boolean
  readonly checked: ReturnType<typeof useCheck>
}

function Acts({ draft, writing, isWritable, checked }: ActsProps) {
  const t = useTexts()
  const why = useId()
  const hindrance = useHindrance(checked)
  const { message } = App.useApp()
  const { isBusy, isChanged } = writing
  const save = async () => {
    if ((await writing.save()) !== undefined) void message.success(t('saved'))
  }
  const propose = async () => {
    if (await writing.decide('propose')) void message.success(t('proposedNow'))
  }
  return (
    <div className="editor-acts" style={{ marginBlock: 12 }}>
      {isWritable && (
        <>
          <Button type="primary" disabled={!isChanged} loading={isBusy} onClick={() => void save()}>
            {t('save')}
          </Button>
          <Button
            disabled={isBusy || hindrance !== undefined}
            aria-describedby={why}
            onClick={() => void propose()}
          >
            {t('propose')}
          </Button>
          {isChanged && (
            <Button onClick={() => writing.write(wishOf(draft))}>{t('discard')}</Button>
          )}
        </>
      )}
      <Decisions draft={draft} writing={writing} />
      {isWritable && <span role="status">{t(isChanged ? 'unsaved' : 'allSaved')}</span>}
      {isWritable && hindrance !== undefined && (
        <span id={why} className="editor-wide">
          {t('notYetProposed', { reasons: hindrance })}
        </span>
      )}
    </div>
  )
}

function Decisions({ draft, writing }: Pick<ActsProps, 'draft' | 'writing'>) {
  const t = useTexts()
  const me = useMe()
  const confirm = useConfirm()
  const { message } = App.useApp()
  const wrote = [...draft.editors, ...(draft.proposed === undefined ? [] : [draft.proposed.by])]
  const isOwn = wrote.some((it) => it.kind === 'user' && it.id === me?.id)
  const mayAdopt = draft.state === 'proposed' && mayOnNode(me, 'policy.adopt')
  const isPending = ['draft', 'rejected', 'proposed'].includes(draft.state)
  const adopt = async () => {
    const title = t('adoptTitle', { id: draft.measure })
    const asked = { title, consequence: t('adoptConsequence'), verb: t('adopt') }
    if ((await confirm(asked)) === undefined) return
    const done = await writing.decide('adopt')
    if (done) void message.success(t('adoptedNow', { id: done.adoptedAs ?? draft.measure }))
  }
  const reject = async () => {
    const said = await confirm({
      title: t('rejectTitle'),
      consequence: t('rejectConsequence'),
      verb: t('reject'),
      wantsReason: true,
    })
    if (said === undefined) return
    if (await writing.decide('reject', said)) void message.success(t('rejectedNow'))
  }
  const withdraw = async () => {
    const said = await confirm({
      title: t('withdrawTitle'),
      consequence: t('withdrawConsequence'),
      verb: t('withdraw'),
      isDestructive: true,
    })
    if (said === undefined) return
    if (await writing.decide('withdraw')) void message.success(t('withdrawnNow'))
  }
  return (
    <>
      {mayAdopt && !isOwn && (
        <Button type="primary" disabled={writing.isBusy} onClick={() => void adopt()}>
          {t('adopt')}
        </Button>
      )}
      {mayAdopt && (
        <Button disabled={writing.isBusy} onClick={() => void reject()}>
          {t('reject')}
        </Button>
      )}
      {isPending && mayOnNode(me, 'policy.draft') && (
        <Button danger disabled={writing.isBusy} onClick={() => void withdraw()}>
          {t('withdraw')}
        </Button>
      )}
      {mayAdopt && isOwn && <span>{t('foreignEyes')}</span>}
    </>
  )
}
