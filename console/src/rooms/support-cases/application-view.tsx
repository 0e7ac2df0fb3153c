import { useQuery } from '@tanstack/react-query'
import { Card, Descriptions } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { PlainTable } from '../../ui/plain-table.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import {
  type CallDetail,
  type Case,
  callQuery,
  type FactType,
  type Field,
  type Form,
  groupedDigits,
  typeOf,
} from './api.ts'
import { useTexts } from './texts.ts'

/** What was handed in, as the applicant filled it in. */
export function ApplicationView({ of }: { of: Case }) {
  const t = useTexts()
  const call = useQuery(callQuery(of.call.id))
  if (of.form === undefined) return <p>{t('nothingSaid')}</p>
  const { form } = of
  return <QueryView query={call}>{(it) => <Filled of={of} form={form} call={it} />}</QueryView>
}

function Filled({ of, form, call }: { of: Case; form: Form; call: CallDetail }) {
  const t = useTexts()
  const textOf = useText()
  const kind = call.types.find((it) => it.name === form.type)?.title
  const chosen = call.measures.filter((it) => form.measures.includes(it.id))
  const fields = call.fields.filter((it) => it.by === 'applicant')
  const plain = fields.filter((it) => !isTable(it))
  return (
    <>
      <Descriptions
        bordered
        size="small"
        column={1}
        style={{ marginBlockEnd: 16 }}
        items={[
          { key: 'project', label: t('project'), children: form.project },
          {
            key: 'kind',
            label: t('kind'),
            children: kind === undefined ? t('nothingSaid') : textOf(kind),
          },
          {
            key: 'measures',
            label: t('chosen'),
            children: chosen.map((it) => `${textOf(it.title)} (${it.id})`).join('、'),
          },
          ...plain.map((it) => ({
            key: it.name,
            label: <span className="stands-alone">{textOf(it.title)}</span>,
            children: <Value type={typeOf(it)} value={form.facts[it.name]} call={call} />,
          })),
        ]}
      />
      {fields.filter(isTable).map((it) => (
        <Items key={it.name} field={it} call={call} form={form} />
      ))}
      <Papers of={of} form={form} call={call} />
    </>
  )
}

function isTable(field: Field): boolean {
  const type = typeOf(field)
  return type.type === 'list' && type.of.type === 'record'
}

/** One value for people: numbers in groups, days and words as they are. */
export function Value({ type, value, call }: { type: FactType; value: unknown; call: CallDetail }) {
  const t = useTexts()
  const textOf = useText()
  const format = useFormat()
  if (value === undefined || value === null) return <span>{t('nothingSaid')}</span>
  switch (type.type) {
    case 'quantity':
      return (
        <span className="nums">
          {groupedDigits(String(value))} {type.unit === 'yuan' && t('yuan')}
        </span>
      )
    case 'flag':
      return <span>{value === true ? t('yes') : t('no')}</span>
    case 'day':
      return <span>{format.day(String(value))}</span>
    case 'list': {
      const ofOne = (it: unknown) => (type.of.type === 'day' ? format.day(String(it)) : String(it))
      return <span>{(value as unknown[]).map(ofOne).join(textOf({ zh: '、', en: ', ' }))}</span>
    }
    case 'record':
      return (
        <span>
          {Object.entries(value)
            .map(([part, inner]) => {
              const name = call.parts[part]
              return `${name === undefined ? part : textOf(name)} ${groupedDigits(String(inner))}`
            })
            .join('；')}
        </span>
      )
    default:
      return <span>{String(value)}</span>
  }
}

type Item = Readonly<Record<string, unknown>>

function Items({ field, call, form }: { field: Field; call: CallDetail; form: Form }) {
  const t = useTexts()
  const textOf = useText()
  const type = typeOf(field)
  const fields = type.type === 'list' && type.of.type === 'record' ? type.of.fields : {}
  const rows = (form.facts[field.name] ?? []) as readonly Item[]
  const shown = Object.entries(fields).filter(([part]) => !field.officeParts.includes(part))
  return (
    <Card
      size="small"
      title={<span className="stands-alone">{textOf(field.title)}</span>}
      style={{ marginBlockEnd: 16 }}
    >
      {rows.length === 0 ? (
        t('nothingSaid')
      ) : (
        <PlainTable
          label={textOf(field.title)}
          rows={rows}
          keyOf={(it) => JSON.stringify(it)}
          columns={shown.map(([part, of]) => ({
            key: part,
            title: call.parts[part] === undefined ? part : textOf(call.parts[part]),
            isNumber: of.type === 'quantity',
            show: (it: Item) =>
              it[part] === undefined ? '' : <Value type={of} value={it[part]} call={call} />,
          }))}
        />
      )}
    </Card>
  )
}

function Papers({ of, form, call }: { of: Case; form: Form; call: CallDetail }) {
  const t = useTexts()
  const textOf = useText()
  const format = useFormat()
  if (call.papers.length === 0) return null
  const files = new Map((of.files ?? []).map((it) => [it.id, it]))
  return (
    <Card size="small" title={t('papers')}>
      <ul style={{ margin: 0, paddingInlineStart: 20 }}>
        {call.papers.map((paper) => {
          const ids = form.papers?.[paper.name] ?? []
          return (
            <li key={paper.name}>
              <bdi>{textOf(paper.title)}</bdi>
              {ids.length === 0 && <> · {t('nothingSaid')}</>}
              {ids.map((id) => {
                const file = files.get(id)
                if (file === undefined) return null
                return (
                  <span key={id} className="among-words">
                    {' · '}
                    <a href={`/api/v1/policy/cases/${of.id}/files/${id}`} download={file.name}>
                      <bdi>{file.name}</bdi>
                    </a>{' '}
                    ({format.bytes(file.bytes)})
                  </span>
                )
              })}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
