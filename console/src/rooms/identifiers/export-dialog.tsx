import { Alert, Button, Form, Modal, Radio, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useText } from '../../frame/language.ts'
import { type FilterValues, queryOf } from './list-query.ts'
import { newestOf, type Template, usePrefixes, useTemplates } from './records.ts'
import { useTexts } from './texts.ts'

const FORMATS = ['xlsx', 'csv', 'ndjson', 'handle-json'] as const
type Format = (typeof FORMATS)[number]

type ExportDialogProps = {
  readonly filters: FilterValues
  readonly templates: readonly Template[]
  readonly onClose: () => void
}

/** What is listed as a file that an import reads back. */
export function ExportDialog({ filters, templates, onClose }: ExportDialogProps) {
  const t = useTexts()
  const textOf = useText()
  const prefixes = usePrefixes()
  const own = useMemo(() => prefixes.data?.items ?? [], [prefixes.data])
  const [chosenPrefix, setPrefix] = useState(filters.prefix)
  const [chosenTemplate, setTemplate] = useState(filters.template?.replace(/@.*$/, ''))
  const [format, setFormat] = useState<Format>('xlsx')
  const prefix = chosenPrefix ?? (own.length === 1 ? own[0]?.prefix : undefined)
  const usable = useTemplates(prefix)
  const offered = newestOf(usable.data ?? templates, { withWithdrawn: true })
  const template = chosenTemplate ?? (offered.length === 1 ? offered[0]?.name : undefined)
  const isTable = format === 'xlsx' || format === 'csv'
  const isReady = prefix !== undefined && (!isTable || template !== undefined)
  const href = isReady
    ? addressOf({ ...filters, prefix, ...(template !== undefined && { template }) }, format)
    : undefined
  return (
    <Modal open title={t('exportTitle')} onCancel={onClose} footer={null}>
      <p>{t('exportHint')}</p>
      <Form layout="vertical">
        <Form.Item label={t('format')}>
          <Radio.Group
            value={format}
            onChange={({ target }) => setFormat(target.value as Format)}
            options={FORMATS.map((it) => ({ value: it, label: t(`format.${it}`) }))}
          />
        </Form.Item>
        <Form.Item label={t('prefix')} required htmlFor="export-prefix">
          <Select
            id="export-prefix"
            showSearch={{ optionFilterProp: 'label' }}
            value={prefix ?? null}
            onChange={setPrefix}
            options={own.map((it) => ({ value: it.prefix, label: it.prefix }))}
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
            allowClear={!isTable}
            value={template ?? null}
            onChange={(it: string | undefined) => setTemplate(it)}
            options={offered.map((it) => ({
              value: it.name,
              label: `${textOf(it.label)} (${it.name})`,
            }))}
          />
        </Form.Item>
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

function addressOf(filters: FilterValues, format: Format): string {
  const asked = new URLSearchParams({ ...queryOf(filters), format })
  return `/api/v1/exports?${asked}`
}
