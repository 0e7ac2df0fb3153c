import { Card, Form, Input } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { type PlainColumn, PlainTable } from '../../ui/plain-table.tsx'
import type { Sample } from './namespace.ts'
import { useTexts } from './texts.ts'

const SUFFIX_CHARS_MAX = 2048

type PreviewProps = {
  readonly prefix: string
  readonly suffix: string
  readonly setSuffix: (typed: string) => void
  readonly sample: Sample | undefined
  /** Of the sample's name. */
  readonly wrong: string | undefined
}

/** What everybody would be told of a name, were the text saved. */
export function Preview({ prefix, suffix, setSuffix, sample, wrong }: PreviewProps) {
  const t = useTexts()
  return (
    <Card title={t('preview')}>
      <Form layout="vertical" component={false}>
        <Form.Item
          label={t('sample')}
          htmlFor="namespace-sample"
          extra={t('sampleHint')}
          {...(wrong !== undefined && { validateStatus: 'error' as const, help: wrong })}
        >
          <Input
            id="namespace-sample"
            className="mono namespace-name"
            autoComplete="off"
            spellCheck={false}
            maxLength={SUFFIX_CHARS_MAX}
            prefix={<bdi dir="ltr">{`${prefix}/`}</bdi>}
            value={suffix}
            onChange={(event) => setSuffix(event.target.value)}
          />
        </Form.Item>
      </Form>
      <div aria-live="polite" className="namespace-sample">
        {suffix === '' && t('sampleNone')}
        {sample !== undefined && <Outcome of={sample} />}
      </div>
    </Card>
  )
}

type Value = NonNullable<Sample['values']>[number]

function Outcome({ of }: { of: Sample }) {
  const t = useTexts()
  const format = useFormat()
  const { handle, outcome, values = [], valuesTotal = 0, hiddenTotal = 0 } = of
  const columns: readonly PlainColumn<Value>[] = [
    { key: 'index', title: t('index'), isNumber: true, show: (it) => it.index },
    { key: 'type', title: t('type'), show: (it) => <bdi className="mono">{it.type}</bdi> },
    { key: 'value', title: t('value'), show: (it) => <Shown data={it.data} /> },
  ]
  return (
    <>
      <p>
        <bdi className="mono">{handle}</bdi>
      </p>
      <p>{t(`outcome.${outcome}`)}</p>
      {outcome === 'made' && values.length === 0 && <p>{t('valuesNone')}</p>}
      {values.length > 0 && (
        <PlainTable
          label={t('preview')}
          columns={columns}
          rows={values}
          keyOf={(it) => String(it.index)}
        />
      )}
      {valuesTotal > values.length && (
        <p>
          {t('someOf', {
            shown: format.number(values.length),
            count: format.number(valuesTotal),
          })}
        </p>
      )}
      {hiddenTotal > 0 && <p>{t('hidden', { count: format.number(hiddenTotal) })}</p>}
    </>
  )
}

function Shown({ data: { format, value } }: { data: Value['data'] }) {
  const t = useTexts()
  const numbers = useFormat()
  if (format !== 'string') return t('binary', { count: numbers.number(value.length) })
  return <bdi className="namespace-value">{value}</bdi>
}
