import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { Button, Form, Input, Steps } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useDraft } from '../../ui/draft.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Go, useGo } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Nothing, Said } from '../../ui/states.tsx'
import { Command } from './command.tsx'
import { useEnter } from './enter.ts'
import { useJoinTexts } from './join-texts.ts'
import { PasswordItem } from './password-item.tsx'
import { RegionField } from './region-field.tsx'

const NEW_CODE = 'waymark setup --new-code'

/** The first minutes: who runs the node, and which node it is. */
export function Page() {
  const t = useJoinTexts()
  const setup = useQuery({
    queryKey: ['setup'],
    queryFn: () => answer(api.GET('/api/v1/setup')),
    // the answer changes once in the life of a node, and by this page
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <QueryView query={setup}>
      {({ needed }) =>
        needed ? (
          <PageFrame title={t('setupTitle')} lead={t('setupLead')}>
            <SetupForm />
          </PageFrame>
        ) : (
          <PageFrame title={t('setupTitle')}>
            <Nothing
              title={t('setUpTitle')}
              hint={t('setUpHint')}
              action={<Go to="/sign-in">{t('signIn')}</Go>}
            />
          </PageFrame>
        )
      }
    </QueryView>
  )
}

type Values = {
  code: string
  name: string
  displayName?: string
  password: string
  nodePrefix: string
  nodeName?: string
  region?: string
}

/** What stands again when the page is loaded anew: nothing that is secret. */
type Kept = Omit<Values, 'code' | 'password'>

const STEPS = [['code', 'name', 'displayName', 'password'], ['nodePrefix', 'nodeName'], ['region']]

function SetupForm() {
  const t = useJoinTexts()
  const go = useGo()
  const enter = useEnter()
  const queries = useQueryClient()
  const { hash } = useLocation()
  const [form] = Form.useForm<Values>()
  const [step, setStep] = useState(0)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const draft = useDraft<Kept>('setup')
  const code = hash.replace(/^#/, '')
  const showStepOf = (path = '') => {
    const at = STEPS.findIndex((names) => names.includes(path.replace(/^\//, '')))
    if (at >= 0) setStep(at)
  }
  const send = async (typed: Values) => {
    if (step < STEPS.length - 1) return setStep(step + 1)
    setIsBusy(true)
    setError(undefined)
    try {
      const values = { ...typed, ...(code !== '' && { code }) }
      const given = Object.entries(values).filter(([, it]) => it !== undefined && it !== '')
      const body = Object.fromEntries(given) as Values
      enter(await answer(api.POST('/api/v1/setup', { body })))
      draft.discard()
      go('/', {}, { replace: true })
    } catch (thrown) {
      const problem = asProblem(thrown)
      showStepOf(problem.fields[0]?.path)
      setError(showProblem(form, problem))
      // the code may have been used by the first try, whose answer was lost
      if (problem.code === 'sign-in-refused')
        void queries.invalidateQueries({ queryKey: ['setup'] })
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Form
      form={form}
      // ids with a name before them: an input called `nodeName` would hide the form's own property
      name="setup"
      layout="vertical"
      requiredMark={false}
      initialValues={draft.restored ?? {}}
      onValuesChange={(_, { code: _code, password: _secret, ...rest }: Values) => draft.keep(rest)}
      onFinish={(it) => void send(it)}
      onFinishFailed={({ errorFields }) => showStepOf(String(errorFields[0]?.name[0] ?? ''))}
    >
      <Steps
        size="small"
        responsive={false}
        titlePlacement="vertical"
        current={step}
        items={[t('stepOperator'), t('stepNode'), t('stepRegion')].map((title) => ({ title }))}
        style={{ marginBlockEnd: 24 }}
      />
      {error !== undefined && <Refused error={error} />}
      <Step isShown={step === 0}>
        <p>{t('operatorHint')}</p>
        {code === '' && <TextItem name="code" label={t('code')} hint={t('codeHint')} isNeeded />}
        <AccountItems nameOf={() => form.getFieldValue('name') ?? ''} />
      </Step>
      <Step isShown={step === 1}>
        <TextItem
          name="nodePrefix"
          label={t('nodePrefix')}
          hint={t('nodePrefixHint')}
          isNeeded={step >= 1}
          isMono
        />
        <TextItem name="nodeName" label={t('nodeName')} hint={t('nodeNameHint')} max={200} />
      </Step>
      <Step isShown={step === 2}>
        <Form.Item name="region" label={t('region')} extra={t('regionHint')}>
          <RegionField />
        </Form.Item>
      </Step>
      <div style={{ display: 'flex', gap: 8 }}>
        {step > 0 && (
          <Button size="large" onClick={() => setStep(step - 1)}>
            {t('back')}
          </Button>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
          {step < STEPS.length - 1 ? t('next') : t('finish')}
        </Button>
      </div>
    </Form>
  )
}

/** All steps stand in the form from the beginning, so that going back and errors of the node find their fields. */
function Step({ isShown, children }: { isShown: boolean; children: React.ReactNode }) {
  return <div hidden={!isShown}>{children}</div>
}

function Refused({ error }: { error: unknown }) {
  const t = useJoinTexts()
  return (
    <div style={{ marginBlockEnd: 16 }}>
      <Said error={error} />
      {asProblem(error).code === 'sign-in-refused' && (
        <>
          <p style={{ margin: '12px 0 0' }}>{t('codeAnother')}</p>
          <Command text={NEW_CODE} />
        </>
      )}
    </div>
  )
}

/** Name, how one is called, and a password, of an account that is being opened. */
export function AccountItems({ nameOf }: { nameOf: () => string }) {
  const t = useJoinTexts()
  return (
    <>
      <TextItem
        name="name"
        label={t('name')}
        hint={t('nameHint')}
        max={64}
        isNeeded
        autoComplete="username"
      />
      <TextItem
        name="displayName"
        label={t('displayName')}
        hint={t('displayNameHint')}
        max={100}
        autoComplete="name"
      />
      <PasswordItem label={t('newPassword')} nameOf={nameOf} />
    </>
  )
}

type TextItemProps = {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly max?: number
  readonly isNeeded?: boolean
  readonly isMono?: boolean
  readonly autoComplete?: string
}

function TextItem({ name, label, hint, max = 255, autoComplete = 'off', ...is }: TextItemProps) {
  const t = useJoinTexts()
  const needed = { required: true, whitespace: true, message: t('required') }
  return (
    <Form.Item name={name} label={label} extra={hint} rules={is.isNeeded === true ? [needed] : []}>
      <Input
        size="large"
        maxLength={max}
        autoComplete={autoComplete}
        {...(is.isMono === true && { className: 'mono' })}
      />
    </Form.Item>
  )
}
