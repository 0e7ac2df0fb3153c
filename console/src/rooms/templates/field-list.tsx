import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  HolderOutlined,
  PlusOutlined,
} from '@ant-design/icons'
import { Button, Card, Tag } from 'antd'
import { useContext, useRef, useState } from 'react'
import { useLanguage } from '../../frame/language.ts'
import {
  FIELD_TYPES,
  type FieldDraft,
  type FieldType,
  newField,
  type Template,
} from './definition.ts'
import { FieldEditor } from './field-editor.tsx'
import { useTexts } from './texts.ts'
import { useWrong, WrongContext } from './wrong.tsx'

type FieldListProps = {
  readonly fields: readonly FieldDraft[]
  readonly onChange: (next: readonly FieldDraft[]) => void
  readonly previous: Template | undefined
  /** Keys of the fields that stand open. */
  readonly opened: ReadonlySet<number>
  readonly setOpened: (next: ReadonlySet<number>) => void
}

const FIELDS_MAX = 200

/** The fields in their order: moved by buttons, by Alt and an arrow key, or by dragging. */
export function FieldList(props: FieldListProps) {
  const { fields, onChange, previous, opened, setOpened } = props
  const t = useTexts()
  const language = useLanguage()
  const list = useRef<HTMLOListElement>(null)
  const dragged = useRef<number | undefined>(undefined)
  const [said, setSaid] = useState('')
  const wrong = useWrong('/fields')
  const published = new Map(previous?.fields.map((it) => [it.name, it]))
  const labelOf = (it: FieldDraft) => it[language] || it.zh || it.en || it.name
  const toggle = ({ key }: FieldDraft) => {
    const next = new Set(opened)
    if (!next.delete(key)) next.add(key)
    setOpened(next)
  }
  const move = (from: number, to: number) => {
    const field = fields[from]
    if (field === undefined || to < 0 || to >= fields.length || from === to) return
    onChange(fields.toSpliced(from, 1).toSpliced(to, 0, field))
    setSaid(t('moved', { label: labelOf(field), place: to + 1 }))
  }
  const add = (type: FieldType) => {
    const field = newField(type, TYPE_LABELS[type], fields)
    onChange([...fields, field])
    // one at a time stands open where many are added: what is open costs
    setOpened(new Set([field.key]))
    requestAnimationFrame(() => {
      const input = list.current?.lastElementChild?.querySelector('input')
      input?.scrollIntoView({ block: 'center' })
      input?.select()
    })
  }
  return (
    <>
      {wrong.length > 0 && <p role="alert">{wrong.join(' ')}</p>}
      <ol className="cards" aria-label={t('fields')} ref={list}>
        {fields.map((field, at) => (
          <li
            key={field.key}
            onDragOver={(event) => event.preventDefault()}
            onDrop={() => dragged.current !== undefined && move(dragged.current, at)}
          >
            <FieldCard
              {...{ field, at, labelOf, published, isLater: previous !== undefined }}
              count={fields.length}
              isOpen={opened.has(field.key)}
              toggle={() => toggle(field)}
              move={(to) => move(at, to)}
              drag={(isOn) => {
                dragged.current = isOn ? at : undefined
              }}
              onChange={(next) => onChange(fields.with(at, next))}
              remove={() => onChange(fields.toSpliced(at, 1))}
            />
          </li>
        ))}
      </ol>
      <span className="visually-hidden" role="status">
        {said}
      </span>
      <fieldset className="designer-add" disabled={fields.length >= FIELDS_MAX}>
        <legend>{t('addField')}</legend>
        {FIELD_TYPES.map((it) => (
          <Button key={it} icon={<PlusOutlined aria-hidden />} onClick={() => add(it)}>
            {t(`type.${it}`)}
          </Button>
        ))}
      </fieldset>
    </>
  )
}

/** What a new field is called until it is named: in both languages, whatever the reader's. */
const TYPE_LABELS: Readonly<Record<FieldType, { zh: string; en: string }>> = {
  text: { zh: '文本', en: 'Text' },
  number: { zh: '数字', en: 'Number' },
  date: { zh: '日期', en: 'Date' },
  boolean: { zh: '是/否', en: 'Yes or no' },
  enumeration: { zh: '选项', en: 'Choice' },
  url: { zh: '网址', en: 'Web address' },
  file: { zh: '文件', en: 'File' },
  reference: { zh: '引用标识', en: 'Reference' },
  list: { zh: '列表', en: 'List' },
}

type FieldCardProps = {
  readonly field: FieldDraft
  readonly at: number
  readonly count: number
  readonly labelOf: (field: FieldDraft) => string
  readonly published: ReadonlyMap<string, Template['fields'][number]>
  readonly isLater: boolean
  readonly isOpen: boolean
  readonly toggle: () => void
  readonly move: (to: number) => void
  readonly drag: (isOn: boolean) => void
  readonly onChange: (next: FieldDraft) => void
  readonly remove: () => void
}

function FieldCard(props: FieldCardProps) {
  const { field, at, count, isOpen, move, onChange } = props
  const t = useTexts()
  const { errors, isTold } = useContext(WrongContext)
  const label = props.labelOf(field)
  const path = `/fields/${at}`
  const before = props.published.get(field.name)
  const wrongs = errors.filter((it) => it.path.startsWith(`${path}/`) && isTold(it.path)).length
  return (
    <Card
      size="small"
      title={
        <Button
          type="text"
          aria-expanded={isOpen}
          className="designer-title"
          onClick={props.toggle}
          onKeyDown={(event) => {
            if (!event.altKey) return
            if (event.key === 'ArrowUp') move(at - 1)
            if (event.key === 'ArrowDown') move(at + 1)
          }}
        >
          <bdi>{label}</bdi>
          <span className="designer-tags">
            <Tag>{t(`type.${field.type}`)}</Tag>
            {field.required && <Tag color="processing">{t('required')}</Tag>}
            {field.unique && <Tag>{t('unique')}</Tag>}
            {!field.public && <Tag color="warning">{t('protected')}</Tag>}
            {field.disabled && <Tag>{t('disabled')}</Tag>}
            {wrongs > 0 && <Tag color="error">{t('wrongTitle', { count: wrongs })}</Tag>}
          </span>
        </Button>
      }
      extra={<Moves {...props} label={label} isPublished={before !== undefined} count={count} />}
      styles={{ body: isOpen ? {} : { display: 'none' } }}
    >
      {isOpen && (
        <FieldEditor
          path={path}
          field={field}
          onChange={onChange}
          published={before}
          isLater={props.isLater}
        />
      )}
    </Card>
  )
}

function Moves({
  at,
  count,
  label,
  move,
  drag,
  remove,
  isPublished,
}: FieldCardProps & { label: string; isPublished: boolean }) {
  const t = useTexts()
  return (
    <span style={{ display: 'flex', alignItems: 'center' }}>
      <span
        draggable
        aria-hidden
        className="designer-handle"
        onDragStart={() => drag(true)}
        onDragEnd={() => drag(false)}
      >
        <HolderOutlined />
      </span>
      <Button
        type="text"
        size="small"
        icon={<ArrowUpOutlined />}
        aria-label={t('up', { label })}
        disabled={at === 0}
        onClick={() => move(at - 1)}
      />
      <Button
        type="text"
        size="small"
        icon={<ArrowDownOutlined />}
        aria-label={t('down', { label })}
        disabled={at === count - 1}
        onClick={() => move(at + 1)}
      />
      <Button
        type="text"
        size="small"
        icon={<DeleteOutlined />}
        aria-label={t('remove', { label })}
        disabled={isPublished || count === 1}
        onClick={remove}
      />
    </span>
  )
}
