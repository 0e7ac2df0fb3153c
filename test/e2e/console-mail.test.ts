import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { totpCode, totpStep } from '../../src/kernel/access/totp.ts'
import { call, must, signIn } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  openWindow,
  skipBrowser,
  untranslated,
  watchPage,
} from '../support/console-browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import { PASSWORD } from '../support/node-process.ts'
import { fromBase32 } from '../support/second-factor.ts'
import { openSmtp, type SmtpBox } from '../support/smtp.ts'

const LOOKS: readonly Look[] = [
  { width: 1440, language: 'zh' },
  { width: 390, language: 'en' },
]
const FRESH = 'a wholly new sentence'

let box: SmtpBox
const world = consoleWorld({
  isBare: true,
  settings: async (stack) => {
    box = stack.use(await openSmtp())
    return {
      WAYMARK_SMTP_URL: `smtp://127.0.0.1:${box.port}`,
      WAYMARK_SMTP_FROM: '路标 <node@waymark.example>',
      WAYMARK_PUBLIC_URL: 'https://node.example',
    }
  },
})

type Story = {
  readonly page: Page
  readonly look: Look
  readonly say: (zh: string, en: string) => string
}

const clean = async ({ page, look }: Story) => {
  await drawn(page)
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, look.language))], [])
}

/** The menu of the account stands on every page of who is signed in. */
const inside = ({ page, say }: Story, name: string) =>
  page.getByRole('button', { name: `${say('账户菜单：', 'Account menu: ')}${name}` }).waitFor()

async function signedOut({ page }: Story): Promise<void> {
  await page.context().clearCookies()
  await page.goto('/console/sign-in')
  await page.evaluate("localStorage.removeItem('waymark.session')")
}

async function giveName({ page, say }: Story, name: string, password: string): Promise<void> {
  await page.getByLabel(say('登录名', 'Sign-in name'), { exact: true }).fill(name)
  await page.getByLabel(say('密码', 'Password'), { exact: true }).fill(password)
  await page.getByRole('button', { name: say('登录', 'Sign in'), exact: true }).click()
}

/** By an invitation that the operator has mailed from the console. */
async function joined(it: Story, { name, to }: { name: string; to: string }): Promise<void> {
  const { page, say } = it
  await page.goto('/console/sign-in?next=/users')
  await giveName(it, 'ops', PASSWORD)
  await page.getByRole('button', { name: say('邀请用户', 'Invite somebody') }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(say('本节点', 'This node')).click()
  await dialog.getByLabel(say('角色', 'Role')).click()
  await page.locator('.ant-select-item-option', { hasText: say('审计人员', 'Auditor') }).click()
  await dialog.getByLabel(say('邮箱', 'Mailed to')).fill(to)
  await dialog.getByRole('button', { name: say('生成链接', 'Make the link') }).click()
  await dialog.getByText(say(`邀请已发送至 ${to}`, `The invitation is mailed to ${to}`)).waitFor()
  const { path, subject } = await box.take(to)
  assert.match(subject, it.look.language === 'zh' ? /邀请您加入$/ : /You are invited$/)
  await signedOut(it)
  await page.goto(path)
  await page.getByLabel(say('登录名', 'Sign-in name'), { exact: true }).fill(name)
  await page.getByLabel(say('设置密码', 'Choose a password')).fill(PASSWORD)
  await page
    .getByRole('button', { name: say('创建账户并加入', 'Open the account and join') })
    .click()
  await inside(it, name)
}

/** Changes the address in the account and follows the link. */
async function confirmed(it: Story, to: string): Promise<void> {
  const { page, say } = it
  await page.goto('/console/account')
  await page.getByRole('button', { name: say('设置邮箱', 'Set the address') }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say('邮箱', 'E-mail address')).fill(to)
  await dialog.getByLabel(say('密码', 'Password'), { exact: true }).fill(PASSWORD)
  assert.deepEqual(await findings(page), [])
  await dialog.getByRole('button', { name: say('发送链接', 'Mail me a link') }).click()
  await page.getByText(say(`已向 ${to} 发送链接`, `A link was mailed to ${to}`)).waitFor()
  await clean(it)
  await page.goto((await box.take(to)).path)
  await clean(it)
  await page.getByRole('button', { name: say('确认此邮箱', 'Confirm this address') }).click()
  await page.getByText(say('邮箱已确认', 'The address is confirmed')).waitFor()
}

/** The second factor is set up, lost, and taken off by mail. */
async function factorLost(it: Story, { name, to }: { name: string; to: string }): Promise<void> {
  const { page, say } = it
  const headers = await signIn(world.url, name)
  const factor = '/api/v1/me/second-factor/totp'
  const { secret } = await must(
    call(world.url, 'POST', factor, { headers, body: { password: PASSWORD } }),
  )
  const code = totpCode(fromBase32(secret), totpStep(Date.now()))
  await must(call(world.url, 'POST', `${factor}/confirm`, { headers, body: { code } }))
  await signedOut(it)
  await giveName(it, name, PASSWORD)
  await page
    .getByRole('button', { name: say('通过邮件移除第二验证', 'Take it off by mail') })
    .click()
  await page
    .getByText(say('已向您确认过的邮箱发送链接', 'A link was mailed to the address'))
    .waitFor()
  await clean(it)
  await page.goto((await box.take(to)).path)
  await clean(it)
  await page.getByLabel(say('密码', 'Password'), { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: say('移除第二验证', 'Take it off') }).click()
  await page.getByText(say('第二验证已移除', 'Your second factor is off')).waitFor()
  await page.goto('/console/sign-in')
  await giveName(it, name, PASSWORD)
  await inside(it, name)
}

for (const look of LOOKS) {
  const { width, language } = look
  test(`invited by mail, and back in by mail, ${width} px, ${language}`, {
    skip: skipBrowser,
  }, async () => {
    const context = await openWindow(world.browser, world.url, look)
    const page = await context.newPage()
    const said = watchPage(page, world.url)
    const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
    const it: Story = { page, look, say }
    const name = `mia-${language}`
    const to = `second-${name}@mail.example`
    await joined(it, { name, to: `${name}@mail.example` })
    await confirmed(it, to)
    await factorLost(it, { name, to })
    await signedOut(it)
    await page.getByRole('link', { name: say('忘记密码？', 'Forgotten your password?') }).click()
    const address = page.getByLabel(say('邮箱', 'E-mail address'))
    await address.fill(to)
    await clean(it)
    await page.getByRole('button', { name: say('发送链接', 'Mail me a link') }).click()
    await page.getByText(say('请查收邮件', 'Look into your mail')).waitFor()
    await page.goto((await box.take(to)).path)
    await page.getByLabel(say('设置密码', 'Choose a password')).fill(FRESH)
    await page.getByRole('button', { name: say('保存并登录', 'Save and sign in') }).click()
    await inside(it, name)
    await signIn(world.url, name, FRESH)
    await context.close()
    assert.deepEqual(
      said.filter((line) => !/status of (401|403|404)/.test(line)),
      [],
    )
  })
}

test('an operator sees on the dashboard that letters wait, and why', {
  skip: skipBrowser,
}, async () => {
  box.isAway = true
  const wish = { nodeRole: 'auditor', mail: 'late@mail.example' }
  await must(
    call(world.url, 'POST', '/api/v1/invitations', {
      headers: world.tenants.operator,
      body: wish,
    }),
  )
  const context = await openWindow(
    world.browser,
    world.url,
    { width: 1440, language: 'zh' },
    world.tenants.operator,
  )
  const page = await context.newPage()
  const told = page.getByText('最近的错误：ECONNECTION')
  await page.goto('/console/')
  await page.getByText('1 封待发送').waitFor()
  // the first attempt may be yet to come
  while (!(await told.isVisible())) {
    await page.reload()
    await page.getByText('1 封待发送').waitFor()
  }
  box.isAway = false
  await box.take('late@mail.example')
  await context.close()
})
