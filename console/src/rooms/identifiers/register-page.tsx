import { Button, Card } from 'antd'
import { lazy, Suspense, useMemo, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, useMe } from '../../api/me.ts'
import { type ApiProblem, asProblem } from '../../api/problem.ts'
import { useText } from '../../frame/language.ts'
import { useDraft } from '../../ui/draft.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { Go } from '../../ui/go.tsx'
import { Hindered } from '../../ui/hindered.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import type { RecordValues } from '../../ui/record-value.ts'
import { useSearchState } from '../../ui/search-state.ts'
import { SelectSoon } from '../../ui/select-soon.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Loading, Nothing } from '../../ui/states.tsx'
import { useChanged } from './acts.tsx'
import { Editing } from './edit-dialog.tsx'
import { judgeValues } from './plain-values.ts'
import {
  type Identifier,
  newestOf,
  type Prefix,
  type Template,
  usePrefixes,
  useTemplates,
} from './records.ts'
import { isOpen } from './register-query.ts'
import { Registered } from './registered.tsx'
import { nextSuffix } from './suffix.ts'
import { SuffixField } from './suffix-field.tsx'
import { useTexts } from './texts.ts'
import type { EditedValue } from './values-editor.tsx'

const RegisterValues = lazy(async () => ({
  default: (await import('./register-values.tsx')).RegisterValues,
}))
/** In the place of a template's name: none. */
const PLAIN = '-'

export function Page() {
  const t = useTexts()
  const me = useMe()
  const prefixes = usePrefixes()
  return (
    <PageFrame title={t('registerTitle')} lead={t('registerLead')}>
      <QueryView query={prefixes}>
        {({ items }) => {
          const open = items.filter((it) => isOpen(me, it))
          if (open.length > 0) return <Register prefixes={open} />
          return <Nothing title={t('noPrefix')} hint={t('noPrefixHint')} />
        }}
      </QueryView>
    </PageFrame>
  )
}

type Draft = {
  readonly prefix?: string
  readonly template?: string
  readonly suffix: string
  readonly values: RecordValues
  /** Of a record without a template. */
  readonly plain?: readonly EditedValue[]
}
const EMPTY: Draft = { suffix: '', values: {} }
const FIRST: EditedValue = {
  index: 1,
  type: 'URL',
  data: { format: 'string', value: '' },
  permissions: 14,
  ttl: 86_400,
}

function Register({ prefixes }: { prefixes: readonly Prefix[] }) {
  const draft = useDraft<Draft>('register')
  const [search, setSearch] = useSearchState(['prefix', 'template'])
  const [form, setForm] = useState<Draft>(draft.restored ?? EMPTY)
  const [done, setDone] = useState<{ record: Identifier; form: Draft }>()
  const wished = search.prefix ?? form.prefix
  const prefix = prefixes.find((it) => it.prefix === wished)?.prefix ?? prefixes[0]?.prefix ?? ''
  const change = (next: Draft) => {
    setForm(next)
    draft.keep(next)
  }
  if (done !== undefined) {
    const again = (like: boolean) => {
      const { suffix, values, plain, ...place } = done.form
      const content = like ? { values, ...(plain && { plain }) } : { values: {} }
      change({ ...place, suffix: nextSuffix(suffix), ...content })
      setDone(undefined)
    }
    return <Registered record={done.record} onAgain={again} />
  }
  return (
    <>
      {draft.restored !== undefined && (
        <DraftNotice
          discard={() => {
            draft.discard()
            setForm(EMPTY)
          }}
        />
      )}
      <RegisterForm
        prefixes={prefixes}
        prefix={prefix}
        template={search.template ?? form.template}
        form={form}
        onChange={change}
        onPlace={(place) => {
          setSearch(place)
          change({ ...form, ...place })
        }}
        onDone={(record) => {
          draft.discard()
          setDone({ record, form: { ...form, prefix } })
        }}
      />
    </>
  )
}

type RegisterFormProps = {
  readonly prefixes: readonly Prefix[]
  readonly prefix: string
  readonly template: string | undefined
  readonly form: Draft
  readonly onChange: (next: Draft) => void
  readonly onPlace: (place: { prefix?: string; template?: string }) => void
  readonly onDone: (record: Identifier) => void
}

function RegisterForm(props: RegisterFormProps) {
  const { prefixes, prefix, form, onChange, onPlace, onDone } = props
  const t = useTexts()
  const templates = useTemplates(prefix)
  const offered = useMemo(() => newestOf(templates.data ?? []), [templates.data])
  const isPlain = props.template === PLAIN
  const template = offered.find((it) => it.name === props.template) ?? offered[0]
  const plain = form.plain ?? [FIRST]
  const [isTried, setIsTried] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const { register, isBusy } = useRegister()
  const send = async () => {
    setProblem(undefined)
    setIsTried(true)
    if (isPlain && judgeValues(plain).size > 0) return
    try {
      const handle = `${prefix}/${form.suffix.trim()}`
      const content = isPlain
        ? { values: plain }
        : { template: template?.name ?? '', fields: form.values }
      onDone(await register({ handle, ...content }))
    } catch (error) {
      setProblem(asProblem(error))
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      style={{ maxInlineSize: 800 }}
    >
      <Card title={t('registerWhere')} style={{ marginBlockEnd: 16 }}>
        <Place
          prefixes={prefixes}
          prefix={prefix}
          offered={offered}
          template={isPlain ? PLAIN : template?.name}
          onPlace={onPlace}
        />
        <SuffixField
          prefix={prefix}
          value={form.suffix}
          onChange={(suffix) => onChange({ ...form, suffix })}
          problem={problem}
        />
      </Card>
      {isPlain && (
        <Card title={t('registerWhat')} style={{ marginBlockEnd: 16 }}>
          <Suspense fallback={<Loading />}>
            <RegisterValues
              values={plain}
              onChange={(next) => onChange({ ...form, plain: next })}
              problem={problem}
              isTried={isTried}
            />
          </Suspense>
        </Card>
      )}
      <QueryView query={templates}>
        {() =>
          isPlain ? null : template === undefined ? (
            <NoTemplate prefix={prefix} />
          ) : (
            <Card title={t('registerWhat')} style={{ marginBlockEnd: 16 }}>
              <Editing
                template={template}
                prefix={prefix}
                values={form.values}
                onChange={(values) => onChange({ ...form, values })}
                problem={problem}
              />
            </Card>
          )
        }
      </QueryView>
      <Send
        isBusy={isBusy}
        {...(form.suffix.trim() === '' && { why: t('suffixFirst') })}
        {...(template === undefined && !isPlain && { why: t('templateFirst') })}
      />
    </form>
  )
}

/** `why` it cannot be sent yet. */
function Send({ isBusy, why }: { readonly isBusy: boolean; readonly why?: string }) {
  const t = useTexts()
  const common = { type: 'primary', size: 'large', htmlType: 'submit' } as const
  if (why === undefined) {
    return (
      <Button {...common} loading={isBusy}>
        {t('registerSend')}
      </Button>
    )
  }
  return (
    <Hindered why={why}>
      {(described) => (
        <Button {...common} {...described}>
          {t('registerSend')}
        </Button>
      )}
    </Hindered>
  )
}

type PlaceProps = Pick<RegisterFormProps, 'prefixes' | 'prefix' | 'onPlace'> & {
  readonly offered: readonly Template[]
  /** Its name. */
  readonly template: string | undefined
}

function Place({ prefixes, prefix, offered, template, onPlace }: PlaceProps) {
  const t = useTexts()
  const textOf = useText()
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 16, marginBlockEnd: 16 }}>
      <div style={{ flex: '1 1 220px' }}>
        <label htmlFor="register-prefix">{t('prefix')}</label>
        <SelectSoon
          id="register-prefix"
          aria-describedby="register-prefix-help"
          style={{ inlineSize: '100%' }}
          showSearch={{ optionFilterProp: 'label' }}
          value={prefix}
          onChange={(next) => onPlace({ prefix: next })}
          options={prefixes.map((it) => ({ value: it.prefix, label: it.prefix }))}
        />
        <p id="register-prefix-help" style={{ marginBlock: '4px 0' }}>
          {t('prefixHelp')}
        </p>
      </div>
      <div style={{ flex: '1 1 220px' }}>
        <label htmlFor="register-template">{t('template')}</label>
        <SelectSoon
          id="register-template"
          style={{ inlineSize: '100%' }}
          value={template ?? null}
          onChange={(next: string) => onPlace({ template: next })}
          options={[
            ...offered.map((it) => ({ value: it.name, label: `${textOf(it.label)} (${it.id})` })),
            { value: PLAIN, label: t('plain') },
          ]}
        />
      </div>
    </div>
  )
}

function NoTemplate({ prefix }: { prefix: string }) {
  const t = useTexts()
  const me = useMe()
  return (
    <Nothing
      title={t('noTemplate')}
      hint={t('noTemplateHint')}
      action={
        may(me, 'templates.write') && (
          <Go to="/templates" search={{ prefix }}>
            {t('toTemplates')}
          </Go>
        )
      }
    />
  )
}

type Wish = { readonly handle: string } & (
  | { readonly template: string; readonly fields: RecordValues }
  | { readonly values: readonly EditedValue[] }
)

/** Registers once, however often it is sent: the same wish carries the same key until it is answered. */
function useRegister() {
  const changed = useChanged()
  const [isBusy, setIsBusy] = useState(false)
  const { keyFor, done } = useSentKey('register')
  const register = async (wish: Wish): Promise<Identifier> => {
    const header = { 'idempotency-key': keyFor(wish) }
    setIsBusy(true)
    try {
      const body = wish as never
      const record = await answer(api.POST('/api/v1/identifiers', { params: { header }, body }))
      done()
      changed(record)
      return record
    } finally {
      setIsBusy(false)
    }
  }
  return { register, isBusy }
}
