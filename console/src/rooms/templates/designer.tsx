import { Alert, Button, Card, Form, Input } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import type { FieldProblem } from '../../api/problem.ts'
import {
  type Draft,
  draftOf,
  newField,
  nextKey,
  shownFields,
  type Template,
  wishOf,
} from './definition.ts'
import { FieldList } from './field-list.tsx'
import { Preview } from './preview.tsx'
import { useCheck } from './queries.ts'
import { useTexts } from './texts.ts'
import { Item, type Wrong, WrongContext } from './wrong.tsx'
import './templates.css'

type DesignerProps = {
  readonly place: { readonly prefix: string; readonly name: string; readonly version: number }
  readonly draft: Draft
  readonly onChange: (next: Draft) => void
  readonly previous: Template | undefined
  /** All that is wrong is told, not only what has been left. */
  readonly isTried: boolean
  /** What saving said of places that stand outside of the definition is told by the page. */
  readonly saveErrors: readonly FieldProblem[]
  readonly enterprise?: string | undefined
  /** Inputs that stand before the definition. */
  readonly head?: ReactNode
  /** What stands below the fields: changes since the version before. */
  readonly children?: ReactNode
}

/** A definition being written, and beside it what it makes. */
export function Designer(props: DesignerProps) {
  const { place, draft, onChange, previous, isTried, saveErrors, enterprise } = props
  const t = useTexts()
  const wish = useMemo(() => wishOf(draft), [draft])
  const check = useCheck(place, wish)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [opened, setOpened] = useState<ReadonlySet<number>>(
    () => new Set(draft.fields.length === 1 ? draft.fields.map((it) => it.key) : []),
  )
  const errors = check.data?.errors ?? saveErrors
  const wrong: Wrong = {
    errors,
    isTold: (path) =>
      isTried || touched.has(path) || [...touched].some((it) => it.startsWith(`${path}/`)),
    touch: (path) =>
      setTouched((before) => (before.has(path) ? before : new Set([...before, path]))),
  }
  return (
    <WrongContext value={wrong}>
      <Form component={false} layout="vertical">
        <div className="designer">
          <div className="cards">
            {isTried && errors.length > 0 && (
              <Summary
                errors={errors}
                draft={draft}
                open={(key) => setOpened(new Set([...opened, key]))}
              />
            )}
            <Card title={t('about')}>
              {props.head}
              <General draft={draft} onChange={onChange} />
            </Card>
            <section aria-label={t('fields')}>
              <h2>{t('fields')}</h2>
              <FieldList
                fields={draft.fields}
                onChange={(fields) => onChange({ ...draft, fields })}
                previous={previous}
                opened={opened}
                setOpened={setOpened}
              />
            </section>
            {props.children}
          </div>
          <Card title={t('preview')} className="designer-preview">
            <Preview
              label={wish.label}
              fields={shownFields(draft)}
              schema={errors.length > 0 ? undefined : check.data?.schema}
              prefix={place.prefix || '88.100.1'}
              enterprise={enterprise}
            />
          </Card>
        </div>
      </Form>
    </WrongContext>
  )
}

function General({ draft, onChange }: Pick<DesignerProps, 'draft' | 'onChange'>) {
  const t = useTexts()
  const text = (name: 'zh' | 'en' | 'descriptionZh' | 'descriptionEn' | 'thing') => ({
    value: draft[name],
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) =>
      onChange({ ...draft, [name]: event.target.value }),
  })
  return (
    <>
      <div className="designer-row">
        <Item path="/label/zh" label={t('labelZh')}>
          {(input) => <Input {...input} {...text('zh')} dir="auto" />}
        </Item>
        <Item path="/label/en" label={t('labelEn')}>
          {(input) => <Input {...input} {...text('en')} dir="auto" />}
        </Item>
      </div>
      <div className="designer-row">
        <Item path="/description/zh" label={t('descriptionZh')}>
          {(input) => <Input.TextArea {...input} {...text('descriptionZh')} rows={2} dir="auto" />}
        </Item>
        <Item path="/description/en" label={t('descriptionEn')}>
          {(input) => <Input.TextArea {...input} {...text('descriptionEn')} rows={2} dir="auto" />}
        </Item>
      </div>
      <Item path="/thing" label={t('thing')} hint={t('thingHint')}>
        {(input) => <Input {...input} {...text('thing')} maxLength={64} list="schema-things" />}
      </Item>
      <datalist id="schema-things" aria-label={t('thing')}>
        {THINGS.map((it) => (
          <option key={it} value={it} />
        ))}
      </datalist>
    </>
  )
}

/** What enterprises mark most. */
const THINGS = ['Product', 'IndividualProduct', 'ProductModel', 'Vehicle', 'Place', 'Organization']

function Summary({
  errors,
  draft,
  open,
}: {
  errors: readonly FieldProblem[]
  draft: Draft
  open: (key: number) => void
}) {
  const t = useTexts()
  return (
    <Alert
      type="error"
      showIcon
      title={t('wrongTitle', { count: errors.length })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {errors.map((it) => {
            const field = draft.fields[Number(/^\/fields\/(\d+)/.exec(it.path)?.[1])]
            return (
              <li key={`${it.path} ${it.detail}`}>
                {field !== undefined && (
                  <Button type="link" size="small" onClick={() => open(field.key)}>
                    <bdi>{t('wrongField', { label: field.zh || field.en || field.name })}</bdi>
                  </Button>
                )}{' '}
                {it.detail} {it.expected}
              </li>
            )
          })}
        </ul>
      }
    />
  )
}

/** What a new template begins with: what it is called. */
export function firstDraft(): Draft {
  const name = newField('text', { zh: '名称', en: 'Name' }, [])
  return {
    ...{ zh: '', en: '', descriptionZh: '', descriptionEn: '', thing: 'Product' },
    fields: [{ ...name, name: 'name', required: true }],
  }
}

/** A draft that was kept on the device, with keys that no other has. */
export function rekeyed(draft: Draft): Draft {
  const options = (it: Draft['fields'][number]['options']) =>
    it.map((option) => ({ ...option, key: nextKey() }))
  return {
    ...draft,
    fields: draft.fields.map((it) => ({
      ...it,
      key: nextKey(),
      options: options(it.options),
      element: { ...it.element, options: options(it.element.options) },
    })),
  }
}

/** Whether what is typed differs from what is stored. */
export function isDirty(draft: Draft, stored: Template): boolean {
  return JSON.stringify(wishOf(draft)) !== JSON.stringify(wishOf(draftOf(stored)))
}
