import { Card, Tag } from 'antd'
import { useText } from '../../frame/language.ts'
import { Records } from '../../ui/records.tsx'
import { ChangesView } from './changes-view.tsx'
import { draftOf, type Template, type TemplateField, wishOf } from './definition.ts'
import { Preview } from './preview.tsx'
import { useSchema } from './queries.ts'
import { useTexts } from './texts.ts'
import './templates.css'

/** A version that does not change any more: its fields, what it changed, and what it makes. */
export function VersionView({
  template,
  previous,
}: {
  template: Template
  previous: Template | undefined
}) {
  const t = useTexts()
  const text = useText()
  const schema = useSchema(template)
  const { description, fields } = template
  return (
    <div className="designer">
      <div className="cards">
        {description !== undefined && (
          <Card title={t('about')}>
            <bdi>{text(description)}</bdi>
          </Card>
        )}
        <section aria-label={t('fields')}>
          <h2>{t('fields')}</h2>
          <Fields fields={fields} />
        </section>
        {previous !== undefined && (
          <Card title={t('changes', { version: previous.version })}>
            <ChangesView previous={previous} wish={wishOf(draftOf(template))} />
          </Card>
        )}
      </div>
      <Card title={t('preview')} className="designer-preview">
        <Preview label={template.label} fields={fields} schema={schema} prefix={template.prefix} />
      </Card>
    </div>
  )
}

function Fields({ fields }: { fields: readonly TemplateField[] }) {
  const t = useTexts()
  const text = useText()
  const rules = useRules()
  return (
    <Records
      label={t('fields')}
      rows={fields}
      keyOf={(it) => it.name}
      empty={null}
      columns={[
        {
          key: 'label',
          title: t('label'),
          show: (it) => (
            <>
              <bdi>{text(it.label)}</bdi> <span className="mono">{it.name}</span>
            </>
          ),
        },
        {
          key: 'type',
          title: t('type'),
          show: (it) =>
            it.element === undefined
              ? t(`type.${it.type}`)
              : t('listOf', { type: t(`type.${it.element.type}`) }),
        },
        {
          key: 'rules',
          title: t('rules'),
          show: (it) => (
            <>
              {it.required && <Tag color="processing">{t('required')}</Tag>}
              {it.unique && <Tag>{t('unique')}</Tag>}
              {!it.public && <Tag color="warning">{t('protected')}</Tag>}
              {it.disabled === true && <Tag>{t('disabled')}</Tag>} {rules(it)}
            </>
          ),
        },
        { key: 'index', title: t('index'), isNumber: true, show: (it) => it.index },
        {
          key: 'handle',
          title: t('handleType'),
          show: (it) => <span className="mono">{it.handleType}</span>,
        },
      ]}
    />
  )
}

/** What values of a field must be, as one line. */
function useRules(): (field: TemplateField) => string {
  const t = useTexts()
  return (field) => {
    const { unit, minimum, maximum, charsMax, pattern, options } = field.element ?? field
    const range =
      minimum === undefined && maximum === undefined ? '' : `${minimum ?? ''}…${maximum ?? ''}`
    return [
      range,
      unit ?? '',
      charsMax === undefined ? '' : t('chars', { count: charsMax }),
      pattern ?? '',
      options === undefined ? '' : t('moreChoices', { count: options.length }),
    ]
      .filter((it) => it !== '')
      .join(' · ')
  }
}
