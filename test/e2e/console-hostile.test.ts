import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { openChromium } from '../support/chromium.ts'
import {
  drawn,
  findings,
  type Look,
  openWindow,
  skipBrowser,
  watchPage,
} from '../support/console-browser.ts'
import { type HostileDesk, openHostileDesk, type Who } from '../support/hostile-desk.ts'
import { hostile, turnedRound } from '../support/hostile-text.ts'

/** Every page in both looks in the long run; otherwise one of so many in each, and another in the other. */
const isLong = process.env.WAYMARK_TEST_LONG === '1'
const PAGES_EACH = 6
const DESK: Look = { width: 1440, language: 'zh' }
const HAND: Look = { width: 360, language: 'en' }
/** Opened at once in one window. */
const TABS = 3

const skip = skipBrowser
const stack = new AsyncDisposableStack()
let desk: HostileDesk
let browser: Browser

before(async () => {
  if (skip !== false) return
  desk = stack.use(await openHostileDesk())
  browser = stack.adopt(await openChromium(), (it) => it.close())
})
after(() => stack.disposeAsync())

async function windowOf(who: Who, look: Look): Promise<BrowserContext> {
  const context = await openWindow(browser, desk.url, look, desk.sessions[who])
  await context.clock.setFixedTime(desk.now())
  return context
}

/** What is wrong with a page on which hostile texts stand. */
async function wrongWith(page: Page): Promise<string[]> {
  const ran = (await page.evaluate('window.ran')) === undefined ? [] : ['a script ran']
  const turned = (await turnedRound(page)).map((it) => `turned round: ${it}`)
  return [...ran, ...turned, ...(await findings(page))]
}

async function visit(context: BrowserContext, path: string): Promise<string[]> {
  const page = await context.newPage()
  const said = watchPage(page, desk.url)
  await page.goto(path)
  await drawn(page)
  const wrong = [...said, ...(await wrongWith(page))]
  await page.close()
  return wrong.map((it) => `${path}: ${it}`)
}

for (const look of [DESK, HAND]) {
  for (const who of ['operator', 'applicant', 'expert'] as const) {
    test(`every page of the desk stands hostile texts, as ${who}, ${look.width} px, ${look.language}`, {
      skip,
    }, async () => {
      const context = await windowOf(who, look)
      const turn = look === HAND ? 0 : PAGES_EACH / 2
      const all = desk.pages[who]
      const isWhole = isLong || all.length < PAGES_EACH
      const paths = all.filter((_, at) => isWhole || at % PAGES_EACH === turn)
      const wrong: string[] = []
      const left = paths.values()
      const tab = async () => {
        for (const path of left) wrong.push(...(await visit(context, path)))
      }
      await Promise.all(Array.from({ length: TABS }, tab))
      assert.deepEqual(wrong, [])
      await context.close()
    })
  }
}

type Form = {
  readonly name: string
  readonly who: Who
  readonly path: () => string
  /** What opens it, where it does not stand on the page. */
  readonly open?: string
  readonly fill: (form: Locator, page: Page) => Promise<void>
  /** The button that sends it; asked about once more where that `isAsked`. */
  readonly send: string
  readonly isAsked?: boolean
  readonly api: RegExp
}

const field = (form: Locator, name: string) => form.getByLabel(name, { exact: true })

/** Of each room, in English. */
const FORMS: readonly Form[] = [
  {
    ...{ name: 'a note of the office', who: 'operator', open: 'Note of the office' },
    path: () => `/console/support/cases/${desk.ids.new}`,
    fill: (form, page) => paste(page, field(form, 'Note'), hostile(4000)),
    send: 'Note of the office',
    api: /\/cases\/\w+\/deeds$/,
  },
  {
    ...{ name: 'a correction', who: 'operator', open: 'Ask for a correction' },
    path: () => `/console/support/cases/${desk.ids.new}`,
    fill: async (form, page) => {
      await paste(page, field(form, 'Where'), hostile(500))
      await paste(page, field(form, 'Reason'), hostile(4000))
    },
    send: 'Ask for a correction',
    api: /\/cases\/\w+\/deeds$/,
  },
  {
    ...{ name: 'an application', who: 'applicant', send: 'Send the application', isAsked: true },
    path: () => `/console/support/calls/${desk.ids.call}/apply`,
    fill: async (form, page) => {
      await paste(page, field(form, 'Name of the project or matter'), hostile(200))
      await form.getByRole('combobox', { name: 'Kind of applicant' }).fill('industrial enterprise')
      await page.keyboard.press('Enter')
      await field(form, 'declared investment (yuan)').fill('1000000.50')
    },
    api: /\/applications$/,
  },
  {
    ...{ name: 'an objection', who: 'other', send: 'Object' },
    path: () => `/console/support/notices/${desk.ids.notice}`,
    fill: (form, page) => paste(page, field(form, 'What you object to, and why'), hostile(4000)),
    api: /\/objections$/,
  },
  {
    ...{ name: 'a duty', who: 'operator', open: 'Set a duty', send: 'Set a duty' },
    path: () => '/console/support/aftercare',
    fill: async (form, page) => {
      await form.getByRole('combobox', { name: 'Award' }).click()
      await page.locator('.ant-select-item-option').first().click()
      await paste(page, field(form, 'What is to be done'), hostile(200))
      await paste(page, field(form, 'By'), hostile(500))
      await field(form, 'Due on').fill('2021-12-01')
    },
    api: /\/duties$/,
  },
  {
    ...{ name: 'an entry', who: 'treasurer', open: 'Book an entry', send: 'Book an entry' },
    path: () => `/console/support/ledger?ledger=${desk.ids.ledger}`,
    fill: async (form, page) => {
      await field(form, 'Amount in yuan').fill('100')
      await paste(page, field(form, 'Paper'), hostile(500))
    },
    api: /\/entries$/,
  },
  {
    ...{ name: 'a batch', who: 'operator', open: 'Start a batch', send: 'Start a batch' },
    path: () => '/console/support/batches',
    fill: async () => undefined,
    api: /\/batches$/,
  },
  {
    ...{ name: 'an evaluation', who: 'operator', send: 'State the evaluation', isAsked: true },
    path: () => '/console/support/evaluation?measure=D3-M6a',
    fill: (form, page) => paste(page, field(form, 'Conclusion'), hostile(10_000)),
    api: /\/evaluations$/,
  },
  {
    ...{ name: 'a measure', who: 'operator', send: 'Save' },
    path: () => `/console/support/editor/${desk.ids.editing}`,
    fill: (form, page) => paste(page, field(form, 'Title in English'), hostile(400)),
    api: /\/drafts\/\w+$/,
  },
  {
    ...{ name: 'an office', who: 'operator', open: 'Add a level or unit', send: 'Save it' },
    path: () => '/console/support/offices',
    fill: async (form, page) => {
      await field(form, 'Its code').fill('hostile-level')
      await paste(page, field(form, 'Name in Chinese'), hostile(500))
      await paste(page, field(form, 'Name in English'), hostile(500))
    },
    api: /\/offices\//,
  },
  {
    ...{ name: 'a letter', who: 'applicant', send: 'Send it' },
    path: () => '/console/letters',
    fill: async (form, page) => {
      await form.getByRole('combobox', { name: 'Region' }).first().click()
      await page.locator('.ant-select-item-option', { hasText: "Bao'an" }).last().click()
      await paste(page, field(form, 'Subject'), hostile(300))
      await paste(page, field(form, 'What you write'), hostile(4000))
    },
    api: /\/letters$/,
  },
  {
    ...{ name: 'a comment', who: 'other', send: 'Send the comment' },
    path: () => `/console/papers/drafts/${desk.ids.draft}`,
    fill: (form, page) => paste(page, field(form, 'What you say'), hostile(4000)),
    api: /\/comments$/,
  },
  {
    ...{ name: 'a paper', who: 'otto', send: 'Save the draft' },
    path: () => `/console/papers/write?id=${desk.ids.begun}`,
    fill: (form, page) => paste(page, field(form, 'Title'), hostile(299)),
    api: /\/paper-drafts\/\w+$/,
  },
  {
    ...{ name: 'a letter that is taken in', who: 'otto', send: 'Accept' },
    path: () => `/console/letters/${desk.ids.letterFresh}`,
    fill: async () => undefined,
    api: /\/letters\/\w+\/deeds$/,
  },
  {
    ...{ name: 'what becomes of an objection', who: 'operator', open: 'Dismiss', send: 'Dismiss' },
    path: () => `/console/support/plans/${desk.ids.notice}`,
    fill: (form, page) => paste(page, field(form, 'Reason'), hostile(1000)),
    api: /\/award-plans\/\w+\/deeds$/,
  },
  {
    ...{ name: 'a letter that is not ours', who: 'otto', open: 'Not for us', send: 'Not for us' },
    path: () => `/console/letters/${desk.ids.letterForwarded}`,
    fill: (form, page) => paste(page, field(form, 'Reason'), hostile(1000)),
    api: /\/letters\/\w+\/deeds$/,
  },
]

/** Buttons that are built as those above are. */
const MORE: readonly Form[] = [
  {
    ...{ name: 'a duty that is waived', who: 'operator', open: 'Waive', send: 'Waive' },
    path: () => '/console/support/aftercare',
    fill: (form, page) => paste(page, field(form, 'Reason'), hostile(4000)),
    api: /\/duties\/\w+\/end$/,
  },
  {
    ...{ name: 'a condition', who: 'operator', open: 'Condition met', send: 'Condition met' },
    path: () => '/console/support/payments',
    fill: (form, page) => paste(page, field(form, 'Paper'), hostile(500)),
    api: /\/meet-condition$/,
  },
  {
    ...{ name: 'a voucher', who: 'other', open: 'Take one', send: 'Take one' },
    path: () => '/console/support/vouchers',
    fill: async () => undefined,
    api: /\/vouchers$/,
  },
  {
    ...{ name: 'a service', who: 'applicant', send: 'Confirm the service' },
    ...{ open: 'Confirm the service', path: () => '/console/support/vouchers?show=held' },
    fill: async () => undefined,
    api: /\/vouchers\/\w+\/answer$/,
  },
  {
    ...{ name: 'a proposal', who: 'otto', send: 'Save it' },
    path: () => `/console/papers/proposals/${desk.ids.proposal}`,
    fill: (form, page) => paste(page, field(form, 'Session'), hostile(299)),
    api: /\/proposals\/\w+$/,
  },
  {
    ...{ name: 'a new measure', who: 'operator', send: 'New measure' },
    path: () => '/console/support/editor',
    fill: async () => undefined,
    api: /\/drafts$/,
  },
  {
    ...{ name: 'a measure given back', who: 'approver', open: 'Return', send: 'Return' },
    path: () => `/console/support/editor/${desk.ids.proposed}`,
    fill: (form, page) => paste(page, field(form, 'Reason'), hostile(1000)),
    api: /\/reject$/,
  },
  {
    ...{ name: 'a paper that is dropped', who: 'otto', open: 'Drop', send: 'Drop' },
    path: () => `/console/papers/edit/${desk.ids.begun}`,
    fill: (form, page) => paste(page, field(form, 'Reason'), hostile(1000)),
    api: /\/paper-drafts\/\w+\/deeds$/,
  },
  {
    ...{ name: 'the closing of a call', who: 'operator', open: 'Change the closing', send: 'Save' },
    path: () => `/console/support/calls/${desk.ids.call}`,
    fill: async () => undefined,
    api: /\/calls\/\w+$/,
  },
]

const LONG_CHARS = 10_000

type Refused = {
  readonly look: Look
  readonly who: Who
  readonly path: () => string
  readonly open?: string
  /** What else has to be there, by its label. */
  readonly also: Readonly<Record<string, string>>
  readonly field: string
  readonly charsMax: number
  readonly send: string
  readonly api: RegExp
}

const REFUSED: readonly Refused[] = [
  {
    ...{ look: DESK, who: 'other', path: () => `/console/support/notices/${desk.ids.notice}` },
    ...{ also: {}, field: '异议内容', charsMax: 4000, send: '提出异议', api: /\/objections$/ },
  },
  {
    ...{ look: HAND, who: 'operator', path: () => '/console/support/offices' },
    ...{ open: 'Add a level or unit', field: 'Name in Chinese', charsMax: 500, send: 'Save it' },
    ...{ also: { 'Its code': 'long', 'Name in English': 'Long' }, api: /\/offices\// },
  },
  {
    ...{ look: DESK, who: 'operator', path: () => '/console/support/offices' },
    ...{ open: '新增层级或机构', field: '英文名称', charsMax: 500, send: '保存' },
    ...{ also: { 代码: 'long-too', 中文名称: '长' }, api: /\/offices\// },
  },
  {
    ...{ look: HAND, who: 'other', path: () => `/console/papers/drafts/${desk.ids.draft}` },
    ...{ also: {}, field: 'What you say', charsMax: 4000, send: 'Send the comment' },
    api: /\/comments$/,
  },
]

for (const it of REFUSED) {
  test(`${LONG_CHARS} characters in “${it.field}” are kept, and refused where they stand`, {
    skip,
  }, async () => {
    const context = await windowOf(it.who, it.look)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    await page.goto(it.path())
    await drawn(page)
    const main = page.locator('main')
    const within = it.open === undefined ? main : page.getByRole('dialog')
    if (it.open !== undefined) await buttonOf(main, it.open).click()
    for (const [name, text] of Object.entries(it.also)) await field(within, name).fill(text)
    const long = hostile(LONG_CHARS)
    await paste(page, field(within, it.field), long)
    const told = new RegExp(`(?<!\\d)${it.charsMax}(?!\\d)`)
    await page.locator('.ant-message').getByText(told).waitFor()
    await twice(buttonOf(within, it.send))
    const wrong = within.locator('.ant-form-item-has-error').filter({ hasText: it.field })
    await wrong.getByText(told).first().waitFor()
    assert.equal(await field(within, it.field).inputValue(), long)
    const [sent] = await Promise.all([
      page.waitForResponse((reply) => it.api.test(new URL(reply.url()).pathname)),
      (async () => {
        await field(within, it.field).fill(hostile(it.charsMax))
        await twice(buttonOf(within, it.send))
      })(),
    ])
    assert.ok(sent.ok(), `${sent.status()}`)
    await context.close()
  })
}

/** Rich text comes to the clipboard as markup and as words. */
async function paste(page: Page, at: Locator, text: string): Promise<void> {
  await page.evaluate(`(async (words) => {
    const html = new Blob(['<b onclick="window.ran=1">' + words + '</b>'], { type: 'text/html' })
    const plain = new Blob([words], { type: 'text/plain' })
    await navigator.clipboard.write([
      new ClipboardItem({ 'text/html': html, 'text/plain': plain }),
    ])
  })(${JSON.stringify(text)})`)
  await at.focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('ControlOrMeta+v')
  await page.waitForFunction(`document.activeElement.value.length > 0`)
  assert.equal(await at.inputValue(), text)
}

/** Two clicks in one moment, as fast as a hand never is: wherever the button is and whatever moves. */
const twice = (button: Locator) =>
  button.evaluate((it) => {
    const { click } = it as unknown as { readonly click: () => void }
    click.call(it)
    click.call(it)
  })

const buttonOf = (within: Locator, name: string) =>
  within.getByRole('button', { name, exact: true })

/** What was written of the kind that `api` names. */
function writesOf(page: Page, api: RegExp): string[] {
  const sent: string[] = []
  page.on('request', (it) => {
    if (it.method() !== 'GET' && api.test(new URL(it.url()).pathname)) sent.push(it.url())
  })
  return sent
}

for (const form of isLong ? [...FORMS, ...MORE] : FORMS) {
  test(`${form.name}: hostile texts that are pasted come whole, and two clicks are one deed`, {
    skip,
  }, async () => {
    const context = await windowOf(form.who, HAND)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    await page.goto(form.path())
    await drawn(page)
    const sent = writesOf(page, form.api)
    const main = page.locator('main')
    if (form.open !== undefined) await twice(buttonOf(main, form.open).first())
    const within = form.open === undefined ? main : page.getByRole('dialog')
    await buttonOf(within, form.send).waitFor()
    await form.fill(within, page)
    const answered = page.waitForResponse(
      (it) => it.request().method() !== 'GET' && form.api.test(new URL(it.url()).pathname),
    )
    await twice(buttonOf(within, form.send))
    if (form.isAsked === true) {
      const asked = page.getByRole('dialog')
      await buttonOf(asked, form.send).waitFor()
      assert.equal(await asked.count(), 1, 'asked once')
      await twice(buttonOf(asked, form.send))
    }
    const reply = await answered
    assert.ok(reply.ok(), `${reply.status()} ${await reply.text().catch(String)}`)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual(sent.length, 1)
    assert.deepEqual(await wrongWith(page), [])
    await context.close()
  })
}
