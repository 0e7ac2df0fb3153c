import { Button, Card, Input, InputNumber, Select } from 'antd'
import { LongText } from './parts.tsx'
import type { HandleValue } from './records.ts'
import { useTexts } from './texts.ts'

/** What is edited of a value; its timestamp is the node's. */
export type EditedValue = Omit<HandleValue, 'timestamp'>

const INDEX_MAX = 2 ** 31 - 1
const TTL_S_MAX = 2 ** 32 - 1
const TTL_S_DEFAULT = 86_400
const PERMISSIONS_PUBLIC = 14
const PERMISSIONS_PROTECTED = 12
/** Types that are offered; any other can be typed. */
const TYPES = ['URL', 'EMAIL', 'DESC']
const TYPES_ID = 'value-types'

type ValuesEditorProps = {
  readonly values: readonly EditedValue[]
  readonly onChange: (next: EditedValue[]) => void
  /** Of a record that is not there yet: indexes can be chosen. */
  readonly isNew?: boolean
  /** What is wrong, by the place of the value. */
  readonly wrong?: ReadonlyMap<number, readonly string[]>
}

/** The Handle values of a record without a template. */
export function ValuesEditor({ values, onChange, isNew = false, wrong }: ValuesEditorProps) {
  const t = useTexts()
  return (
    <div className="cards">
      <datalist id={TYPES_ID}>
        {TYPES.map((it) => (
          <option key={it} value={it} />
        ))}
      </datalist>
      {values.map((it, place) => (
        <ValueCard
          // biome-ignore lint/suspicious/noArrayIndexKey: a value is what stands at its place; its index is edited
          key={place}
          value={it}
          place={place}
          isNew={isNew}
          wrong={wrong?.get(place) ?? []}
          onChange={(next) => onChange(values.with(place, next))}
          onRemove={() => onChange(values.toSpliced(place, 1))}
        />
      ))}
      <Button onClick={() => onChange([...values, newValue(values)])}>{t('valueAdd')}</Button>
    </div>
  )
}

/** One more, with the index after the highest. */
export function newValue(values: readonly EditedValue[]): EditedValue {
  return {
    index: Math.max(0, ...values.map((it) => it.index)) + 1,
    type: 'URL',
    data: { format: 'string', value: '' },
    permissions: PERMISSIONS_PUBLIC,
    ttl: TTL_S_DEFAULT,
  }
}

type ValueCardProps = {
  readonly value: EditedValue
  /** Names its inputs apart from those of other values. */
  readonly place: number
  /** Whether its index can be chosen. */
  readonly isNew: boolean
  /** What is wrong with it. */
  readonly wrong: readonly string[]
  readonly onChange: (next: EditedValue) => void
  readonly onRemove: () => void
}

function ValueCard({ value, place, isNew, wrong, onChange, onRemove }: ValueCardProps) {
  const t = useTexts()
  const id = (name: string) => `value-${place}-${name}`
  const invalid = wrong.length > 0 && { 'aria-invalid': true, status: 'error' as const }
  const isText = value.data.format === 'string'
  return (
    <Card
      size="small"
      title={t('valueOf', { index: value.index })}
      extra={
        <Button
          size="small"
          aria-label={t('valueRemove', { index: value.index })}
          onClick={onRemove}
        >
          {t('valueRemoveShort')}
        </Button>
      }
    >
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 12 }}>
        {isNew && (
          <div style={{ flex: '0 1 110px' }}>
            <label htmlFor={id('index')}>{t('index')}</label>
            <InputNumber
              id={id('index')}
              style={{ inlineSize: '100%' }}
              min={1}
              max={INDEX_MAX}
              precision={0}
              value={value.index}
              onChange={(index) => onChange({ ...value, index: index ?? 1 })}
            />
          </div>
        )}
        <div style={{ flex: '1 1 140px' }}>
          <label htmlFor={id('type')}>{t('type')}</label>
          <Input
            id={id('type')}
            className="mono"
            maxLength={255}
            list={TYPES_ID}
            value={value.type}
            onChange={({ target }) => onChange({ ...value, type: target.value })}
          />
        </div>
        <PermissionsField id={id('permissions')} value={value} onChange={onChange} />
        {value.ttlAbsolute !== true && (
          <div style={{ flex: '0 1 160px' }}>
            <label htmlFor={id('ttl')}>{t('ttlSeconds')}</label>
            <InputNumber
              id={id('ttl')}
              style={{ inlineSize: '100%' }}
              min={0}
              max={TTL_S_MAX}
              precision={0}
              value={value.ttl}
              onChange={(ttl) => onChange({ ...value, ttl: ttl ?? TTL_S_DEFAULT })}
            />
          </div>
        )}
      </div>
      <label htmlFor={id('data')}>{t('data')}</label>
      {isText ? (
        <Input.TextArea
          id={id('data')}
          className="mono growing"
          rows={1}
          aria-describedby={id('wrong')}
          {...invalid}
          value={value.data.value}
          onChange={({ target }) =>
            onChange({ ...value, data: { format: 'string', value: target.value } })
          }
        />
      ) : (
        <p style={{ margin: 0 }}>
          {t('valueBytes')}: <LongText text={value.data.value} isMono />
        </p>
      )}
      <ul id={id('wrong')} style={{ margin: 0, padding: 0, listStyle: 'none' }}>
        {wrong.map((it) => (
          <li key={it}>
            <strong>{it}</strong>
          </li>
        ))}
      </ul>
    </Card>
  )
}

type PermissionsFieldProps = Pick<ValueCardProps, 'value' | 'onChange'> & {
  readonly id: string
}

/** The two that are usual, and whatever else the value has. */
function PermissionsField({ id, value, onChange }: PermissionsFieldProps) {
  const t = useTexts()
  const { permissions } = value
  const usual = [
    { value: PERMISSIONS_PUBLIC, label: t('permissionsPublic') },
    { value: PERMISSIONS_PROTECTED, label: t('permissionsProtected') },
  ]
  const isUsual = usual.some((it) => it.value === permissions)
  const own = { value: permissions, label: permissions.toString(2).padStart(4, '0') }
  return (
    <div style={{ flex: '1 1 160px' }}>
      <label htmlFor={id}>{t('permissions')}</label>
      <Select
        id={id}
        style={{ inlineSize: '100%' }}
        value={permissions}
        onChange={(next) => onChange({ ...value, permissions: next })}
        options={isUsual ? usual : [...usual, own]}
      />
    </div>
  )
}
