import { Input, Select } from 'antd'
import { FIELD_TYPES, type RuleDraft } from './definition.ts'
import { OptionsEditor } from './options-editor.tsx'
import { useTexts } from './texts.ts'
import { Item } from './wrong.tsx'

type RuleFieldsProps<R extends RuleDraft> = {
  /** JSON Pointer of the field or its element. */
  readonly path: string
  readonly rule: R
  readonly onChange: (next: R) => void
  /** What is published already: type, unit and separator stay. */
  readonly isFixed: boolean
}

/** What goes with a type: lengths, ranges, forms, choices. */
export function RuleFields<R extends RuleDraft>({
  path,
  rule,
  onChange,
  isFixed,
}: RuleFieldsProps<R>) {
  const t = useTexts()
  const text = (name: 'unit' | 'minimum' | 'maximum' | 'charsMax' | 'pattern') => ({
    value: rule[name],
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) =>
      onChange({ ...rule, [name]: event.target.value }),
  })
  switch (rule.type) {
    case 'text':
      return (
        <div className="designer-row">
          <Item path={`${path}/pattern`} label={t('pattern')} hint={t('patternHint')}>
            {(input) => <Input {...input} {...text('pattern')} className="mono" />}
          </Item>
          <Item path={`${path}/charsMax`} label={t('charsMax')} width="0 1 160px">
            {(input) => <Input {...input} {...text('charsMax')} inputMode="numeric" />}
          </Item>
        </div>
      )
    case 'number':
      return (
        <div className="designer-row">
          <Item path={`${path}/unit`} label={t('unit')} hint={isFixed ? t('fixed') : undefined}>
            {(input) => <Input {...input} {...text('unit')} disabled={isFixed} />}
          </Item>
          <Item path={`${path}/minimum`} label={t('minimum')}>
            {(input) => <Input {...input} {...text('minimum')} inputMode="decimal" />}
          </Item>
          <Item path={`${path}/maximum`} label={t('maximum')}>
            {(input) => <Input {...input} {...text('maximum')} inputMode="decimal" />}
          </Item>
        </div>
      )
    case 'enumeration':
      return (
        <OptionsEditor
          path={`${path}/options`}
          options={rule.options}
          onChange={(options) => onChange({ ...rule, options })}
        />
      )
    case 'url':
    case 'reference':
      return (
        <Item path={`${path}/charsMax`} label={t('charsMax')}>
          {(input) => <Input {...input} {...text('charsMax')} inputMode="numeric" />}
        </Item>
      )
    case 'date':
    case 'boolean':
    case 'file':
    case 'list':
      return null
  }
}

/** What the elements of a list are. */
export function ElementFields({ path, rule, onChange, isFixed }: RuleFieldsProps<RuleDraft>) {
  const t = useTexts()
  return (
    <>
      <Item path={`${path}/type`} label={t('elementType')} hint={isFixed ? t('fixed') : undefined}>
        {(input) => (
          <Select
            {...input}
            disabled={isFixed}
            value={rule.type}
            onChange={(type) => onChange({ ...rule, type })}
            options={FIELD_TYPES.filter((it) => it !== 'list').map((it) => ({
              value: it,
              label: t(`type.${it}`),
            }))}
          />
        )}
      </Item>
      <RuleFields path={path} rule={rule} onChange={onChange} isFixed={isFixed} />
    </>
  )
}
