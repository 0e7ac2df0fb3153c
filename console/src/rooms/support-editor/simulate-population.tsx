import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useText } from '../../frame/language.ts'
import { CodesField } from '../../ui/codes.tsx'
import { ChoiceField, Field, NumberField, TextField } from './fields.tsx'
import type { Wished } from './trial.ts'
import { useTexts } from './trial-texts.ts'

const CALLS_SHOWN_MAX = 200
const COUNT_MAX = 50_000
const KINDS = ['register', 'call', 'synthetic', 'file', 'given'] as const

type PopulationProps = { readonly wish: Wished; readonly change: (wish: Wished) => void }

/** Over whom it is simulated: the node’s own register, what was applied for, made-up enterprises, or what is handed in. */
export function PopulationFields(props: PopulationProps) {
  const t = useTexts()
  const me = useMe()
  const { wish, change } = props
  // of the books of the node nobody is offered what their role does not read
  const needed = { register: 'enterprises.read', call: 'policy.read' } as const
  const kinds = KINDS.filter(
    (it) => !(it === 'register' || it === 'call') || mayOnNode(me, needed[it]),
  )
  return (
    <>
      <ChoiceField
        label={t('population')}
        {...(wish.kind === 'register' && { hint: t('registerHint') })}
        {...(wish.kind === 'call' && { hint: t('callHint') })}
        value={`of.${wish.kind}`}
        choices={kinds.map((it) => ({ value: `of.${it}`, label: t(`of.${it}`) }))}
        change={(kind) => change({ ...wish, kind: kindOf(kind), ndjson: '' })}
      />
      <FieldsOf {...props} />
    </>
  )
}

function kindOf(chosen: string): Wished['kind'] {
  return KINDS.find((it) => `of.${it}` === chosen) ?? 'synthetic'
}

function FieldsOf({ wish, change }: PopulationProps) {
  const t = useTexts()
  switch (wish.kind) {
    case 'register':
      return (
        <>
          <Field label={t('inRegions')} hint={t('everywhere')}>
            {(id) => (
              <CodesField
                id={id}
                table="regions"
                value={wish.regions}
                onChange={(regions) => change({ ...wish, regions })}
              />
            )}
          </Field>
          <Field label={t('inSectors')} hint={t('everySector')}>
            {(id) => (
              <CodesField
                id={id}
                table="sectors"
                value={wish.sectors}
                onChange={(sectors) => change({ ...wish, sectors })}
              />
            )}
          </Field>
        </>
      )
    case 'call':
      return <CallField wish={wish} change={change} />
    case 'file':
      return <FileField key="file" wish={wish} change={change} />
    case 'given':
      return (
        <div className="editor-wide">
          <TextField
            label={t('lines')}
            rows={6}
            isCode
            value={wish.ndjson}
            change={(ndjson) => change({ ...wish, ndjson })}
          />
        </div>
      )
    case 'synthetic':
      return (
        <>
          <NumberField
            label={t('count')}
            isGrouped
            value={wish.count}
            change={(count) =>
              change({ ...wish, count: Math.min(COUNT_MAX, Math.max(1, count ?? 1)) })
            }
          />
          <NumberField
            label={t('seed')}
            value={wish.seed}
            change={(seed) => change({ ...wish, seed: seed ?? 1 })}
          />
        </>
      )
  }
}

function CallField({ wish, change }: PopulationProps) {
  const t = useTexts()
  const frame = useFrameTexts()
  const text = useText()
  const calls = useQuery({
    queryKey: ['policy', 'calls', 'to-simulate'],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/calls', { params: { query: { limit: CALLS_SHOWN_MAX } } })),
  })
  return (
    <Field label={t('call')}>
      {(id) => (
        <Select
          id={id}
          style={{ inlineSize: '100%' }}
          value={wish.call === '' ? null : wish.call}
          onChange={(call: string | null) => change({ ...wish, call: call ?? '' })}
          showSearch={{ optionFilterProp: 'label' }}
          loading={calls.isLoading}
          notFoundContent={frame(calls.isLoading ? 'loading' : 'nothingFound')}
          options={(calls.data?.items ?? []).map((it) => ({
            value: it.id,
            label: text(it.title),
          }))}
        />
      )}
    </Field>
  )
}

/** Read here and sent with the question; nothing of it is kept. */
function FileField({ wish, change }: PopulationProps) {
  const t = useTexts()
  const [name, setName] = useState('')
  const take = async (file: File | undefined) => {
    change({ ...wish, ndjson: (await file?.text()) ?? '' })
    setName(file?.name ?? '')
  }
  return (
    <Field label={t('file')} hint={t('fileHint')}>
      {(id) => (
        <input
          id={id}
          type="file"
          title={name}
          accept=".ndjson,.jsonl,.json,.csv,.txt"
          style={{ maxInlineSize: '100%' }}
          onChange={(event) => void take(event.target.files?.[0])}
        />
      )}
    </Field>
  )
}
