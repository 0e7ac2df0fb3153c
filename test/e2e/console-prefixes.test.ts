import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { call, must } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  skipBrowser,
  untranslated,
} from '../support/console-browser.ts'
import { consoleWorld, withPage } from '../support/console-world.ts'
import type { Tenant } from '../support/tenants.ts'

const world = consoleWorld()

const WORDS = {
  zh: {
    ...{ open: '展开 {} 的派生前缀', suspend: '暂停', suspended: '已暂停', resume: '恢复' },
    ...{ active: '正常', hold: '冻结', held: '已冻结', lift: '解除冻结', reason: '理由' },
    ...{ order: '文号', authority: '发文机关', delegate: '委托解析', delegated: '已委托' },
    ...{ byService: '服务（HS_SERV）', service: '服务标识' },
    ...{ takeBack: '收回委托', siteAddress: 'IP 地址', siteUrl: '网页解析地址' },
    ...{ release: '释放', released: '已释放', confirm: '输入 {} 以确认' },
    ...{ mismatch: '与前缀不一致', touches: /涉及 \S+ 下已注册的 \d+ 个标识/ },
    ...{ derive: '派生前缀', segment: '下级编号', ask: '申请前缀', note: '用途说明' },
    ...{ grant: '批准', refuse: '拒绝', granted: '已批准', refused: '已拒绝' },
    ...{ stale: '前缀已被他人改动', absent: '没有此页面', find: '按前缀查找' },
  },
  en: {
    ...{ open: 'Show what derives from {}', suspend: 'Suspend', suspended: 'Suspended' },
    ...{ resume: 'Resume', active: 'Active', hold: 'Hold by order', held: 'Held by order' },
    ...{ lift: 'Lift the order', reason: 'Reason', order: 'Number of the order' },
    ...{ authority: 'Authority', delegate: 'Delegate', delegated: 'Delegated' },
    ...{ byService: 'A service (HS_SERV)', service: 'Service' },
    ...{ takeBack: 'Take back', siteAddress: 'IP address', siteUrl: 'Web address' },
    ...{ release: 'Release', released: 'Released', confirm: 'Type {} to confirm' },
    ...{
      mismatch: 'That is not the prefix',
      touches: /It touches \d+ registered identifiers? below/,
    },
    ...{ derive: 'Derive a prefix', segment: 'Next part', ask: 'Ask for a prefix' },
    ...{ note: 'What it is for', grant: 'Grant', refuse: 'Refuse', granted: 'Granted' },
    ...{ refused: 'Refused', stale: 'Somebody else changed the prefix meanwhile' },
    ...{ absent: 'There is nothing here', find: 'Find by a part of the prefix' },
  },
} as const

const STORIES = [
  {
    look: { width: 1440, language: 'zh' } as Look,
    tenant: () => world.tenants.a,
    other: () => world.tenants.b,
  },
  {
    look: { width: 390, language: 'en' } as Look,
    tenant: () => world.tenants.b,
    other: () => world.tenants.a,
  },
]

async function clean(page: Page, { language }: Look): Promise<void> {
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])
}

const fact = async (prefix: string) =>
  await must(
    call(world.url, 'GET', `/api/v1/prefixes/${prefix}`, {
      headers: { ...world.tenants.operator },
    }),
  )

/** The dialog that an act opens; its own button carries the act's name too. */
const dialogOf = (page: Page) => page.getByRole('dialog')

for (const { look, tenant, other } of STORIES) {
  const words = WORDS[look.language]
  const name = `${look.width} px, ${look.language}`

  test(`an operator suspends, holds and lifts a prefix, told what it touches, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names }: Tenant = tenant()
    await withPage(world, { look, session: world.tenants.operator }, async (page) => {
      await page.goto('/console/prefixes')
      await page.getByRole('button', { name: words.open.replace('{}', names.prefix) }).click()
      await page.getByRole('link', { name: names.derived, exact: true }).waitFor()
      await page
        .getByRole('searchbox', { name: words.find })
        .or(page.getByLabel(words.find))
        .first()
        .fill(names.derived)
      await page.keyboard.press('Enter')
      await page.waitForURL(/q=/)
      await page.getByRole('link', { name: names.derived, exact: true }).waitFor()
      await clean(page, look)
      await page.goto(`/console/prefixes/${names.prefix}`)
      await drawn(page)
      const main = page.locator('main')
      const act = async (verb: string, fields: Readonly<Record<string, string>>) => {
        await main.getByRole('button', { name: verb, exact: true }).click()
        const dialog = dialogOf(page)
        await dialog.getByText(words.touches).waitFor()
        for (const [label, text] of Object.entries(fields)) {
          await dialog.getByLabel(label, { exact: true }).fill(text)
        }
        await dialog.getByRole('button', { name: verb, exact: true }).click()
        await dialog.waitFor({ state: 'hidden' })
      }
      await act(words.suspend, { [words.reason]: '欠费 <script>alert(1)</script>' })
      await main.locator('.page-lead').getByText(words.suspended).waitFor()
      assert.equal((await fact(names.derived)).answers, 'suspended')
      await main.getByText('欠费 <script>alert(1)</script>').waitFor()
      await clean(page, look)
      await act(words.resume, {})
      await main.locator('.page-lead').getByText(words.active).waitFor()
      const order = {
        [words.order]: '〔2026〕7',
        [words.authority]: '法院',
        [words.reason]: '查封',
      }
      await act(words.hold, order)
      await main.locator('.page-lead').getByText(words.held).waitFor()
      assert.equal((await fact(names.prefix)).hold.order, '〔2026〕7')
      await act(words.lift, {})
      await main.locator('.page-lead').getByText(words.active).waitFor()
      assert.equal((await fact(names.prefix)).answers, 'hosted')
    })
  })

  test(`an operator delegates, takes back and releases a prefix, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names } = tenant()
    await withPage(world, { look, session: world.tenants.operator }, async (page) => {
      await page.goto(`/console/prefixes/${names.derived}`)
      await drawn(page)
      const main = page.locator('main')
      const dialog = dialogOf(page)
      const open = (verb: string) => main.getByRole('button', { name: verb, exact: true }).click()
      const send = (verb: string) => dialog.getByRole('button', { name: verb, exact: true }).click()
      await open(words.delegate)
      await dialog.getByLabel(words.siteAddress).fill('300.1.1.1')
      await send(words.delegate)
      await dialog.getByText(/203\.0\.113\.9/).waitFor()
      await clean(page, look)
      await dialog.getByLabel(words.siteAddress).fill('')
      await dialog.getByLabel(words.siteUrl).fill('https://id.maker.example/')
      await send(words.delegate)
      await main.locator('.page-lead').getByText(words.delegated).waitFor()
      assert.deepEqual((await fact(names.derived)).hosting.sites, [
        { url: 'https://id.maker.example/' },
      ])
      await open(words.takeBack)
      await send(words.takeBack)
      await dialog.waitFor({ state: 'hidden' })
      await open(words.delegate)
      await dialog.getByRole('radio', { name: words.byService }).check()
      await dialog.getByLabel(words.service, { exact: true }).fill('/maker')
      await send(words.delegate)
      await dialog.getByText('0.SERV/maker').nth(1).waitFor()
      await clean(page, look)
      await dialog.getByLabel(words.service, { exact: true }).fill('0.SERV/maker')
      await send(words.delegate)
      await main.getByText('0.SERV/maker').waitFor()
      const { service, sites } = (await fact(names.derived)).hosting
      assert.deepEqual([service, sites], ['0.SERV/maker', []])
      await drawn(page)
      await clean(page, look)
      await open(words.takeBack)
      // somebody else is quicker
      const headers = { ...world.tenants.operator }
      const path = `/api/v1/prefixes/${names.derived}/suspend`
      await must(call(world.url, 'POST', path, { headers, body: { reason: 'x' } }))
      await send(words.takeBack)
      await dialog.getByText(words.stale).waitFor()
      await send(words.takeBack)
      await dialog.waitFor({ state: 'hidden' })
      assert.equal((await fact(names.derived)).hosting.kind, 'here')
      await open(words.release)
      await dialog.getByLabel(words.reason, { exact: true }).fill('停产')
      const confirm = dialog.getByLabel(words.confirm.replace('{}', names.derived))
      await confirm.fill('88')
      await send(words.release)
      await dialog.getByText(words.mismatch).waitFor()
      await confirm.fill(names.derived)
      await send(words.release)
      await main.locator('.page-lead').getByText(words.released).waitFor()
      assert.equal((await fact(names.derived)).state, 'released')
    })
  })

  test(`an enterprise derives a prefix and asks for another, which the node decides, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator, member } = tenant()
    await withPage(world, { look, session: administrator }, async (page) => {
      await page.goto(`/console/prefixes/${names.prefix}`)
      await drawn(page)
      await page.locator('main').getByRole('button', { name: words.derive, exact: true }).click()
      const dialog = dialogOf(page)
      await dialog.getByLabel(words.segment).fill('Line-1')
      await dialog.getByText(`${names.prefix}.Line-1`).waitFor()
      await dialog.getByRole('button', { name: words.derive, exact: true }).click()
      await page.getByRole('heading', { name: `${names.prefix}.Line-1` }).waitFor()
      await clean(page, look)
      await page.goto('/console/prefixes/requests')
      await drawn(page)
      await page.getByRole('button', { name: words.ask, exact: true }).click()
      await dialog.getByLabel(words.note).fill('第二工厂 🏭')
      await dialog.getByRole('button', { name: words.ask, exact: true }).click()
      await page.getByText('第二工厂 🏭').waitFor()
      await clean(page, look)
    })
    await withPage(world, { look, session: world.tenants.operator }, async (page) => {
      await page.goto('/console/prefixes/requests?state=open')
      await drawn(page)
      const card = () => page.locator('tr, .cards > li').filter({ hasText: '第二工厂 🏭' })
      await card().getByRole('button', { name: words.grant, exact: true }).click()
      const dialog = dialogOf(page)
      await dialog.getByRole('button', { name: words.grant, exact: true }).click()
      await card().waitFor({ state: 'hidden' })
      const own = page
        .locator('tr, .cards > li')
        .filter({ hasText: `${tenant() === world.tenants.a ? 'alpha' : 'bravo'}-request` })
      await own.getByRole('button', { name: words.refuse, exact: true }).click()
      await dialog.getByLabel(words.reason, { exact: true }).fill('请先使用已有前缀')
      await dialog.getByRole('button', { name: words.refuse, exact: true }).click()
      await own.waitFor({ state: 'hidden' })
      await page.goto('/console/prefixes/requests')
      await page.getByText('请先使用已有前缀').first().waitFor()
      await clean(page, look)
    })
    await withPage(world, { look, session: member }, async (page) => {
      await page.goto(`/console/prefixes/${names.prefix}`)
      await drawn(page)
      assert.equal(await page.locator('.page-actions button').count(), 0)
      await page.goto(`/console/prefixes/${other().names.prefix}`)
      await page.getByText(words.absent).waitFor()
    })
  })
}
