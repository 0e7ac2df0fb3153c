import { Alert, Tooltip } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { Copy } from '../../ui/copy.tsx'
import { Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { LongText } from './parts.tsx'
import type { HandleValue, Identifier } from './records.ts'
import { useTexts } from './texts.ts'

/** The record as the Handle System has it: every value with its index, permissions and lifetime. */
export function ValuesView({ record }: { record: Identifier }) {
  const t = useTexts()
  const values = record.values ?? []
  return (
    <>
      <Alert
        type="info"
        style={{ marginBlockEnd: 12 }}
        title={t('permissionsTitle')}
        description={t('permissionsHint')}
      />
      <Records<HandleValue>
        label={t('values')}
        rows={values}
        keyOf={(it) => String(it.index)}
        empty={<Nothing title={t('valuesNone')} />}
        columns={[
          { key: 'index', title: t('index'), isNumber: true, width: 80, show: (it) => it.index },
          { key: 'type', title: t('type'), show: (it) => <bdi className="mono">{it.type}</bdi> },
          { key: 'data', title: t('data'), show: (it) => <Data value={it} /> },
          {
            key: 'permissions',
            title: t('permissions'),
            show: (it) => <Permissions bits={it.permissions} />,
          },
          { key: 'ttl', title: t('ttl'), show: (it) => <Ttl value={it} /> },
        ]}
      />
    </>
  )
}

function Data({ value: { data, references } }: { value: HandleValue }) {
  const t = useTexts()
  return (
    <div style={{ minInlineSize: 160, maxInlineSize: 460, whiteSpace: 'normal' }}>
      {data.format !== 'string' && <span>{data.format}: </span>}
      <LongText text={data.value} isMono />
      <Copy text={data.value} label={t('data')} />
      {references !== undefined && references.length > 0 && (
        <div>
          {t('references')}: {references.map((it) => `${it.index}:${it.handle}`).join(', ')}
        </div>
      )}
    </div>
  )
}

const BITS = [
  { bit: 8, key: 'adminRead' },
  { bit: 4, key: 'adminWrite' },
  { bit: 2, key: 'publicRead' },
  { bit: 1, key: 'publicWrite' },
] as const

/** `1110`, and in words on asking. */
export function Permissions({ bits }: { bits: number }) {
  const t = useTexts()
  const words = BITS.filter(({ bit }) => (bits & bit) !== 0).map(({ key }) => t(key))
  const told = words.length === 0 ? t('nobody') : words.join(t('comma'))
  return (
    <Tooltip title={told}>
      <span>
        <span className="mono">{bits.toString(2).padStart(4, '0')}</span>
        <span className="visually-hidden"> {told}</span>
      </span>
    </Tooltip>
  )
}

function Ttl({ value: { ttl, ttlAbsolute } }: { value: HandleValue }) {
  const format = useFormat()
  if (ttlAbsolute === true) return <>{format.dateTime(ttl * 1000)}</>
  return <>{format.duration(ttl)}</>
}
