import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useText } from '../../frame/language.ts'
import { useBasedDraft } from '../../ui/based-draft.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { MeasuresField } from '../../ui/measures.tsx'
import { Overtaken } from '../../ui/overtaken.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { type Draft, draftQuery, filled, readDraft, regionsQuery } from './api.ts'
import { OfficeNameField } from './office-name-field.tsx'
import { PaperField } from './paper-field.tsx'
import { listOf } from './parts.tsx'
import './papers.css'
import { useTexts } from './texts.ts'

const KINDS = ['measure', 'procedure', 'guide', 'interpretation', 'notice', 'plan'] as const
const RELATIONS = [
  'replaces',
  'amends',
  'implements',
  'child-of',
  'interprets',
  'based-on',
  'cites',
] as const

type Values = {
  region: string
  kind: (typeof KINDS)[number]
  title: string
  issuer: string
  indexNumber?: string
  class?: string
  documentNumber?: string
  keywords?: string
  signed?: string
  validFrom?: string
  validTo?: string
  interpreter?: string
  text: string
  note?: string
  measures?: string[]
  relations?: { kind: (typeof RELATIONS)[number]; paper: string }[]
}

const LABELS = {
  ...({ region: 'region', kind: 'paperKind', title: 'title', issuer: 'issuer' } as const),
  ...({ indexNumber: 'indexNumber', class: 'class', documentNumber: 'documentNumber' } as const),
  ...({
    keywords: 'keywords',
    signed: 'signed',
    validFrom: 'validFrom',
    validTo: 'validTo',
  } as const),
  ...({ interpreter: 'interpreter', text: 'text', note: 'draftingNote' } as const),
  ...({ measures: 'measures', relations: 'relations' } as const),
} as const
/** Every field without anything. */
const NOTHING = Object.fromEntries(Object.keys(LABELS).map((it) => [it, undefined]))

/** A paper is begun, or a draft written anew. */
export function Page() {
  const t = useTexts()
  const [{ id }] = useSearchState(['id'])
  return (
    <PageFrame title={t(id === undefined ? 'newPaper' : 'editDraft')} lead={t('newPaperLead')}>
      {id === undefined ? <PaperForm /> : <Existing id={id} />}
    </PageFrame>
  )
}

function Existing({ id }: { id: string }) {
  // what somebody else wrote meanwhile is not written over
  const query = useQuery({ ...draftQuery(id), refetchOnWindowFocus: false, refetchInterval: false })
  return <QueryView query={query}>{(it) => <PaperForm draft={it} />}</QueryView>
}

function valuesOf(draft: Draft): Values {
  return {
    ...draft,
    keywords: draft.keywords.join('，'),
    measures: [...draft.measures],
    relations: [...draft.relations],
  } as Values
}

function wishOf({ keywords, measures, relations, ...rest }: Values) {
  const names = [
    ...(['region', 'kind', 'title', 'issuer', 'indexNumber', 'class', 'documentNumber'] as const),
    ...(['signed', 'validFrom', 'validTo', 'interpreter', 'text', 'note'] as const),
  ]
  const written = Object.fromEntries(names.map((it) => [it, rest[it]])) as typeof rest
  return {
    ...filled(written),
    keywords: listOf(keywords),
    measures: measures ?? [],
    relations: (relations ?? []).map(({ kind, paper }) => ({ kind, paper: paper.trim() })),
  }
}

function useSaving(draft: Draft | undefined) {
  const { keyFor, done } = useSentKey('papers.write')
  const queries = useQueryClient()
  return async (values: Values): Promise<string> => {
    const wish = wishOf(values)
    if (draft === undefined) {
      const body = { key: keyFor(wish), ...wish }
      const { id } = await answer(api.POST('/api/v1/policy/paper-drafts', { body }))
      done()
      return id
    }
    const params = { path: { id: draft.id } }
    const body = { version: draft.version, ...wish }
    const saved = await answer(api.PUT('/api/v1/policy/paper-drafts/{id}', { params, body }))
    queries.setQueryData(draftQuery(draft.id).queryKey, saved)
    return draft.id
  }
}

function PaperForm({ draft }: { draft?: Draft }) {
  const t = useTexts()
  const go = useGo()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const name = `papers.write.3.${draft?.id ?? 'new'}`
  const kept = useBasedDraft<Values, Draft>({ name, now: draft, valuesOf })
  const { base, both } = kept
  const save = useSaving(base)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const id = await save(values)
      kept.discard()
      void message.success(t('savedDraft'))
      go(`/papers/edit/${id}`)
    } catch (thrown) {
      const after = await afterRefusal(thrown, () => readDraft(base?.id ?? ''))
      if ('error' in after) setError(showProblem(form, after.error))
      else form.setFieldsValue(kept.overtaken(values, after.now))
    } finally {
      setIsBusy(false)
    }
  }
  const start = base === undefined ? { kind: 'measure' as const } : valuesOf(base)
  return (
    <Form
      form={form}
      layout="vertical"
      className="paper-form"
      scrollToFirstError={{ focus: true }}
      initialValues={kept.begun ?? start}
      onValuesChange={(_, values) => kept.keep(values)}
      onFinish={(values) => void send(values)}
    >
      {kept.isRestored && (
        <DraftNotice
          discard={() => {
            kept.discard()
            form.setFieldsValue({ ...NOTHING, ...start })
          }}
        />
      )}
      {error !== undefined && <Said error={error} />}
      {both !== undefined && base !== undefined && (
        <Overtaken
          both={both.map((it) => t(LABELS[it]))}
          take={() => {
            kept.discard()
            form.setFieldsValue({ ...NOTHING, ...valuesOf(base) })
          }}
        />
      )}
      <HeadInputs />
      <TextInputs />
      <RelationInputs />
      <Button type="primary" htmlType="submit" loading={isBusy}>
        {t('saveDraft')}
      </Button>
    </Form>
  )
}

function HeadInputs() {
  const t = useTexts()
  const textOf = useText()
  const regions = useQuery(regionsQuery).data?.regions ?? []
  const needed = [{ required: true, message: t('required') }]
  const region = Form.useWatch<string | undefined>('region')
  const line = (name: 'indexNumber' | 'class' | 'documentNumber') => (
    <Form.Item name={name} label={t(name) + t('optional')}>
      <Input maxLength={300} />
    </Form.Item>
  )
  const day = (name: 'signed' | 'validFrom' | 'validTo') => (
    <Form.Item name={name} label={t(name) + t('optional')}>
      <Input type="date" />
    </Form.Item>
  )
  return (
    <>
      <Form.Item name="title" label={t('title')} rules={needed}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="kind" label={t('paperKind')} rules={needed}>
        <Select options={KINDS.map((it) => ({ value: it, label: t(`kind_${it}`) }))} />
      </Form.Item>
      <Form.Item name="region" label={t('region')} rules={needed}>
        <Select options={regions.map((it) => ({ value: it.code, label: textOf(it.name) }))} />
      </Form.Item>
      <Form.Item name="issuer" label={t('issuer')} rules={needed} extra={t('officeHint')}>
        <OfficeNameField region={region} />
      </Form.Item>
      {line('documentNumber')}
      {line('indexNumber')}
      {line('class')}
      <Form.Item name="keywords" label={t('keywords') + t('optional')} extra={t('keywordsHint')}>
        <Input maxLength={2_000} />
      </Form.Item>
      {day('signed')}
      {day('validFrom')}
      {day('validTo')}
      <Form.Item name="interpreter" label={t('interpreter') + t('optional')}>
        <OfficeNameField region={region} />
      </Form.Item>
    </>
  )
}

function TextInputs() {
  const t = useTexts()
  return (
    <>
      <Form.Item
        name="text"
        label={t('text')}
        extra={t('textHint')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input.TextArea autoSize={{ minRows: 10, maxRows: 30 }} maxLength={100_000} />
      </Form.Item>
      <Form.Item name="note" label={t('draftingNote') + t('optional')} extra={t('noteHint')}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 16 }} maxLength={20_000} />
      </Form.Item>
      <Form.Item name="measures" label={t('measures') + t('optional')} extra={t('measuresHint')}>
        <MeasuresField />
      </Form.Item>
    </>
  )
}

function RelationInputs() {
  const t = useTexts()
  const kinds = RELATIONS.map((it) => ({ value: it, label: t(it) }))
  const needed = [{ required: true, message: t('required') }]
  return (
    <Form.List name="relations">
      {(fields, { add, remove }) => (
        <div style={{ marginBlockEnd: 16 }}>
          {fields.map(({ key, name }) => (
            <div key={key} className="paper-deeds">
              <Form.Item name={[name, 'kind']} label={t('relationKind')} rules={needed}>
                <Select options={kinds} style={{ minInlineSize: 160 }} />
              </Form.Item>
              <Form.Item name={[name, 'paper']} label={t('relationPaper')} rules={needed}>
                <PaperField />
              </Form.Item>
              <Button
                type="text"
                aria-label={t('removeRelation', { number: name + 1 })}
                onClick={() => remove(name)}
                style={{ alignSelf: 'center' }}
              >
                ×
              </Button>
            </div>
          ))}
          <Button onClick={() => add({ kind: 'based-on' })}>{t('addRelation')}</Button>
        </div>
      )}
    </Form.List>
  )
}
