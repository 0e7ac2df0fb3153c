import { Select } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import type { Template } from './choices.ts'
import type { Preview } from './preview.ts'
import { useTexts } from './texts.ts'

type Column = Preview['columns'][number]
type Row = Preview['rows'][number]

const COLUMNS_SHOWN_MAX = 60
const CHARS_SHOWN_MAX = 120

type PreviewTableProps = {
  readonly preview: Preview
  readonly template: Template | undefined
  readonly onMap: (column: string, field: string) => void
}

/** The first rows of a file under what their columns will fill, each error at its cell. */
export function PreviewTable({ preview, template, onMap }: PreviewTableProps) {
  const t = useTexts()
  const format = useFormat()
  const columns = preview.columns.slice(0, COLUMNS_SHOWN_MAX)
  return (
    <>
      <section
        className="scroll-x import-preview"
        aria-label={t('previewOf')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{t('line')}</th>
              {columns.map((it, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
                <th scope="col" key={at}>
                  <bdi>{it.column}</bdi>
                  <Target column={it} all={preview.columns} template={template} onMap={onMap} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row) => (
              <PreviewRow key={row.line} row={row} columns={columns} />
            ))}
          </tbody>
        </table>
      </section>
      {preview.columns.length > columns.length && (
        <p>{t('columnsCut', { count: format.number(columns.length) })}</p>
      )}
    </>
  )
}

function PreviewRow({ row, columns }: { row: Row; columns: readonly Column[] }) {
  const t = useTexts()
  const placed = columns.map(({ field }) =>
    (row.fields ?? []).filter((it) => field !== '' && it.path === pathOf(field)),
  )
  const rest = (row.fields ?? []).filter((it) => !placed.some((own) => own.includes(it)))
  return (
    <tr>
      <th scope="row">
        <span className="nums">{row.line}</span>
        <Wrong fields={rest} />
      </th>
      {columns.map(({ field }, at) => {
        const text = row.cells[at] ?? ''
        const wrong = placed[at] ?? []
        return (
          <td
            // biome-ignore lint/suspicious/noArrayIndexKey: cells have nothing but their place
            key={at}
            className={wrong.length > 0 ? 'wrong' : field === '' ? 'left-out' : undefined}
            title={field === '' ? t('leaveOut') : undefined}
          >
            <bdi>{text.length > CHARS_SHOWN_MAX ? `${text.slice(0, CHARS_SHOWN_MAX)}…` : text}</bdi>
            <Wrong fields={wrong} />
          </td>
        )
      })}
    </tr>
  )
}

/** The identifier is at fault under its own path, whichever column it stands in. */
function pathOf(field: string): string {
  return field === 'suffix' ? '/identifier' : `/${field}`
}

function Wrong({ fields }: { fields: NonNullable<Row['fields']> }) {
  return fields.map((it) => (
    <div className="cell-problem" key={it.path + it.detail}>
      {it.detail} {it.expected}
    </div>
  ))
}

type TargetProps = {
  readonly column: Column
  readonly all: readonly Column[]
  readonly template: Template | undefined
  readonly onMap: (column: string, field: string) => void
}

function Target({ column, all, template, onMap }: TargetProps) {
  const t = useTexts()
  const textOf = useText()
  const taken = new Set(all.map((it) => it.field))
  const fields = (template?.fields ?? []).filter((it) => it.disabled !== true)
  return (
    <Select
      aria-label={t('mapOf', { column: column.column })}
      value={column.field}
      size="small"
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      status={column.field === '' ? 'warning' : ''}
      onChange={(field) => onMap(column.column, field)}
      options={[
        { value: '', label: t('leaveOut') },
        { value: 'suffix', label: t('suffix') },
        { value: 'identifier', label: t('identifier') },
        ...fields.map((it) => ({
          value: it.name,
          label: `${textOf(it.label)}${it.required ? ' *' : ''}`,
          disabled: taken.has(it.name) && it.name !== column.field,
        })),
      ]}
    />
  )
}
