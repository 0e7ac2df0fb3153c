import { useQuery } from '@tanstack/react-query'
import { Button, Card } from 'antd'
import { useContext } from 'react'
import { answer, api } from '../../api/client.ts'
import { useText } from '../../frame/language.ts'
import { AmountFields } from './amount-fields.tsx'
import type { Body, Vocabulary, Wish } from './api.ts'
import { withMember } from './api.ts'
import { ConditionList } from './condition-builder.tsx'
import {
  ChoiceField,
  ChoicesField,
  DayField,
  FaultsAt,
  listOf,
  membersOf,
  TextField,
  TickField,
  textOf,
  WritableContext,
} from './fields.tsx'
import { useTexts } from './texts.ts'

type FormProps = {
  readonly wish: Wish
  readonly change: (wish: Wish) => void
  readonly vocabulary: Vocabulary
}

/** A measure as fields: no code, nothing to look up. */
export function MeasureForm(props: FormProps) {
  const t = useTexts()
  const { wish, change, vocabulary } = props
  const setBody = (body: Body) => change({ ...wish, body })
  const conditions = wish.body.conditions
  return (
    <>
      <Card title={t('paperCard')}>
        <PaperFields {...props} />
      </Card>
      <Card title={t('whoCard')}>
        <div className="editor-column">
          <WhoFields {...props} />
          <h3 style={{ margin: 0 }}>{t('conditions')}</h3>
          <ConditionList
            at="/conditions"
            list={Array.isArray(conditions) ? conditions : []}
            vocabulary={vocabulary}
            change={(list) =>
              setBody(withMember(wish.body, 'conditions', list.length === 0 ? undefined : list))
            }
          />
        </div>
      </Card>
      <Card title={t('amountCard')}>
        <div className="editor-column">
          <AmountFields body={wish.body} change={setBody} vocabulary={vocabulary} />
        </div>
      </Card>
      <Card title={t('papersCard')}>
        <div className="editor-column">
          <EvidenceFields {...props} />
        </div>
      </Card>
    </>
  )
}

type Named = { readonly id: string; readonly title: { readonly zh: string; readonly en: string } }

function useNamed(list: readonly Named[]) {
  const text = useText()
  return list.map((it) => ({ value: it.id, label: `${text(it.title)} · ${it.id}` }))
}

const LAYERS = ['measure', 'procedure', 'guide', 'district'] as const

function PaperFields({ wish, change, vocabulary }: FormProps) {
  const t = useTexts()
  const { body } = wish
  const set = (name: string) => (value: unknown) =>
    change({ ...wish, body: withMember(body, name, value) })
  const inLanguage = (name: string, language: 'zh' | 'en') => ({
    at: `/${name}/${language}`,
    value: textOf(membersOf(body[name])[language]),
    change: (value: string) => set(name)({ ...membersOf(body[name]), [language]: value }),
  })
  return (
    <div className="editor-fields">
      <TextField label={t('id')} at="/id" isCode value={textOf(body.id)} change={set('id')} />
      <ChoiceField
        label={t('place')}
        at="/place"
        value={wish.place}
        choices={useNamed(vocabulary.places)}
        change={(place) => change({ ...wish, place })}
      />
      <ChoiceField
        label={t('paper')}
        at="/document"
        value={textOf(body.document)}
        choices={useNamed(vocabulary.documents)}
        change={set('document')}
      />
      <TextField
        label={t('article')}
        at="/article"
        value={textOf(body.article)}
        change={set('article')}
      />
      <TextField label={t('titleZh')} {...inLanguage('title', 'zh')} />
      <TextField label={t('titleEn')} {...inLanguage('title', 'en')} />
      <div className="editor-wide editor-fields">
        <TextField label={t('clauseZh')} rows={4} {...inLanguage('clause', 'zh')} />
        <TextField label={t('clauseEn')} rows={4} {...inLanguage('clause', 'en')} />
      </div>
      <ChoicesField
        label={t('owner')}
        at="/owner"
        value={listOf(body.owner)}
        choices={useNamed(vocabulary.departments)}
        change={set('owner')}
      />
      <ChoiceField
        label={t('layer')}
        at="/layer"
        value={textOf(body.layer)}
        choices={LAYERS.map((it) => ({ value: it, label: t(it) }))}
        change={set('layer')}
      />
      <ValidityFields wish={wish} change={change} />
    </div>
  )
}

const STANDINGS = ['measure', 'draft', 'letter'] as const

function ValidityFields({ wish, change }: Pick<FormProps, 'wish' | 'change'>) {
  const t = useTexts()
  const { body } = wish
  const inForce = membersOf(body.inForce)
  const isByMonth = 'fromMonth' in inForce
  const standing = textOf(body.standing)
  const edge = (name: 'from' | 'to') => {
    const member = isByMonth ? `${name}Month` : name
    const value = textOf(inForce[member])
    const set = (next: string) =>
      change({ ...wish, body: { ...body, inForce: withMember(inForce, member, next) } })
    const label = t(name)
    return isByMonth ? (
      <TextField label={label} value={value} change={set} />
    ) : (
      <DayField label={label} value={value} change={set} />
    )
  }
  return (
    <>
      <ChoiceField
        label={t('standing')}
        at="/standing"
        value={standing}
        choices={STANDINGS.map((it) => ({
          value: it,
          label: t(it === 'draft' ? 'draftStanding' : it),
        }))}
        change={(next) => {
          const { inForce: _, ...rest } = body
          change({ ...wish, body: { ...(next === 'measure' ? body : rest), standing: next } })
        }}
      />
      {standing === 'measure' && (
        <>
          {edge('from')}
          {edge('to')}
          <div className="editor-wide">
            <FaultsAt at="/inForce" />
            <TickField
              label={t('supersedes')}
              value={wish.supersedes}
              change={(supersedes) => change({ ...wish, supersedes })}
            />
          </div>
        </>
      )}
    </>
  )
}

function WhoFields({ wish, change, vocabulary }: FormProps) {
  const t = useTexts()
  const { body } = wish
  return (
    <div className="editor-fields">
      <ChoicesField
        label={t('beneficiaries')}
        at="/beneficiaries"
        value={listOf(body.beneficiaries)}
        choices={useNamed(vocabulary.applicantTypes)}
        change={(list) =>
          change({
            ...wish,
            body: withMember(body, 'beneficiaries', list.length === 0 ? undefined : list),
          })
        }
      />
      <ChoiceField
        label={t('region')}
        at="/region"
        value={textOf(body.region)}
        choices={(['here', 'free'] as const).map((it) => ({ value: it, label: t(it) }))}
        change={(region) => change({ ...wish, body: { ...body, region } })}
      />
    </div>
  )
}

function EvidenceFields({ wish, change, vocabulary }: FormProps) {
  const t = useTexts()
  const isWritable = useContext(WritableContext)
  const { body, ambiguities } = wish
  const set = (next: Wish['ambiguities']) => change({ ...wish, ambiguities: next })
  return (
    <>
      <TextField
        label={t('evidence')}
        rows={3}
        value={wish.evidence.join('\n')}
        change={(value) => change({ ...wish, evidence: value === '' ? [] : value.split('\n') })}
      />
      <ChoicesField
        label={t('readings')}
        at="/readings"
        value={listOf(body.readings)}
        choices={useNamed(vocabulary.readings)}
        change={(list) =>
          change({
            ...wish,
            body: withMember(body, 'readings', list.length === 0 ? undefined : list),
          })
        }
      />
      <EvaluationField wish={wish} change={change} />
      {ambiguities.map((it, at) => (
        <AmbiguityFields
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no name but their place
          key={at}
          at={at + 1}
          ambiguity={it}
          change={(next) => set(ambiguities.map((old, place) => (place === at ? next : old)))}
          remove={() => set(ambiguities.filter((_, place) => place !== at))}
        />
      ))}
      {isWritable && (
        <div>
          <Button onClick={() => set([...ambiguities, { words: '', reading: { zh: '', en: '' } }])}>
            {t('addAmbiguity')}
          </Button>
        </div>
      )}
    </>
  )
}

/** The evaluation that a change answers: 动态调整. */
function EvaluationField({ wish, change }: Pick<FormProps, 'wish' | 'change'>) {
  const t = useTexts()
  const measure = textOf(wish.body.id)
  const stated = useQuery({
    queryKey: ['policy', 'evaluations', 'of', measure],
    enabled: measure !== '',
    queryFn: () =>
      answer(api.GET('/api/v1/policy/evaluations', { params: { query: { measure, limit: 50 } } })),
  })
  const choices = (stated.data?.items ?? []).map((it) => ({
    value: it.id,
    label: `${it.at.slice(0, 10)} · ${it.conclusion.slice(0, 60)}`,
  }))
  if (choices.length === 0 && wish.evaluation === '') return null
  return (
    <ChoiceField
      label={t('evaluation')}
      value={wish.evaluation === '' ? 'none' : wish.evaluation}
      choices={[{ value: 'none', label: t('noEvaluation') }, ...choices]}
      change={(id) => change({ ...wish, evaluation: id === 'none' ? '' : id })}
    />
  )
}

type Ambiguity = Wish['ambiguities'][number]

function AmbiguityFields({
  at,
  ambiguity,
  change,
  remove,
}: {
  at: number
  ambiguity: Ambiguity
  change: (ambiguity: Ambiguity) => void
  remove: () => void
}) {
  const t = useTexts()
  const isWritable = useContext(WritableContext)
  const { reading, adoptedBy, adoptedOn, ...rest } = ambiguity
  const who = (by: string | undefined, on: string | undefined) =>
    change({
      ...rest,
      reading,
      ...(by !== undefined && by !== '' && { adoptedBy: by }),
      ...(on !== undefined && on !== '' && { adoptedOn: on }),
    })
  return (
    <div className="editor-condition">
      <div className="editor-fields">
        <TextField
          label={t('ambiguity', { at })}
          value={ambiguity.words}
          change={(words) => change({ ...ambiguity, words })}
        />
        <TextField
          label={t('readingZh', { at })}
          value={reading.zh}
          change={(zh) => change({ ...ambiguity, reading: { ...reading, zh } })}
        />
        <TextField
          label={t('readingEn', { at })}
          value={reading.en}
          change={(en) => change({ ...ambiguity, reading: { ...reading, en } })}
        />
        <TextField
          label={t('adoptedBy', { at })}
          value={adoptedBy ?? ''}
          change={(by) => who(by, adoptedOn)}
        />
        <DayField
          label={t('adoptedOn', { at })}
          value={adoptedOn ?? ''}
          change={(on) => who(adoptedBy, on)}
        />
      </div>
      {isWritable && (
        <div>
          <Button size="small" danger onClick={remove}>
            {t('removeAmbiguity', { at })}
          </Button>
        </div>
      )}
    </div>
  )
}
