import { Button, Checkbox, Collapse, Input, Select } from 'antd'
import { FIELD_TYPES, type FieldDraft, newField, type TemplateField } from './definition.ts'
import { ElementFields, RuleFields } from './rule-fields.tsx'
import { useTexts } from './texts.ts'
import { Item, useWrong } from './wrong.tsx'

type FieldEditorProps = {
  readonly path: string
  readonly field: FieldDraft
  readonly onChange: (next: FieldDraft) => void
  /** The field as it is published, where it is: most of it stays. */
  readonly published: TemplateField | undefined
  /** Whether records by an earlier version may be there. */
  readonly isLater: boolean
}

/** All that is said of one field. */
export function FieldEditor({ path, field, onChange, published, isLater }: FieldEditorProps) {
  const t = useTexts()
  const isFixed = published !== undefined
  const text = (name: 'name' | 'zh' | 'en' | 'separator') => ({
    value: field[name],
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) =>
      onChange({ ...field, [name]: event.target.value }),
  })
  return (
    <>
      <div className="designer-row">
        <Item path={`${path}/label/zh`} label={t('labelZh')}>
          {(input) => <Input {...input} {...text('zh')} dir="auto" />}
        </Item>
        <Item path={`${path}/label/en`} label={t('labelEn')}>
          {(input) => <Input {...input} {...text('en')} dir="auto" />}
        </Item>
      </div>
      <div className="designer-row">
        <Item
          path={`${path}/name`}
          label={t('fieldName')}
          hint={isFixed ? t('fixed') : t('fieldNameHint')}
        >
          {(input) => (
            <Input
              {...input}
              {...text('name')}
              className="mono"
              disabled={isFixed}
              maxLength={64}
            />
          )}
        </Item>
        <Item path={`${path}/type`} label={t('type')} hint={isFixed ? t('fixed') : undefined}>
          {(input) => (
            <Select
              {...input}
              disabled={isFixed}
              value={field.type}
              onChange={(type) => {
                const { options } = newField(type, field, [])
                onChange({
                  ...field,
                  type,
                  options: field.options.length > 0 ? field.options : options,
                })
              }}
              options={FIELD_TYPES.map((it) => ({ value: it, label: t(`type.${it}`) }))}
            />
          )}
        </Item>
      </div>
      <RuleFields path={path} rule={field} onChange={onChange} isFixed={isFixed} />
      {field.type === 'list' && (
        <>
          <ElementFields
            path={`${path}/element`}
            rule={field.element}
            onChange={(element) => onChange({ ...field, element })}
            isFixed={isFixed}
          />
          <Item path={`${path}/separator`} label={t('separator')} hint={t('separatorHint')}>
            {(input) => (
              <Input {...input} {...text('separator')} maxLength={3} disabled={isFixed} />
            )}
          </Item>
        </>
      )}
      <Flags
        path={path}
        field={field}
        onChange={onChange}
        published={published}
        isLater={isLater}
      />
      <Advanced path={path} field={field} onChange={onChange} isFixed={isFixed} />
    </>
  )
}

function Flags({ path, field, onChange, published, isLater }: FieldEditorProps) {
  const t = useTexts()
  const isNewLater = isLater && published === undefined
  const mayRequire = !isNewLater && (published === undefined || published.required)
  const mayUnique = published === undefined || published.unique
  const mayPublic = published === undefined || published.public
  const flags = [
    {
      name: 'required',
      isOpen: mayRequire || field.required,
      hint: isNewLater ? t('laterOptional') : mayRequire ? t('requiredHint') : t('fixed'),
    },
    {
      name: 'unique',
      isOpen: mayUnique || field.unique,
      hint: mayUnique ? t('uniqueHint') : t('fixed'),
    },
    {
      name: 'public',
      isOpen: mayPublic || field.public,
      hint: mayPublic ? t('publicHint') : t('fixed'),
    },
  ] as const
  return (
    <div className="cards" style={{ marginBlockEnd: 12 }}>
      {flags.map(({ name, isOpen, hint }) => (
        <div key={name}>
          <Checkbox
            checked={field[name]}
            disabled={!isOpen}
            onChange={(event) => onChange({ ...field, [name]: event.target.checked })}
          >
            {t(name)}
          </Checkbox>{' '}
          <span style={{ opacity: 0.75 }}>{hint}</span>
          <FlagWrong path={`${path}/${name}`} />
        </div>
      ))}
      {published !== undefined && (
        <div>
          <Button onClick={() => onChange({ ...field, disabled: !field.disabled })}>
            {t(field.disabled ? 'enable' : 'disable')}
          </Button>
        </div>
      )}
    </div>
  )
}

function FlagWrong({ path }: { path: string }) {
  const wrong = useWrong(path)
  return wrong.length === 0 ? null : (
    <div className="ant-form-item-explain-error">{wrong.join(' ')}</div>
  )
}

/** Where the value stands in the Handle record; who does not know what that is need not. */
function Advanced({
  path,
  field,
  onChange,
  isFixed,
}: Pick<FieldEditorProps, 'path' | 'field' | 'onChange'> & { isFixed: boolean }) {
  const t = useTexts()
  return (
    <Collapse
      ghost
      size="small"
      items={[
        {
          key: 'handle',
          label: t('advanced'),
          forceRender: true,
          children: (
            <div className="designer-row">
              <Item
                path={`${path}/index`}
                label={t('index')}
                hint={isFixed ? t('fixed') : undefined}
              >
                {(input) => (
                  <Input
                    {...input}
                    inputMode="numeric"
                    placeholder={t('automatic')}
                    disabled={isFixed}
                    value={field.index}
                    onChange={(event) => onChange({ ...field, index: event.target.value })}
                  />
                )}
              </Item>
              <Item
                path={`${path}/handleType`}
                label={t('handleType')}
                hint={isFixed ? t('fixed') : undefined}
              >
                {(input) => (
                  <Input
                    {...input}
                    className="mono"
                    placeholder={t('automatic')}
                    disabled={isFixed}
                    value={field.handleType}
                    onChange={(event) => onChange({ ...field, handleType: event.target.value })}
                  />
                )}
              </Item>
            </div>
          ),
        },
      ]}
    />
  )
}
