import { Tabs } from 'antd'
import { useState } from 'react'
import { useLanguage, useText } from '../../frame/language.ts'
import { Copy } from '../../ui/copy.tsx'
import { RecordForm, type RecordValues } from '../../ui/record-form.tsx'
import type { TemplateField } from './definition.ts'
import { useTexts } from './texts.ts'

type Label = { readonly zh: string; readonly en: string }
type PreviewProps = {
  readonly label: Label
  readonly fields: readonly TemplateField[]
  /** Undefined where something is wrong still. */
  readonly schema: unknown
  readonly prefix: string
  readonly enterprise?: string | undefined
}

/** What a template makes: the form people fill in, the page everybody reads, and the schema programs read. */
export function Preview({ label, fields, schema, prefix, enterprise }: PreviewProps) {
  const t = useTexts()
  const [values, setValues] = useState<RecordValues>({})
  return (
    <Tabs
      items={[
        {
          key: 'form',
          label: t('previewForm'),
          children: (
            <>
              <p>{t('previewFormHint')}</p>
              <RecordForm
                template={{ fields: [...fields] }}
                value={values}
                onChange={setValues}
                enterprise={enterprise}
              />
            </>
          ),
        },
        {
          key: 'public',
          label: t('previewPublic'),
          children: <PublicPage {...{ label, fields, values, prefix }} />,
        },
        { key: 'schema', label: t('previewSchema'), children: <Schema schema={schema} /> },
      ]}
    />
  )
}

/** As the page draws them of which a code leads to: only what is public. */
function PublicPage({
  label,
  fields,
  values,
  prefix,
}: Pick<PreviewProps, 'label' | 'fields' | 'prefix'> & { values: RecordValues }) {
  const t = useTexts()
  const text = useText()
  const offered = fields.filter((it) => it.disabled !== true)
  const shown = offered.filter((it) => it.public)
  const titled = shown.find((it) => it.type === 'text' && isTitle(it))
  const rows = shown.filter((it) => it !== titled)
  const hidden = offered.length - shown.length
  return (
    <article className="public-preview">
      <p style={{ margin: 0 }}>
        <span className="public-pill">{t('previewRegistered')}</span> <bdi>{text(label)}</bdi>
      </p>
      {titled !== undefined && (
        <p className="public-title">
          <Shown field={titled} value={values[titled.name]} />
        </p>
      )}
      <p className="mono" style={{ margin: '0 0 12px' }}>
        <bdi dir="ltr">{prefix}/SN-0001</bdi>
      </p>
      {shown.length === 0 && <p>{t('previewNothing')}</p>}
      <dl className="public-rows">
        {rows.map((field) => (
          <div key={field.name}>
            <dt>
              <bdi>{text(field.label)}</bdi>
            </dt>
            <dd>
              <Shown field={field} value={values[field.name]} />
            </dd>
          </div>
        ))}
      </dl>
      {hidden > 0 && <p style={{ opacity: 0.75 }}>{t('previewHidden', { count: hidden })}</p>}
    </article>
  )
}

/** The heading of the page, as the node chooses it. */
function isTitle({ name, label }: TemplateField): boolean {
  return /^(?:name|title|product-?name)$/i.test(name) || /^(?:产品)?名称$/.test(label.zh)
}

function Shown({ field, value }: { field: TemplateField; value: unknown }) {
  const t = useTexts()
  const language = useLanguage()
  const rule = field.element ?? field
  const one = (it: unknown): string => {
    const chosen = rule.options?.find((option) => option.value === it)
    if (chosen !== undefined) return chosen.label[language]
    if (rule.type === 'boolean') return it === true ? '✓' : '✗'
    return String(it)
  }
  const unit = rule.unit === undefined ? '' : ` ${rule.unit}`
  if (value === undefined) {
    const [first] = rule.options ?? []
    const sample = first === undefined ? t('previewSample') : first.label[language]
    return (
      <span style={{ opacity: 0.7 }}>
        <bdi>{sample}</bdi>
        {unit}
      </span>
    )
  }
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  return <bdi>{items.map((it) => one(it) + unit).join(language === 'zh' ? '、' : ', ')}</bdi>
}

function Schema({ schema }: { schema: unknown }) {
  const t = useTexts()
  if (schema === undefined) return <p>{t('previewWrong')}</p>
  const text = JSON.stringify(schema, null, 2)
  return (
    <div style={{ position: 'relative' }}>
      <span style={{ position: 'absolute', insetInlineEnd: 0 }}>
        <Copy text={text} label={t('previewSchema')} />
      </span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus */}
      <pre className="schema" tabIndex={0}>
        {text}
      </pre>
    </div>
  )
}
