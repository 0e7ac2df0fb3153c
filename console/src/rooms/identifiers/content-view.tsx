import { Alert, Card, Tag } from 'antd'
import { useText } from '../../frame/language.ts'
import { Nothing } from '../../ui/states.tsx'
import { FieldValue } from './parts.tsx'
import type { Described, Identifier } from './records.ts'
import { useTexts } from './texts.ts'

/** What the record says, by the labels of its template; what only the enterprise reads is marked. */
export function ContentView({ record }: { record: Identifier }) {
  const t = useTexts()
  const { described } = record
  return (
    <>
      {record.held && <Alert type="error" showIcon title={t('heldHint')} style={GAP} />}
      {record.state === 'retired' && (
        <Alert type="warning" showIcon title={t('retiredHint')} style={GAP} />
      )}
      {described === undefined ? (
        <Nothing title={t('plainTitle')} hint={t('plainHint')} />
      ) : (
        <FieldList fields={described} />
      )}
    </>
  )
}

const GAP = { marginBlockEnd: 12 }

function FieldList({ fields }: { fields: readonly Described[] }) {
  const t = useTexts()
  const textOf = useText()
  if (fields.length === 0) return <Nothing title={t('fieldsNone')} />
  return (
    <Card size="small">
      <dl className="card-rows" style={{ gap: '12px 20px' }}>
        {fields.map((it) => (
          <Field key={it.index} label={textOf(it.label)} field={it} />
        ))}
      </dl>
    </Card>
  )
}

function Field({ label, field }: { label: string; field: Described }) {
  const t = useTexts()
  return (
    <>
      <dt style={{ maxInlineSize: 220 }}>
        <bdi>{label}</bdi>
        {!field.public && (
          <>
            <br />
            <Tag>{t('protected')}</Tag>
          </>
        )}
      </dt>
      <dd>
        <FieldValue field={field} />
      </dd>
    </>
  )
}
