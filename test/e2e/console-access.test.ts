import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
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
import { PASSWORD, scratchFolder, startNodeProcess } from '../support/node-process.ts'

const LOOKS: readonly Look[] = [
  { width: 1440, language: 'zh' },
  { width: 390, language: 'en' },
]
// passkeys want a host with a name
const world = consoleWorld({ host: 'localhost', isBare: true })

type Story = {
  readonly context: BrowserContext
  readonly page: Page
  readonly look: Look
  /** What the page says in the language of the look. */
  readonly say: (zh: string, en: string) => string
  /** A name for a person of this run. */
  readonly own: (name: string) => string
}

/** One story in each look; at its end the page has complained of nothing but what `expected` names. */
function story(name: string, tell: (it: Story) => Promise<void>, expected = /^$/): void {
  for (const look of LOOKS) {
    const { width, language } = look
    test(`${name}, ${width} px, ${language}`, { skip: skipBrowser }, async () => {
      const context = await openWindow(world.browser, world.url, look)
      const page = await context.newPage()
      const said = watchPage(page, world.url)
      const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
      try {
        await tell({ context, page, look, say, own: (it) => `${it}-${language}` })
      } finally {
        await context.close()
      }
      const wrong = said.filter((it) => !expected.test(it))
      assert.deepEqual(wrong, [])
    })
  }
}

/** The browser's own log of an answer that is no success. */
const REFUSED = /status of (403|404|401|422|409)/

async function invited(name: string, nodeRole = 'reviewer'): Promise<void> {
  const body = { nodeRole }
  const asked = call(world.url, 'POST', '/api/v1/invitations', {
    headers: world.tenants.operator,
    body,
  })
  const { token } = await must(asked)
  const account = { token, name, displayName: name, password: PASSWORD }
  await must(call(world.url, 'POST', '/api/v1/invitations/accept', { body: account }))
}

async function giveName({ page, say }: Story, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel(say('登录名', 'Sign-in name'), { exact: true }).fill(name)
  await page.getByLabel(say('密码', 'Password'), { exact: true }).fill(password)
  await page.getByRole('button', { name: say('登录', 'Sign in'), exact: true }).click()
}

/** The menu of the account stands on every page of who is signed in. */
const inside = ({ page, say }: Story, name: string) =>
  page.getByRole('button', { name: `${say('账户菜单：', 'Account menu: ')}${name}` }).waitFor()

const clean = async ({ page, look }: Story) => {
  await drawn(page)
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, look.language))], [])
}

for (const look of LOOKS) {
  const { width, language } = look
  test(`the first minutes, ${width} px, ${language}`, { skip: skipBrowser }, async () => {
    await using folder = await scratchFolder()
    await using node = await startNodeProcess(folder.path)
    const context = await openWindow(world.browser, node.url, look)
    const page = await context.newPage()
    const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
    const told: Story = { context, page, look, say, own: (it) => it }
    const next = page.getByRole('button', { name: say('下一步', 'Next') })
    await page.goto('/console/sign-in')
    await page.getByRole('link', { name: say('开始初始化', 'Set it up') }).waitFor()
    await page.goto(`/console/setup#${node.setupCode}`)
    await clean(told)
    await page.getByLabel(say('登录名', 'Sign-in name'), { exact: true }).fill('olga')
    const password = page.getByLabel(say('设置密码', 'Choose a password'))
    await password.fill('olga-2026-olga')
    await page.getByText(say('包含登录名', 'contains the sign-in name')).waitFor()
    await password.fill(PASSWORD)
    await next.click()
    const prefix = page.getByLabel(say('节点前缀', 'Prefix of the node'))
    await prefix.fill('no prefix')
    await page.getByLabel(say('节点名称', 'Name of the node')).fill('深圳二级节点')
    await next.click()
    const region = page.getByLabel(say('所在地区', 'Region'))
    await region.fill('深圳')
    await page.locator('.ant-select-item-option', { hasText: '440300' }).first().click()
    // a page that is loaded anew keeps what was typed, and no secret
    await page.reload()
    assert.equal(
      await page.getByLabel(say('登录名', 'Sign-in name'), { exact: true }).inputValue(),
      'olga',
    )
    assert.equal(await password.inputValue(), '')
    await password.fill(PASSWORD)
    await next.click()
    await prefix.waitFor({ state: 'visible' })
    assert.equal(await prefix.inputValue(), 'no prefix')
    await next.click()
    await page
      .locator('.ant-select', { hasText: say('深圳市 440300', 'Shenzhen 440300') })
      .waitFor()
    const finish = page.getByRole('button', { name: say('完成初始化', 'Finish') })
    await finish.click()
    // back at the step of the field that was wrong, with all that was typed
    await prefix.waitFor({ state: 'visible' })
    await page.locator('.ant-form-item-explain-error').first().waitFor()
    await prefix.fill('88.100')
    await next.click()
    await finish.click()
    await inside(told, 'olga')
    assert.equal(new URL(page.url()).pathname, '/console/')
    const settings = await must(call(node.url, 'GET', '/api/v1/node'))
    assert.equal(settings.region, '440300')
    assert.equal(settings.name, '深圳二级节点')
    await page.goto(`/console/setup#${node.setupCode}`)
    await page.getByText(say('初始化链接只能使用一次', 'The setup link works once')).waitFor()
    await context.close()
  })
}

test('a setup code that is none is said clearly, with the command for another', {
  skip: skipBrowser,
}, async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(folder.path)
  const context = await openWindow(world.browser, node.url, { width: 1440, language: 'en' })
  const page = await context.newPage()
  await page.goto('/console/setup#AAAAAAAAAAAAAAAAAAAAAA')
  await page.getByLabel('Sign-in name', { exact: true }).fill('olga')
  await page.getByLabel('Choose a password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Prefix of the node').fill('88.100')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.getByText('waymark setup --new-code', { exact: true }).waitFor()
  await context.close()
})

story(
  'a wrong password is said, and the right one goes to the page that was wanted',
  async (told) => {
    await told.page.goto('/console/roles')
    await giveName(told, 'ops', 'not my password')
    await told.page
      .getByText(told.say('登录名或密码错误', 'The name or the password is wrong'))
      .waitFor()
    await giveName(told, 'ops')
    await told.page.waitForURL('**/console/roles')
    await clean(told)
  },
  REFUSED,
)

story('an invitation: made in the console, accepted by somebody new', async (told) => {
  const { page, say, own, look } = told
  await page.goto('/console/sign-in')
  await giveName(told, 'ops')
  await inside(told, 'ops')
  await page.goto('/console/users')
  await clean(told)
  await page.getByRole('button', { name: say('邀请用户', 'Invite somebody') }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(say('本节点', 'This node')).click()
  await dialog.getByLabel(say('角色', 'Role')).click()
  await page.locator('.ant-select-item-option', { hasText: say('审核人员', 'Reviewer') }).click()
  await dialog.getByText(say('审核企业申请', 'Review applications')).waitFor()
  assert.deepEqual(await findings(page), [])
  await dialog.getByRole('button', { name: say('生成链接', 'Make the link') }).click()
  const link = (await dialog.locator('code').innerText()).trim()
  const other = await openWindow(world.browser, world.url, look)
  const guest = { ...told, context: other, page: await other.newPage() }
  await guest.page.goto(link)
  await guest.page.getByText(say('角色：审核人员', 'As reviewer')).waitFor()
  await clean(guest)
  const name = guest.page.getByLabel(say('登录名', 'Sign-in name'), { exact: true })
  await name.fill(own('mei'))
  await guest.page.reload()
  assert.equal(await name.inputValue(), own('mei'))
  await guest.page.getByLabel(say('设置密码', 'Choose a password')).fill(PASSWORD)
  await guest.page
    .getByRole('button', { name: say('创建账户并加入', 'Open the account and join') })
    .click()
  await inside(guest, own('mei'))
  await other.close()
})

story(
  'a link of an administrator: a new password, once',
  async (told) => {
    const { page, say, own } = told
    await invited(own('lost'))
    const { items } = await must(
      call(world.url, 'GET', `/api/v1/users?q=${own('lost')}`, { headers: world.tenants.operator }),
    )
    const { path } = await must(
      call(world.url, 'POST', `/api/v1/users/${items[0].id}/reset-link`, {
        headers: world.tenants.operator,
      }),
    )
    await page.goto(path)
    await clean(told)
    assert.equal(await page.getByLabel(say('登录名', 'Sign-in name')).inputValue(), own('lost'))
    await page.getByLabel(say('设置密码', 'Choose a password')).fill('a wholly new sentence')
    await page.getByRole('button', { name: say('保存并登录', 'Save and sign in') }).click()
    await inside(told, own('lost'))
    const again = await told.context.newPage()
    await again.goto(path)
    await again.getByText(say('该链接已使用', 'This link was used')).waitFor()
    await signIn(world.url, own('lost'), 'a wholly new sentence')
  },
  REFUSED,
)

story(
  'an authenticator app: set up by the QR code’s secret, asked for, and recovered from',
  async (told) => {
    const { page, say, own } = told
    await invited(own('app'))
    await page.goto('/console/sign-in?next=/account')
    await giveName(told, own('app'))
    await page.getByRole('button', { name: say('设置验证器应用', 'Set up an app') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(say('密码', 'Password'), { exact: true }).fill(PASSWORD)
    await dialog.getByRole('button', { name: say('继续', 'Go on') }).click()
    await dialog.getByRole('img', { name: say('验证器二维码', 'QR code for the app') }).waitFor()
    const secret = fromBase32((await dialog.locator('code').innerText()).trim())
    const now = totpStep(Date.now())
    await dialog.getByLabel(say('6 位验证码', 'Six digits')).fill(totpCode(secret, now))
    await dialog.getByRole('button', { name: say('开启', 'Turn it on') }).click()
    const codes = page.locator('[role=dialog] ol li')
    await codes.first().waitFor()
    const recovery = await codes.allInnerTexts()
    assert.equal(recovery.length, 10)
    await page.getByRole('button', { name: say('我已保存', 'I have kept them') }).click()
    await clean(told)
    const other = await openWindow(world.browser, world.url, told.look)
    const second = { ...told, context: other, page: await other.newPage() }
    await second.page.goto('/console/sign-in')
    await giveName(second, own('app'))
    const field = second.page.getByLabel(say('验证码', 'Code'), { exact: true })
    const confirm = second.page.getByRole('button', { name: say('确认', 'Confirm') })
    await field.waitFor()
    await clean(second)
    await field.fill('000000')
    await confirm.click()
    await second.page
      .getByText(say('验证码错误或已使用', 'The code is wrong or was used'))
      .waitFor()
    // the code of the step after the one used above; the node takes one step early
    await field.fill(totpCode(secret, Math.max(now + 1, totpStep(Date.now()))))
    await confirm.click()
    await inside(second, own('app'))
    await other.close()
    const third = await openWindow(world.browser, world.url, told.look)
    const lost = { ...told, context: third, page: await third.newPage() }
    await lost.page.goto('/console/sign-in')
    await giveName(lost, own('app'))
    await lost.page.getByLabel(say('验证码', 'Code'), { exact: true }).fill(recovery[0] ?? '')
    await lost.page.getByRole('button', { name: say('确认', 'Confirm') }).click()
    await inside(lost, own('app'))
    await third.close()
  },
  REFUSED,
)

story('a passkey: made, signed in by without a password, named and removed', async (told) => {
  const { page, context, say, own } = told
  await invited(own('key'))
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto('/console/sign-in?next=/account')
  await giveName(told, own('key'))
  await page.getByRole('button', { name: say('添加通行密钥', 'Add a passkey') }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say('名称', 'Name'), { exact: true }).fill('工作手机')
  await dialog.getByLabel(say('密码', 'Password'), { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: say('继续', 'Go on') }).click()
  await page.getByRole('button', { name: say('我已保存', 'I have kept them') }).click()
  await page.getByText('工作手机').waitFor()
  await clean(told)
  const signOut = async () => {
    await page.getByRole('button', { name: say('账户菜单：', 'Account menu: ') }).click()
    await page.getByRole('menuitem', { name: say('退出登录', 'Sign out') }).click()
    await page.waitForURL('**/console/sign-in')
  }
  await signOut()
  await page
    .getByRole('button', { name: say('使用通行密钥登录', 'Sign in with a passkey') })
    .click()
  await inside(told, own('key'))
  await signOut()
  await giveName(told, own('key'))
  await page
    .getByRole('button', { name: say('使用通行密钥', 'Use a passkey'), exact: true })
    .click()
  await inside(told, own('key'))
  await page.goto('/console/account')
  await page.getByRole('button', { name: say('移除：工作手机', 'Remove 工作手机') }).click()
  const asked = page.getByRole('dialog')
  await asked.getByRole('button', { name: say('移除', 'Remove') }).click()
  await page.getByText(say('还没有通行密钥', 'No passkey yet')).waitFor()
  await signIn(world.url, own('key'))
})

story(
  'a session that has ended asks over the page, and nothing typed is lost',
  async (told) => {
    const { page, say, own } = told
    await invited(own('idle'))
    await page.goto('/console/sign-in?next=/account')
    await giveName(told, own('idle'))
    const field = page.getByLabel(say('姓名', 'Name'), { exact: true })
    await field.fill('赵工')
    const session = await signIn(world.url, own('idle'))
    await must(call(world.url, 'DELETE', '/api/v1/me/sessions', { headers: session }))
    await page.getByRole('button', { name: say('保存', 'Save'), exact: true }).click()
    const dialog = page.getByRole('dialog', { name: say('登录已过期', 'Your session has ended') })
    await dialog.waitFor()
    await dialog.getByLabel(say('密码', 'Password'), { exact: true }).fill(PASSWORD)
    await dialog.getByRole('button', { name: say('登录', 'Sign in'), exact: true }).click()
    await page.getByText(say('已保存', 'Saved')).waitFor()
    const me = await must(
      call(world.url, 'GET', '/api/v1/me', { headers: await signIn(world.url, own('idle')) }),
    )
    assert.equal(me.displayName, '赵工')
  },
  REFUSED,
)

story('an API key: made, shown once, used, revoked with its consequence', async (told) => {
  const { page, say, own } = told
  await page.goto('/console/sign-in?next=/keys')
  await giveName(told, 'ops')
  await page.getByRole('button', { name: say('创建密钥', 'Make a key') }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say('名称', 'Label'), { exact: true }).fill(own('mes'))
  await dialog.getByLabel(say('读取运行指标', 'Read the node’s metrics')).check()
  assert.deepEqual(await findings(page), [])
  await dialog.getByRole('button', { name: say('创建密钥', 'Make a key') }).click()
  const token = (await dialog.locator('code').innerText()).trim()
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await call(world.url, 'GET', '/metrics', { headers })).status, 200)
  await dialog
    .getByRole('button', { name: say('关闭', 'Close') })
    .last()
    .click()
  await page.reload()
  await clean(told)
  assert.equal((await page.locator('main').innerText()).includes(token), false)
  const name = `${say('吊销 ', 'Revoke ')}${own('mes')}`
  await page.getByRole('button', { name }).click()
  const asked = page.getByRole('dialog')
  await asked.getByText(say('立即无法访问', 'refused at once')).waitFor()
  await asked.getByRole('button', { name: say('吊销', 'Revoke'), exact: true }).click()
  await page.getByRole('button', { name }).waitFor({ state: 'detached' })
  assert.equal((await call(world.url, 'GET', '/metrics', { headers })).status, 401)
})

function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(it).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((it) => Number.parseInt(it, 2)))
}
