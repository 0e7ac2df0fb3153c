import { Alert, Button, Checkbox, Form, Modal, Radio, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useText } from '../../frame/language.ts'
import { useUnchoosing } from '../../ui/emptying.tsx'
import { type FilterValues, queryOf } from './list-query.ts'
import { newestOf, type Template, usePrefixes, useTemplates } from './records.ts'
import { useTexts } from './texts.ts'

const FORMATS = ['xlsx', 'csv', 'ndjson', 'handle-json'] as const
type Format = (typeof FORMATS)[number]

type ExportDialogProps = {
  readonly filters: FilterValues
  readonly templates: readonly Template[]
  /** Names of the fields that the list shows. */
  readonly shown: readonly string[]
  readonly onClose: () => void
}

/** What is listed as a file that an import reads back. */
export function ExportDialog({ filters, templates, shown, onClose }: ExportDialogProps) {
  const unchoosing = useUnchoosing()
  const t = useTexts()
  const textOf = useText()
  const { own, prefix, setPrefix, offered, template, setTemplate } = useChoice(filters, templates)
  const [format, setFormat] = useState<Format>('xlsx')
  const [isShownOnly, setIsShownOnly] = useState(false)
  const isTable = format === 'xlsx' || format === 'csv'
  const isReady = !isTable || template !== undefined
  // prefixes may have different templates of one name: a table has the columns of all of them
  const named = offered.filter((it) => it.name === template)
  const names = new Set(named.flatMap((it) => it.fields).map((it) => it.name))
  const columns = shown.filter((it) => names.has(it))
  const wished = { ...filters, prefix, ...(template !== undefined && { template }) }
  const fields = isTable && isShownOnly ? columns : []
  const href = isReady ? addressOf(wished, { format, fields }) : undefined
  return (
    <Modal open title={t('exportTitle')} onCancel={onClose} footer={null}>
      <p>
        {t('exportFilters')} {t('exportHint')}
      </p>
      <Form layout="vertical">
        <Form.Item label={t('format')}>
          <Radio.Group
            value={format}
            onChange={({ target }) => setFormat(target.value as Format)}
            options={FORMATS.map((it) => ({ value: it, label: t(`format.${it}`) }))}
          />
        </Form.Item>
        <Form.Item label={t('prefix')} htmlFor="export-prefix">
          <Select
            id="export-prefix"
            showSearch={{ optionFilterProp: 'label' }}
            value={prefix ?? ''}
            onChange={(it: string) => setPrefix(it === '' ? undefined : it)}
            options={[
              { value: '', label: t('allPrefixes') },
              ...own.map((it) => ({ value: it.prefix, label: it.prefix })),
            ]}
          />
        </Form.Item>
        <Form.Item
          label={t('template')}
          required={isTable}
          htmlFor="export-template"
          help={isTable ? t('exportTableHint') : undefined}
        >
          <Select
            id="export-template"
            allowClear={isTable ? false : unchoosing}
            value={template ?? null}
            onChange={(it: string | undefined) => setTemplate(it)}
            options={[...new Map(offered.map((it) => [it.name, it])).values()].map((it) => ({
              value: it.name,
              label: `${textOf(it.label)} (${it.name})`,
            }))}
          />
        </Form.Item>
        {isTable && columns.length > 0 && (
          <Form.Item>
            <Checkbox
              checked={isShownOnly}
              onChange={({ target }) => setIsShownOnly(target.checked)}
            >
              {t('exportColumns')}
            </Checkbox>
          </Form.Item>
        )}
        {!isReady && <Alert type="info" showIcon title={t('exportChoose')} />}
        <Button
          type="primary"
          style={{ marginBlockStart: 12 }}
          disabled={href === undefined}
          {...(href !== undefined && { href, download: '' })}
          onClick={onClose}
        >
          {t('exportStart')}
        </Button>
      </Form>
    </Modal>
  )
}

/** Prefix and template: as the list is filtered, until another is chosen. */
function useChoice(filters: FilterValues, templates: readonly Template[]) {
  const prefixes = usePrefixes()
  const own = useMemo(() => prefixes.data?.items ?? [], [prefixes.data])
  const [prefix, setPrefix] = useState(filters.prefix)
  const [chosenTemplate, setTemplate] = useState(filters.template?.replace(/@.*$/, ''))
  const usable = useTemplates(prefix)
  const offered = newestOf(usable.data ?? templates, { withWithdrawn: true })
  const template = chosenTemplate ?? (offered.length === 1 ? offered[0]?.name : undefined)
  return { own, prefix, setPrefix, offered, template, setTemplate }
}

type Written = { readonly format: Format; readonly fields: readonly string[] }

function addressOf(filters: Parameters<typeof queryOf>[0], { format, fields }: Written): string {
  const named = fields.length === 0 ? {} : { fields: fields.join(',') }
  const asked = new URLSearchParams({ ...queryOf(filters), format, ...named })
  return `/api/v1/exports?${asked}`
}
