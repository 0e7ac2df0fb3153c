import './imports.css'
import { Alert, Button, Card, Form, Input, Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { useGo } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Loading } from '../../ui/states.tsx'
import { type Template, usePrefixes, useTemplates } from './choices.ts'
import { FileDrop, formatOf } from './file-drop.tsx'
import { hasPreview, type Preview, usePreview, WORKBOOK_BYTES_MAX } from './preview.ts'
import { PreviewTable } from './preview-table.tsx'
import { useTexts } from './texts.ts'
import { startUpload } from './uploads.ts'

/** Stands for a file of Handle records, which needs no template. */
const NO_TEMPLATE = '-'
const SEARCH = ['prefix', 'template'] as const

export function Page() {
  const t = useTexts()
  const [file, setFile] = useState<File>()
  return (
    <PageFrame title={t('newTitle')} lead={t('newLead')}>
      <FileDrop
        file={file}
        verb={t(file === undefined ? 'chooseFile' : 'otherFile')}
        onFile={setFile}
      />
      {file !== undefined && (
        <Setup key={`${file.name} ${file.size} ${file.lastModified}`} file={file} />
      )}
    </PageFrame>
  )
}

function Setup({ file }: { file: File }) {
  const t = useTexts()
  const me = useMe()
  const [search, setSearch] = useSearchState(SEARCH)
  const [typed, setTyped] = useState('')
  const prefixes = usePrefixes(me, useDeferredValue(typed))
  const [sheet, setSheet] = useState('')
  const format = formatOf(file)
  const offered = prefixes.data ?? []
  const prefix = search.prefix ?? (offered.length === 1 ? offered[0] : undefined)
  const templates = useTemplates(prefix)
  const chosen = templateOf(templates.data ?? [], search.template, format === 'ndjson')
  if (prefixes.isError) return <Failed error={prefixes.error} />
  const isNone = prefixes.data?.length === 0 && typed === ''
  return (
    <>
      <Form layout="vertical" component="div" className="import-fields">
        <Form.Item label={t('prefix')} htmlFor="import-prefix" required>
          <Select
            id="import-prefix"
            aria-label={t('prefix')}
            placeholder={isNone ? t('noPrefix') : t('choosePrefix')}
            disabled={isNone}
            value={prefix ?? null}
            loading={prefixes.isFetching}
            showSearch={{ filterOption: false, onSearch: setTyped }}
            onChange={(next) => setSearch({ prefix: next ?? undefined, template: undefined })}
            options={offered.map((it) => ({ value: it, label: it }))}
          />
        </Form.Item>
        <TemplateField
          prefix={prefix}
          templates={templates.data}
          isLines={format === 'ndjson'}
          value={chosen === 'none' ? NO_TEMPLATE : chosen?.name}
          onChange={(template) => setSearch({ template })}
        />
        {format === 'xlsx' && (
          <Form.Item label={t('sheet')} htmlFor="import-sheet" extra={t('sheetHint')}>
            <Input
              id="import-sheet"
              defaultValue={sheet}
              maxLength={255}
              onBlur={(event) => setSheet(event.target.value.trim())}
              onPressEnter={(event) => setSheet(event.currentTarget.value.trim())}
            />
          </Form.Item>
        )}
      </Form>
      {prefix !== undefined && chosen !== undefined && (
        <Matched
          key={`${prefix} ${chosen === 'none' ? '' : chosen.id} ${sheet}`}
          {...{ file, prefix, sheet }}
          template={chosen === 'none' ? undefined : chosen}
        />
      )}
    </>
  )
}

function templateOf(
  offered: readonly Template[],
  wished: string | undefined,
  isLines: boolean,
): Template | 'none' | undefined {
  if (wished === NO_TEMPLATE && isLines) return 'none'
  const known = offered.find((it) => it.name === wished)
  return known ?? (offered.length === 1 && !isLines ? offered[0] : undefined)
}

type TemplateFieldProps = {
  readonly prefix: string | undefined
  readonly templates: readonly Template[] | undefined
  readonly isLines: boolean
  readonly value: string | undefined
  readonly onChange: (name: string) => void
}

function TemplateField({ prefix, templates, isLines, value, onChange }: TemplateFieldProps) {
  const t = useTexts()
  const textOf = useText()
  const isNone = templates?.length === 0
  return (
    <Form.Item
      label={t('template')}
      htmlFor="import-template"
      required
      {...(isNone && { extra: t('noTemplate') })}
    >
      <Select
        id="import-template"
        aria-label={t('template')}
        placeholder={t('chooseTemplate')}
        disabled={prefix === undefined || (isNone && !isLines)}
        value={value ?? null}
        onChange={(next) => {
          if (next !== null) onChange(next)
        }}
        options={[
          ...(templates ?? []).map((it) => ({ value: it.name, label: textOf(it.label) })),
          ...(isLines ? [{ value: NO_TEMPLATE, label: t('handleRecords') }] : []),
        ]}
      />
    </Form.Item>
  )
}

type MatchedProps = {
  readonly file: File
  readonly prefix: string
  readonly sheet: string
  readonly template: Template | undefined
}

/** The file under its template: columns, first rows, and the buttons that begin. */
function Matched({ file, prefix, sheet, template }: MatchedProps) {
  const t = useTexts()
  const format = useFormat()
  const [map, setMap] = useState<Readonly<Record<string, string>>>({})
  const kind = formatOf(file)
  const isShown = hasPreview(file, kind)
  const preview = usePreview(
    isShown ? { file, prefix, sheet, map, format: kind, template: template?.name } : undefined,
  )
  const change = (column: string, field: string) =>
    setMap((before) => mapWith(before, preview.data?.columns ?? [], column, field))
  const isBlocked = isShown && (preview.data === undefined || preview.data.problem !== undefined)
  return (
    <Card size="small" title={t('mapping')} style={{ marginBlockStart: 8 }}>
      {!isShown && (
        <Alert
          type="info"
          showIcon
          title={t('noPreview', { size: format.bytes(WORKBOOK_BYTES_MAX) })}
        />
      )}
      {preview.isError && <Failed error={preview.error} retry={() => void preview.refetch()} />}
      {isShown && preview.isLoading && <Loading />}
      {preview.data !== undefined && !preview.isError && (
        <>
          <p style={{ marginBlockStart: 0 }}>{t('mappingHint')}</p>
          <PreviewTable preview={preview.data} template={template} onMap={change} />
          <Verdict preview={preview.data} />
        </>
      )}
      <StartButtons
        isBlocked={isBlocked || preview.isError}
        start={(dryRun) =>
          startUpload(file, {
            ...{ prefix, map, format: kind, sheet, dryRun },
            ...(template !== undefined && { template: template.name }),
          })
        }
      />
    </Card>
  )
}

/** One column names the identifier: the one that did so before is left out. */
function mapWith(
  before: Readonly<Record<string, string>>,
  columns: Preview['columns'],
  column: string,
  field: string,
): Readonly<Record<string, string>> {
  const isName = (it: string) => it === 'identifier' || it === 'suffix'
  const others = columns.filter((it) => it.column !== column && isName(it.field))
  const left = isName(field) ? others.map((it) => [it.column, ''] as const) : []
  return { ...before, ...Object.fromEntries(left), [column]: field }
}

function Verdict({ preview }: { preview: Preview }) {
  const t = useTexts()
  const format = useFormat()
  const { problem, rows, encoding } = preview
  const wrong = rows.filter((it) => it.outcome === 'refused').length
  const count = format.number(rows.length)
  const style = { marginBlockStart: 12 }
  return (
    <div aria-live="polite">
      {problem !== undefined ? (
        <Alert
          type="error"
          showIcon
          style={style}
          title={problem.detail}
          description={problem.errors.map((it) => (
            <div key={it.path + it.detail}>
              {it.detail} {it.expected}
            </div>
          ))}
        />
      ) : wrong > 0 ? (
        <Alert
          type="warning"
          showIcon
          style={style}
          title={t('previewWrong', { count, wrong: format.number(wrong) })}
        />
      ) : (
        <Alert type="success" showIcon style={style} title={t('previewRight')} />
      )}
      {encoding !== undefined && (
        <p>
          {t('encoding')} {encoding.toUpperCase()} · {t('preview', { count })}
        </p>
      )}
    </div>
  )
}

type StartButtonsProps = {
  readonly isBlocked: boolean
  readonly start: (dryRun: boolean) => Promise<string>
}

function StartButtons({ isBlocked, start }: StartButtonsProps) {
  const t = useTexts()
  const go = useGo()
  const [busy, setBusy] = useState<'dry' | 'real'>()
  const [error, setError] = useState<unknown>()
  const begin = async (dryRun: boolean) => {
    // a second click begins no second import
    if (busy !== undefined) return
    setBusy(dryRun ? 'dry' : 'real')
    setError(undefined)
    try {
      go(`/imports/${encodeURIComponent(await start(dryRun))}`)
    } catch (thrown) {
      setError(thrown)
      setBusy(undefined)
    }
  }
  return (
    <>
      {error !== undefined && <Failed error={error} />}
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlockStart: 12 }}>
        <Button
          type="primary"
          disabled={isBlocked}
          loading={busy === 'real'}
          onClick={() => void begin(false)}
        >
          {t('start')}
        </Button>
        <Button disabled={isBlocked} loading={busy === 'dry'} onClick={() => void begin(true)}>
          {t('dryRun')}
        </Button>
        <span style={{ alignSelf: 'center' }}>{t('dryRunHint')}</span>
      </div>
    </>
  )
}
