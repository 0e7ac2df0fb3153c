import { App, Button, Card, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import type { RecordValues } from '../../ui/record-value.ts'
import { Failed } from '../../ui/states.tsx'
import { useChanged } from './acts.tsx'
import { type Merged, mergeFields } from './merge.ts'
import { MergeNotice } from './merge-notice.tsx'
import { LongText } from './parts.tsx'
import { type HandleValue, type Identifier, readIdentifier } from './records.ts'
import { useTexts } from './texts.ts'

/** What is edited of a value; its timestamp is the node's. */
type Edited = Omit<HandleValue, 'timestamp'>
type ValuesDialogProps = { readonly record: Identifier; readonly onClose: () => void }

const TTL_S_MAX = 2 ** 32 - 1
const TTL_S_DEFAULT = 86_400
const PERMISSIONS_PUBLIC = 14
const PERMISSIONS_PROTECTED = 12

/** Changes the Handle values of a record that has no template; who comes second merges value by value. */
export function ValuesDialog({ record, onClose }: ValuesDialogProps) {
  const t = useTexts()
  const { message } = App.useApp()
  const changed = useChanged()
  const [base, setBase] = useState(record)
  const [values, setValues] = useState<RecordValues>(() => byIndex(record))
  const [merged, setMerged] = useState<Merged>()
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const save = async () => {
    setIsBusy(true)
    setProblem(undefined)
    try {
      const body = { version: base.version, values: listOf(values) as never }
      const params = { path: { '*': base.handle } }
      changed(await answer(api.PUT('/api/v1/identifiers/{*}', { params, body })))
      void message.success(t('saved'))
      onClose()
    } catch (thrown) {
      if (asProblem(thrown).code === 'stale-version') await merge()
      else setProblem(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  const merge = async () => {
    const now = await readIdentifier(base.handle)
    const next = mergeFields({ base: byIndex(base), mine: values, theirs: byIndex(now) })
    setMerged(next)
    setValues(next.values)
    setBase(now)
  }
  return (
    <Modal
      open
      width={800}
      title={t('editTitle', { handle: record.handle })}
      okText={merged === undefined ? t('save') : t('saveMerged')}
      confirmLoading={isBusy}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() => void save()}
    >
      {problem !== undefined && <Failed error={problem} />}
      {merged !== undefined && (
        <MergeNotice
          merged={merged}
          nameOf={(index) => t('valueOf', { index })}
          values={values}
          theirs={byIndex(base)}
          onChoose={setValues}
        />
      )}
      <div className="cards">
        {listOf(values).map((it) => (
          <ValueCard
            key={it.index}
            value={it}
            onChange={(next) => setValues({ ...values, [it.index]: next })}
            onRemove={() => {
              const { [it.index]: _, ...others } = values
              setValues(others)
            }}
          />
        ))}
        <Button onClick={() => setValues(withNew(values))}>{t('valueAdd')}</Button>
      </div>
    </Modal>
  )
}

function byIndex({ values = [] }: Identifier): RecordValues {
  return Object.fromEntries(values.map(({ timestamp: _, ...it }) => [it.index, it]))
}

function listOf(values: RecordValues): Edited[] {
  return (Object.values(values) as Edited[]).toSorted((a, b) => a.index - b.index)
}

/** One more, with the index after the highest. */
function withNew(values: RecordValues): RecordValues {
  const index = (listOf(values).at(-1)?.index ?? 0) + 1
  const data = { format: 'string', value: '' }
  const value: Edited = {
    index,
    type: 'URL',
    data,
    permissions: PERMISSIONS_PUBLIC,
    ttl: TTL_S_DEFAULT,
  }
  return { ...values, [index]: value }
}

type ValueCardProps = {
  readonly value: Edited
  readonly onChange: (next: Edited) => void
  readonly onRemove: () => void
}

function ValueCard({ value, onChange, onRemove }: ValueCardProps) {
  const t = useTexts()
  const id = (name: string) => `value-${value.index}-${name}`
  const isText = value.data.format === 'string'
  return (
    <Card
      size="small"
      title={t('valueOf', { index: value.index })}
      extra={
        <Button size="small" onClick={onRemove}>
          {t('valueRemove', { index: value.index })}
        </Button>
      }
    >
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 12 }}>
        <div style={{ flex: '1 1 140px' }}>
          <label htmlFor={id('type')}>{t('type')}</label>
          <Input
            id={id('type')}
            className="mono"
            maxLength={255}
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
          className="mono"
          autoSize={{ minRows: 1, maxRows: 8 }}
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
    </Card>
  )
}

type PermissionsFieldProps = Omit<ValueCardProps, 'onRemove'> & { readonly id: string }

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
