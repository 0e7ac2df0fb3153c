import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, AutoComplete, Button, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type ApiProblem, asProblem } from '../../api/problem.ts'
import { useDraft } from '../../ui/draft.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { useGo } from '../../ui/go.tsx'
import { Failed } from '../../ui/states.tsx'
import { type Draft, wishOf } from './definition.ts'
import { Designer, firstDraft, rekeyed } from './designer.tsx'
import { usePrefix } from './queries.ts'
import { useTexts } from './texts.ts'
import { Item, WrongContext } from './wrong.tsx'

type Kept = { prefix: string; name: string; draft: Draft }

const PREFIXES_MAX = 100
const NAME = /^[a-z][a-z0-9-]{0,63}$/

/** A template that is not there yet; kept on the device until it is saved for the first time. */
export function NewDesigner({ prefix }: { prefix: string }) {
  const t = useTexts()
  const go = useGo()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const kept = useDraft<Kept>('template-new')
  const [it, setIt] = useState<Kept>(() =>
    kept.restored === undefined
      ? { prefix, name: '', draft: firstDraft() }
      : { ...kept.restored, draft: rekeyed(kept.restored.draft) },
  )
  const [isTried, setIsTried] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const known = usePrefix(it.prefix).data
  const enterprise = known?.enterprise
  const change = (next: Partial<Kept>) => {
    const all = { ...it, ...next }
    setIt(all)
    setProblem(undefined)
    kept.keep(all)
  }
  const save = async () => {
    if (isBusy) return
    setIsTried(true)
    setIsBusy(true)
    try {
      const body = { prefix: it.prefix, name: it.name, ...wishOf(it.draft) }
      const made = await answer(api.POST('/api/v1/templates', { body }))
      kept.discard()
      void message.success(t('saved'))
      await queries.invalidateQueries({ queryKey: ['templates'] })
      go(`/templates/${encodeURIComponent(made.prefix)}/${made.name}`)
    } catch (thrown) {
      setProblem(asProblem(thrown))
      setIsBusy(false)
    }
  }
  const errors = problem?.fields ?? []
  return (
    <>
      {kept.restored !== undefined && (
        <DraftNotice
          discard={() => {
            kept.discard()
            setIt({ prefix, name: '', draft: firstDraft() })
          }}
        />
      )}
      {problem !== undefined && errors.length === 0 && <Failed error={problem} />}
      <Designer
        place={{
          prefix: known?.prefix ?? '',
          name: NAME.test(it.name) ? it.name : 'x',
          version: 1,
        }}
        draft={it.draft}
        onChange={(draft) => change({ draft })}
        previous={undefined}
        isTried={isTried}
        saveErrors={errors}
        enterprise={enterprise}
        head={
          <WrongContext value={{ errors, isTold: () => isTried, touch: () => undefined }}>
            <div className="designer-row">
              <Item path="/prefix" label={t('prefix')} hint={t('prefixHint')}>
                {(input) => (
                  <PrefixInput
                    {...input}
                    value={it.prefix}
                    onChange={(next) => change({ prefix: next })}
                  />
                )}
              </Item>
              <Item path="/name" label={t('name')} hint={t('nameHint')}>
                {(input) => (
                  <Input
                    {...input}
                    className="mono"
                    maxLength={64}
                    autoComplete="off"
                    value={it.name}
                    onChange={(event) => change({ name: event.target.value })}
                  />
                )}
              </Item>
            </div>
          </WrongContext>
        }
      />
      <div className="designer-bar">
        <Button type="primary" loading={isBusy} onClick={() => void save()}>
          {t('save')}
        </Button>
      </div>
    </>
  )
}

type PrefixInputProps = {
  readonly id: string
  readonly value: string
  readonly onChange: (next: string) => void
}

/** One's own prefixes to choose from; any other by typing it. */
function PrefixInput({ value, onChange, ...input }: PrefixInputProps) {
  const t = useTexts()
  const found = useQuery({
    queryKey: ['prefixes', 'choice', value],
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(
        api.GET('/api/v1/prefixes', {
          params: {
            query: { limit: PREFIXES_MAX, state: 'active', ...(value !== '' && { q: value }) },
          },
        }),
      ),
  })
  return (
    <AutoComplete
      {...input}
      value={value}
      placeholder={t('choosePrefix')}
      options={(found.data?.items ?? []).map((it) => ({ value: it.prefix }))}
      onChange={(next: string) => onChange(next.trim())}
    />
  )
}
