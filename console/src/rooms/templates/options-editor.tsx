import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import type { ClipboardEvent } from 'react'
import { emptyOption, nextKey, type OptionDraft } from './definition.ts'
import { useTexts } from './texts.ts'
import { useWrong } from './wrong.tsx'

type OptionsEditorProps = {
  readonly path: string
  readonly options: readonly OptionDraft[]
  readonly onChange: (next: readonly OptionDraft[]) => void
}

const PARTS = ['value', 'zh', 'en'] as const
const OPTIONS_MAX = 1000

/** The choices of a field, each with its labels; rows of a table can be pasted. */
export function OptionsEditor({ path, options, onChange }: OptionsEditorProps) {
  const t = useTexts()
  const wrong = useWrong(path)
  const name = { value: t('optionValue'), zh: t('optionZh'), en: t('optionEn') }
  const paste = (event: ClipboardEvent, at: number) => {
    const rows = rowsIn(event.clipboardData.getData('text/plain'))
    if (rows.length < 2) return
    event.preventDefault()
    onChange(options.toSpliced(at, 1, ...rows).slice(0, OPTIONS_MAX))
  }
  return (
    <fieldset className="designer-options">
      <legend>{t('options')}</legend>
      <p style={{ margin: '0 0 8px' }}>{t('optionsHint')}</p>
      {wrong.length > 0 && <p role="alert">{wrong.join(' ')}</p>}
      {options.map((option, at) => (
        <div key={option.key} className="designer-option" onPaste={(event) => paste(event, at)}>
          {PARTS.map((part) => (
            <Input
              key={part}
              aria-label={t('optionOf', { place: at + 1, part: name[part] })}
              placeholder={name[part]}
              autoComplete="off"
              value={option[part]}
              onChange={(event) =>
                onChange(options.with(at, { ...option, [part]: event.target.value }))
              }
            />
          ))}
          <Button
            icon={<DeleteOutlined />}
            aria-label={t('optionRemove', { place: at + 1 })}
            disabled={options.length === 1}
            onClick={() => onChange(options.toSpliced(at, 1))}
          />
          <OptionWrong path={`${path}/${at}`} />
        </div>
      ))}
      <Button
        icon={<PlusOutlined aria-hidden />}
        disabled={options.length >= OPTIONS_MAX}
        onClick={() => onChange([...options, emptyOption()])}
      >
        {t('optionAdd')}
      </Button>
    </fieldset>
  )
}

function OptionWrong({ path }: { path: string }) {
  const wrong = useWrong(path, true)
  if (wrong.length === 0) return null
  return (
    <span className="ant-form-item-explain-error" style={{ gridColumn: '1 / -1' }}>
      {wrong.join(' ')}
    </span>
  )
}

/** `value, Chinese, English` by tabs or commas; what is left out is said by the value. */
function rowsIn(text: string): readonly OptionDraft[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.split(/\t|[,，]/).map((it) => it.trim()))
    .filter(([value = '']) => value !== '')
    .map(([value = '', zh = value, en = value]) => ({ key: nextKey(), value, zh, en }))
}
