import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openSqliteDocuments } from '../../src/kernel/documents/sqlite.ts'
import { planLedger } from '../../src/kernel/quotas/ledger.ts'
import { POLICY_AWARDS } from '../../src/policy/awards/collections.ts'
import { call, must, sessionOf } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  skipBrowser,
  untranslated,
} from '../support/console-browser.ts'
import { consoleWorld, withPage } from '../support/console-world.ts'
import { PASSWORD } from '../support/node-process.ts'

type Headers = Readonly<Record<string, string>>

const AUTHOR = { kind: 'system', id: 'test' } as const
const DAY_MS = 86_400_000

/** The second person of a payment, and who decides. */
let treasurer: Headers = {}
let approver: Headers = {}
const world = consoleWorld({
  fill: async ({ url, tenants }) => {
    const invited = async (nodeRole: string, name: string) => {
      const headers = { ...tenants.operator }
      const { token } = await must(
        call(url, 'POST', '/api/v1/invitations', { headers, body: { nodeRole } }),
      )
      const body = { token, name, displayName: name, password: PASSWORD }
      return sessionOf(await call(url, 'POST', '/api/v1/invitations/accept', { body }))
    }
    treasurer = await invited('treasurer', 'tina')
    approver = await invited('approver', 'anna')
  },
})

const WORDS = {
  zh: {
    ...{ fund: '工业互联网措施年度资金（市级）' },
    ...{ open: '开设账簿', budget: '预算', year: '年度', book: '登记分录', amount: '金额（元）' },
    ...{
      paper: '依据文号',
      prove: '核验账簿',
      proved: '账簿一致',
      correct: '更正',
      reason: '理由',
    },
    ...{ wasRight: '已更正', available: /可用 ¥9,000.00/, plan: '制定拨付计划', share: '占比' },
    ...{ due: '到期日', add: '增加一期', order: '下达', confirm: '确认支付', paid: '已支付' },
    ...{ second: '由下达人以外', take: '领取', held: '我的券', usable: '可使用' },
    ...{ service: '确认服务', unpaid: '待兑付', report: '提交报告', text: '报告内容' },
    ...{ reported: '待审核', overdue: '逾期', indicators: '指标', sum: '各期占比合计为 1/2' },
    ...{ recoveries: '追回', answer: '陈述申辩', statement: '陈述', decide: '待决定' },
    ...{ undo: '更正退款', which: '哪一笔退款', settle: '确认更正', owed: '待退款' },
    ...{ openSeries: '新建券种', title: '名称', measure: '措施', ledger: '账簿' },
    ...{ face: '面额（元）', count: '总张数', from: '开始日', until: '有效至' },
    ...{ providers: '服务机构名单', pay: '兑付', undoPaid: '更正兑付', settlePaid: '确认更正兑付' },
    ...{ undoing: '兑付更正待确认' },
  },
  en: {
    ...{ fund: 'Yearly money of the city for the industrial internet measures' },
    ...{ open: 'Open a ledger', budget: 'Budget', year: 'Year', book: 'Book an entry' },
    ...{ amount: 'Amount in yuan', paper: 'Paper', prove: 'Prove the ledger' },
    ...{ proved: 'All agrees', correct: 'Set right', reason: 'Reason', wasRight: 'Was set right' },
    ...{ available: /¥9,000.00 is available/, plan: 'Plan payments', share: 'Share' },
    ...{ due: 'Due on', add: 'Add an instalment', order: 'Order', confirm: 'Confirm' },
    ...{ paid: 'Paid', second: 'by another person', take: 'Take one', held: 'Held by us' },
    ...{ usable: 'Can be used', service: 'Confirm the service', unpaid: 'To be paid' },
    ...{ report: 'Report', text: 'Report', reported: 'Reported', overdue: 'Overdue' },
    ...{ indicators: 'Indicators', sum: 'The shares come to 1/2', recoveries: 'Asked back' },
    ...{ answer: 'Answer', statement: 'Your answer', decide: 'To be decided' },
    ...{ undo: 'Undo a return', which: 'Which return', settle: 'Settle the undoing' },
    ...{ owed: 'To be returned', openSeries: 'New series', title: 'Title', measure: 'Measure' },
    ...{ ledger: 'Ledger', face: 'Face in yuan', count: 'How many', from: 'From' },
    ...{ until: 'Good until', providers: 'Providers', pay: 'Pay', undoPaid: 'Undo the payment' },
    ...{ settlePaid: 'Settle the undoing of the payment', undoing: 'A payment is to be undone' },
  },
} as const

const STORIES = [
  { look: { width: 1440, language: 'zh' } as Look, year: 2026, us: 'a', them: 'b' },
  { look: { width: 390, language: 'en' } as Look, year: 2027, us: 'b', them: 'a' },
] as const

const clean = async (page: Page, { language }: Look) =>
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])

let keys = 0
const post = async (session: Headers, path: string, body: object) =>
  await must(
    call(world.url, 'POST', `/api/v1/policy${path}`, {
      headers: { ...session },
      body: { key: `story-key-${++keys}`, ...body },
    }),
  )

/** As a decision leaves it, which is another story. */
async function award(id: string, year: number, applicant: string): Promise<void> {
  const path = join(world.folder, 'data', 'documents.sqlite')
  await using documents = await openSqliteDocuments({ path, clock: Date.now })
  const matter = { kind: 'commitment', key: `commit:${id}`, amount: 100_000n, matter: id } as const
  const planned = await planLedger(documents, `budget:D0-B1:${year}`, [matter], Date.now())
  assert.equal(planned.kind, 'planned')
  if (planned.kind !== 'planned') return
  const put = {
    ...{ case: 'c1', plan: 'p1', applicant, measure: 'D1-M10', amountFen: '100000' },
    ...{ basis: 'exact', rulesDigest: '0'.repeat(64), budget: 'D0-B1', year },
    ...{ decidedAt: Date.now(), state: 'decided', paidFen: '0', recoveredFen: '0' },
  }
  const write = { collection: POLICY_AWARDS, id, expected: 0, put }
  await documents.commit([write, ...planned.writes], { author: AUTHOR })
}

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

for (const { look, year, us, them } of STORIES) {
  const words = WORDS[look.language]
  const name = `${look.width} px, ${look.language}`
  const open = async (page: Page, path: string) => {
    await page.goto(`/console/support/${path}`)
    await drawn(page)
  }
  const press = (page: Page, verb: string) =>
    page.locator('main').getByRole('button', { name: verb, exact: true }).first().click()
  /** In a row of this story's year. */
  const pressIn = (page: Page, verb: string) =>
    page
      .locator(look.width > 1000 ? 'main tr' : 'main li', { hasText: String(year) })
      .getByRole('button', { name: verb, exact: true })
      .first()
      .click()
  const dialog = (page: Page) => page.getByRole('dialog')
  const send = async (page: Page, verb: string) => {
    await dialog(page).locator('.ant-modal-footer').getByRole('button', { name: verb }).click()
    await dialog(page).waitFor({ state: 'hidden' })
  }
  const fill = (page: Page, label: string, text: string) =>
    dialog(page).getByLabel(label, { exact: true }).fill(text)

  test(`a ledger is opened, filled, set right and proved, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const session = { ...world.tenants.operator }
    await withPage(world, { look, session }, async (page) => {
      await open(page, 'ledger')
      await clean(page, look)
      await press(page, words.open)
      await dialog(page).getByLabel(words.budget, { exact: true }).click()
      await page.locator('.ant-select-item-option', { hasText: words.fund }).first().click()
      await fill(page, words.year, String(year))
      await clean(page, look)
      await send(page, words.open)
      for (const amount of ['10000', '500.50']) {
        await press(page, words.book)
        await fill(page, words.amount, amount)
        await fill(page, words.paper, 'No. 1')
        await send(page, words.book)
      }
      await page.locator('main').getByText('500.50').first().waitFor()
      await press(page, words.correct)
      await fill(page, words.paper, 'No. 2')
      await fill(page, words.reason, 'x')
      await clean(page, look)
      await send(page, words.correct)
      await page.getByText(words.wasRight).first().waitFor()
      await press(page, words.prove)
      await page.getByText(words.proved).waitFor()
      await drawn(page)
      await clean(page, look)
    })
  })

  test(`an award is planned, ordered, and paid by a second person, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const session = { ...world.tenants.operator }
    const { names, administrator } = world.tenants[us]
    await award(`award-${us}`, year, names.enterprise)
    await withPage(world, { look, session }, async (page) => {
      await open(page, 'payments')
      await pressIn(page, words.plan)
      const shares = dialog(page).getByLabel(words.share, { exact: true })
      const days = dialog(page).getByLabel(words.due, { exact: true })
      await shares.first().fill('1/2')
      await days.first().fill(`${year}-06-30`)
      await dialog(page)
        .locator('.ant-modal-footer')
        .getByRole('button', { name: words.plan })
        .click()
      await dialog(page).getByText(words.sum).waitFor()
      await dialog(page).getByRole('button', { name: words.add }).click()
      await shares.nth(1).fill('1/2')
      await days.nth(1).fill(`${year}-12-31`)
      // on a phone the buttons of the list lie half behind the dialog
      if (look.width > 1000) await clean(page, look)
      await send(page, words.plan)
      await pressIn(page, words.order)
      await fill(page, words.paper, 'No. 3')
      await send(page, words.order)
      await pressIn(page, words.confirm)
      await fill(page, words.paper, 'No. 4')
      await dialog(page)
        .locator('.ant-modal-footer')
        .getByRole('button', { name: words.confirm })
        .click()
      await dialog(page).getByText(words.second).waitFor()
    })
    await withPage(world, { look, session: treasurer }, async (page) => {
      await open(page, 'payments')
      await pressIn(page, words.confirm)
      await fill(page, words.paper, 'No. 4')
      await send(page, words.confirm)
      await drawn(page)
      await clean(page, look)
      await open(page, 'ledger')
      await page.goto(`/console/support/ledger?ledger=budget:D0-B1:${year}`)
      await page.getByText(words.available).waitFor()
    })
    await withPage(world, { look, session: { ...administrator } }, async (page) => {
      await open(page, 'payments')
      await page.locator('main').getByText(words.paid, { exact: true }).first().waitFor()
      await clean(page, look)
    })
  })

  test(`a voucher is taken, and the service confirmed, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const [own, other] = [world.tenants[us], world.tenants[them]]
    const provider = await must(
      call(world.url, 'GET', `/api/v1/enterprises/${other.names.enterprise}`, {
        headers: { ...world.tenants.operator },
      }),
    )
    await withPage(world, { look, session: { ...world.tenants.operator } }, async (page) => {
      await open(page, 'vouchers')
      await press(page, words.openSeries)
      const choose = async (label: string, typed: string, shown = typed) => {
        await dialog(page).getByLabel(label, { exact: true }).click()
        await page.keyboard.type(typed)
        await page.locator('.ant-select-item-option', { hasText: shown }).first().click()
      }
      await fill(page, words.title, `券 ${us}`)
      await choose(words.measure, 'D1-M06')
      await choose(words.ledger, `D0-B1 · ${year}`)
      await fill(page, words.paper, 'No. 5')
      await fill(page, words.face, '100')
      await fill(page, words.count, '1')
      await fill(page, words.from, inDays(-1).slice(0, 10))
      await fill(page, words.until, inDays(30).slice(0, 10))
      await choose(words.providers, provider.entry.name)
      await page.keyboard.press('Escape')
      await send(page, words.openSeries)
    })
    await withPage(world, { look, session: { ...own.administrator } }, async (page) => {
      await open(page, 'vouchers')
      await clean(page, look)
      await page
        .locator('main')
        .locator(look.width > 1000 ? 'tr' : 'li', { hasText: `券 ${us}` })
        .getByRole('button', { name: words.take })
        .click()
      await send(page, words.take)
      await page.getByRole('link', { name: words.held, exact: true }).click()
      await page.getByText(words.usable).waitFor()
      const code = /[0-9A-Z*~$=]{4}(?:-[0-9A-Z*~$=]{1,4}){4}/.exec(
        await page.locator('main').innerText(),
      )
      await post({ ...other.administrator }, '/vouchers/claim', {
        ...{ provider: other.names.enterprise, code: code?.[0] ?? '' },
        ...{ invoice: `2544200000${year}`, invoiceFen: '20000' },
      })
      await page.reload()
      await drawn(page)
      await clean(page, look)
      await press(page, words.service)
      await send(page, words.service)
      await page.getByText(words.unpaid).waitFor()
    })
    await withPage(world, { look, session: { ...world.tenants.operator } }, async (page) => {
      await open(page, 'vouchers?show=held')
      await press(page, words.pay)
      await fill(page, words.paper, 'No. 6')
      await send(page, words.pay)
      await press(page, words.undoPaid)
      await fill(page, words.paper, 'No. 7')
      await fill(page, words.reason, 'x')
      await clean(page, look)
      await send(page, words.undoPaid)
      await page.getByText(words.undoing).waitFor()
    })
    await withPage(world, { look, session: treasurer }, async (page) => {
      await open(page, 'vouchers?show=held')
      await press(page, words.settlePaid)
      await send(page, words.settlePaid)
      await page.getByText(words.undoing).waitFor({ state: 'detached' })
      await press(page, words.pay)
      await page.getByRole('dialog').waitFor()
    })
  })

  test(`a duty is reported on, and money that is asked back is answered, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const operator = { ...world.tenants.operator }
    const id = `award-${us}`
    const indicator = { name: `营收 ${us}`, unit: '万元', target: '100', is: 'at-least' }
    const duty = { award: id, title: `年报 ${us}`, source: 'D1', dueAt: inDays(-1) }
    await post(operator, '/duties', { ...duty, kind: 'indicator', indicator })
    const session = { ...world.tenants[us].administrator }
    await withPage(world, { look, session }, async (page) => {
      await open(page, 'aftercare')
      await page.locator('main').getByText(words.overdue, { exact: true }).nth(1).waitFor()
      await clean(page, look)
      await press(page, words.report)
      await dialog(page).getByLabel(`${indicator.name} (${indicator.unit})`).fill('120')
      await fill(page, words.text, 'x')
      await clean(page, look)
      await send(page, words.report)
      await page.locator('main').getByText(words.reported, { exact: true }).nth(1).waitFor()
      await page.getByRole('link', { name: words.indicators, exact: true }).click()
      await page.getByText(indicator.name).first().waitFor()
      await drawn(page)
      await clean(page, look)
      await post(operator, '/recoveries', {
        ...{ award: id, reason: 'y', clause: 'D1', amountFen: '50000', heardUntil: inDays(5) },
      })
      await page.getByRole('link', { name: words.recoveries, exact: true }).click()
      await press(page, words.answer)
      await fill(page, words.statement, 'z')
      await send(page, words.answer)
      await page.getByText(words.decide).first().waitFor()
      await clean(page, look)
    })
    const { items } = await must(
      call(world.url, 'GET', `/api/v1/policy/recoveries?award=${id}`, { headers: operator }),
    )
    const demand = { outcome: 'demand', reason: 'y', reference: 'No. 6' }
    await post(approver, `/recoveries/${items[0].id}/decision`, demand)
    const back = { amountFen: '50000', reference: 'No. 7' }
    await post(treasurer, `/recoveries/${items[0].id}/returns`, back)
    await withPage(world, { look, session: operator }, async (page) => {
      await open(page, 'aftercare')
      await page.getByRole('link', { name: words.recoveries, exact: true }).click()
      await press(page, words.undo)
      await dialog(page).getByLabel(words.which, { exact: true }).click()
      await page.locator('.ant-select-item-option', { hasText: 'No. 7' }).first().click()
      await fill(page, words.paper, 'No. 8')
      await fill(page, words.reason, 'z')
      if (look.width > 1000) await clean(page, look)
      await send(page, words.undo)
    })
    await withPage(world, { look, session: treasurer }, async (page) => {
      await open(page, 'aftercare')
      await page.getByRole('link', { name: words.recoveries, exact: true }).click()
      await press(page, words.settle)
      await send(page, words.settle)
      await page.getByText(words.owed, { exact: true }).first().waitFor()
      await drawn(page)
      await clean(page, look)
    })
  })
}
