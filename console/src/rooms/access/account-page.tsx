import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Descriptions, Form, Input, Segmented } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type Me, meQuery, useMe } from '../../api/me.ts'
import { session } from '../../api/session.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { chooseLanguage, useLanguage } from '../../frame/language.ts'
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../../frame/theme.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Loading, Said } from '../../ui/states.tsx'
import { useAccountTexts } from './account-texts.ts'
import { PasswordItem } from './password-item.tsx'

const SecondFactor = lazy(async () => ({
  default: (await import('./second-factor.tsx')).SecondFactor,
}))
const OwnAddress = lazy(async () => ({
  default: (await import('./own-address.tsx')).OwnAddress,
}))
const Sessions = lazy(async () => ({ default: (await import('./sessions.tsx')).Sessions }))

export function Page() {
  const t = useAccountTexts()
  const me = useMe()
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <div className="cards" style={{ maxInlineSize: 800 }}>
        <Profile me={me} />
        <Preferences />
        <Password me={me} />
        <Suspense fallback={<Loading />}>
          <OwnAddress />
          <SecondFactor />
          <Sessions />
        </Suspense>
      </div>
    </PageFrame>
  )
}

function Profile({ me }: { me: Me }) {
  const t = useAccountTexts()
  const frame = useFrameTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ displayName: string }>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const save = async ({ displayName }: { displayName: string }) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await answer(api.PATCH('/api/v1/me', { body: { displayName: displayName.trim() } }))
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
      void message.success(t('saved'))
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Card title={<h2 className="card-title">{t('profile')}</h2>}>
      <Form
        name="profile"
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ displayName: me.displayName }}
        onFinish={(it) => void save(it)}
      >
        {error !== undefined && <Said error={error} />}
        <Descriptions
          column={1}
          style={{ marginBlockEnd: 16 }}
          size="small"
          items={[
            { key: 'name', label: t('name'), children: <bdi>{me.name}</bdi> },
            { key: 'roles', label: t('roles'), children: <OwnRoles me={me} /> },
          ]}
        />
        <Form.Item
          name="displayName"
          label={t('displayName')}
          rules={[{ required: true, whitespace: true, message: t('displayNameNeeded') }]}
        >
          <Input maxLength={100} autoComplete="name" dir="auto" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {frame('save')}
        </Button>
      </Form>
    </Card>
  )
}

function OwnRoles({ me }: { me: Me }) {
  const t = useAccountTexts()
  if (me.nodeRoles.length + me.memberships.length === 0) return t('noRole')
  return (
    <ul style={{ margin: 0, padding: 0, listStyle: 'none' }}>
      {me.nodeRoles.map((role) => (
        <li key={role}>{t(`role_${role}`)}</li>
      ))}
      {me.memberships.map((it) => (
        <li key={it.enterprise}>
          <EnterpriseName id={it.enterprise} /> · {it.role && t(`role_${it.role}`)}
        </li>
      ))}
    </ul>
  )
}

function Preferences() {
  const t = useAccountTexts()
  const language = useLanguage()
  const theme = useThemeChoice()
  const languages = [
    { value: 'zh' as const, label: <span lang="zh-CN">{t('chinese')}</span> },
    { value: 'en' as const, label: <span lang="en">{t('english')}</span> },
  ]
  const themes: { value: ThemeChoice; label: string }[] = [
    { value: 'system', label: t('themeSystem') },
    { value: 'light', label: t('themeLight') },
    { value: 'dark', label: t('themeDark') },
  ]
  return (
    <Card title={<h2 className="card-title">{t('preferences')}</h2>}>
      <div className="card-rows" style={{ alignItems: 'center', gap: 12 }}>
        <span id="own-language">{t('language')}</span>
        <Segmented
          aria-labelledby="own-language"
          name="own-language"
          style={{ justifySelf: 'start' }}
          value={language}
          options={languages}
          onChange={chooseLanguage}
        />
        <span id="own-theme">{t('theme')}</span>
        <Segmented
          aria-labelledby="own-theme"
          name="own-theme"
          style={{ justifySelf: 'start' }}
          value={theme}
          options={themes}
          onChange={chooseTheme}
        />
      </div>
      <p style={{ marginBlockEnd: 0 }}>{t('preferencesHint')}</p>
    </Card>
  )
}

type PasswordValues = { current: string; password: string }

function Password({ me }: { me: Me }) {
  const t = useAccountTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<PasswordValues>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const change = async (body: PasswordValues) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const now = await answer(api.POST('/api/v1/me/password', { body }))
      session.open(now.csrf)
      queries.setQueryData(meQuery.queryKey, now)
      void queries.invalidateQueries({ queryKey: ['sessions'] })
      form.resetFields()
      void message.success(t('passwordChanged'))
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Card title={<h2 className="card-title">{t('password')}</h2>}>
      <p>{t('passwordLead')}</p>
      <Form
        name="own-password"
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(it) => void change(it)}
      >
        {error !== undefined && <Said error={error} />}
        <input
          type="text"
          autoComplete="username"
          value={me.name ?? ''}
          readOnly
          hidden
          aria-hidden
        />
        <Form.Item
          name="current"
          label={t('currentPassword')}
          rules={[{ required: true, message: t('currentNeeded') }]}
        >
          <Input.Password size="large" maxLength={1024} autoComplete="current-password" />
        </Form.Item>
        <PasswordItem label={t('newPassword')} nameOf={() => me.name ?? ''} />
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('changePassword')}
        </Button>
      </Form>
    </Card>
  )
}
