import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type ApiProblem, asProblem } from '../../api/problem.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { useDraft } from '../../ui/draft.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { Failed } from '../../ui/states.tsx'
import { ChangesView, Uses } from './changes-view.tsx'
import { type Draft, draftOf, type Template, wishOf } from './definition.ts'
import { Designer, isDirty, rekeyed } from './designer.tsx'
import { differences, merged } from './merge.ts'
import { useTexts } from './texts.ts'

type DraftDesignerProps = {
  readonly template: Template
  readonly previous: Template | undefined
  readonly enterprise: string | undefined
}

/** A stored draft being changed: saved, published, or deleted. */
export function DraftDesigner({ template, previous, enterprise }: DraftDesignerProps) {
  const t = useTexts()
  const it = useEditing(template)
  const { draft, base, problem, isBusy } = it
  const errors = problem?.fields ?? []
  const dirty = isDirty(draft, base)
  const { prefix, name, version } = template
  return (
    <>
      {it.isRestored && dirty && <DraftNotice discard={it.revert} />}
      {problem !== undefined && errors.length === 0 && <Failed error={problem} />}
      {it.other !== undefined && <Stale mine={draft} theirs={it.other} settle={it.settle} />}
      <Designer
        key={it.round}
        place={{ prefix, name, version }}
        draft={draft}
        onChange={it.change}
        previous={previous}
        isTried={it.isTried}
        saveErrors={errors}
        enterprise={enterprise}
      >
        {previous !== undefined && (
          <Card title={t('changes', { version: previous.version })}>
            <ChangesView previous={previous} wish={wishOf(draft)} />
            <Uses template={template} />
          </Card>
        )}
      </Designer>
      <div className="designer-bar">
        <span role="status">{dirty ? t('unsaved') : t('allSaved')}</span>
        <Button loading={isBusy} disabled={!dirty} onClick={() => void it.save()}>
          {t('save')}
        </Button>
        <PublishButton it={it} previous={previous} />
        <DiscardButton template={base} />
      </div>
    </>
  )
}

/** What was typed, and what it began with: what somebody else has stored since is merged and not undone. */
type Kept = { readonly draft: Draft; readonly base: Template }

type Editing = ReturnType<typeof useEditing>

function useEditing(template: Template) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const kept = useDraft<Kept>(`template.2 ${template.prefix}/${template.id}`)
  /** As it is stored, as far as is known here. */
  const [base, setBase] = useState(kept.restored?.base ?? template)
  const [draft, setDraft] = useState(() =>
    kept.restored === undefined ? draftOf(template) : rekeyed(kept.restored.draft),
  )
  const [other, setOther] = useState<Template>()
  const [problem, setProblem] = useState<ApiProblem>()
  const [isTried, setIsTried] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [round, setRound] = useState(0)
  const params = {
    path: { prefix: template.prefix, name: template.name, version: template.version },
  }
  const show = (next: Draft) => {
    setDraft(next)
    setRound((before) => before + 1)
  }
  const stored = async (next: Template) => {
    setBase(next)
    setOther(undefined)
    kept.discard()
    await queries.invalidateQueries({ queryKey: ['templates'] })
  }
  /** Answers what is stored then, or undefined where it could not be. */
  const save = async (): Promise<Template | undefined> => {
    setIsTried(true)
    setIsBusy(true)
    setProblem(undefined)
    try {
      const body = { ...wishOf(draft), revision: base.revision }
      const next = await answer(
        api.PUT('/api/v1/templates/{prefix}/{name}/{version}', { params, body }),
      )
      await stored(next)
      // what was typed meanwhile stays; otherwise what the node filled in is taken over
      setDraft((now) => (now === draft ? adopted(now, next) : now))
      void message.success(t('saved'))
      return next
    } catch (thrown) {
      const after = await afterRefusal(thrown, () =>
        answer(api.GET('/api/v1/templates/{prefix}/{name}/{version}', { params })),
      )
      if ('error' in after) setProblem(asProblem(after.error))
      else setOther(after.now)
      return undefined
    } finally {
      setIsBusy(false)
    }
  }
  return {
    ...{ base, draft, other, problem, isTried, isBusy, round, save, stored },
    isRestored: kept.restored !== undefined,
    fail: (thrown: unknown) => setProblem(asProblem(thrown)),
    change(next: Draft) {
      setDraft(next)
      kept.keep({ draft: next, base })
    },
    revert() {
      kept.discard()
      // as it is stored now, not as it was when this was typed
      const now = template.revision > base.revision ? template : base
      setBase(now)
      show(draftOf(now))
    },
    settle(how: 'mine' | 'theirs' | 'merge') {
      if (other === undefined) return
      const next = how === 'merge' ? merged(base, draft, other) : draft
      show(how === 'theirs' ? draftOf(other) : next)
      if (how === 'theirs') kept.discard()
      else kept.keep({ draft: next, base: other })
      setBase(other)
      setOther(undefined)
    },
  }
}

/** What is stored, with the keys that its fields have on the page. */
function adopted(draft: Draft, next: Template): Draft {
  const taken = draftOf(next)
  return {
    ...taken,
    fields: taken.fields.map((it, at) => ({ ...it, key: draft.fields[at]?.key ?? it.key })),
  }
}

function Stale({
  mine,
  theirs,
  settle,
}: {
  mine: Draft
  theirs: Template
  settle: Editing['settle']
}) {
  const t = useTexts()
  const { names, isGeneral } = differences(mine, draftOf(theirs))
  const fields = [...(isGeneral ? [t('staleGeneral')] : []), ...names].join(', ')
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={t('staleTitle')}
      description={
        <>
          <p>{t('staleHint', { fields })}</p>
          <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
            <Button type="primary" onClick={() => settle('merge')}>
              {t('staleMerge')}
            </Button>
            <Button onClick={() => settle('mine')}>{t('staleMine')}</Button>
            <Button onClick={() => settle('theirs')}>{t('staleTheirs')}</Button>
          </div>
        </>
      }
    />
  )
}

function PublishButton({ it, previous }: { it: Editing; previous: Template | undefined }) {
  const t = useTexts()
  const confirm = useConfirm()
  const { message } = App.useApp()
  const { base, draft } = it
  const { prefix, name, version, id } = base
  const publish = async () => {
    const said = await confirm({
      title: t('publishTitle', { id }),
      consequence: (
        <>
          <p>{t('publishConsequence')}</p>
          {previous !== undefined && <ChangesView previous={previous} wish={wishOf(draft)} />}
        </>
      ),
      verb: t('publish'),
    })
    if (said === undefined) return
    const saved = isDirty(draft, base) ? await it.save() : base
    if (saved === undefined) return
    try {
      const next = await answer(
        api.POST('/api/v1/templates/{prefix}/{name}/{version}/publish', {
          params: { path: { prefix, name, version } },
          body: { revision: saved.revision },
        }),
      )
      void message.success(t('publishedNow', { id }))
      await it.stored(next)
    } catch (thrown) {
      it.fail(thrown)
    }
  }
  return (
    <Button type="primary" disabled={it.isBusy} onClick={() => void publish()}>
      {t('publish')}
    </Button>
  )
}

function DiscardButton({ template }: { template: Template }) {
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const { prefix, name, version, id } = template
  const discard = async () => {
    const said = await confirm({
      title: t('discardTitle', { id }),
      consequence: t('discardConsequence'),
      verb: t('discard'),
      isDestructive: true,
    })
    if (said === undefined) return
    try {
      await answer(
        api.DELETE('/api/v1/templates/{prefix}/{name}/{version}', {
          params: { path: { prefix, name, version } },
        }),
      )
      void message.success(t('discarded'))
      await queries.invalidateQueries({ queryKey: ['templates'] })
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <>
      <Button danger onClick={() => void discard()}>
        {t('discard')}
      </Button>
      {error !== undefined && <Failed error={error} />}
    </>
  )
}
