import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { call, must } from '../support/api-client.ts'
import {
  BUDGET,
  DAY_MS,
  type DeskWorld,
  FIRMS,
  MEASURE,
  MINUTE_MS,
  openDeskWorld,
} from '../support/award-world.ts'
import { openChromium } from '../support/chromium.ts'
import {
  drawn,
  findings,
  type Look,
  openWindow,
  skipBrowser,
  untranslated,
  watchPage,
} from '../support/console-browser.ts'
import { unasked } from '../support/console-world.ts'

/** 5 % of it would be 2.5 million: the new cap cuts it. */
const INVESTED = '50000000'
const CAP_YUAN = '1000000'
const GRANTED = '¥1,000,000.00'
const CALL = { zh: '基金投资奖励申报', en: 'Call on fund investment' }

const WORDS = {
  zh: {
    ...{ vectors: '用例（JSON）', fail: '不通过' },
    ...{ revise: '修订', cap: '上限 1（元）', from: '起', to: '止', sound: '没有错误' },
    ...{ supersedes: '自首日起取代同日有效的旧版本', fall: '由1000万元降至100万元' },
    ...{ propose: '提交批准', proposed: '已提交', adopt: '批准', adopted: '已批准，现为' },
    ...{ fits: '我符合哪些措施', title: '引导基金投资奖励', answer: '回答', skip: '跳过' },
    ...{ suits: '符合' },
    ...{ kind: '工业互联网企业', place: '宝安区', shown: '1,000,000' },
    ...{ zh: '中文名称', en: '英文名称', ids: '申报的措施', live: '正式申报' },
    ...{ opens: '受理开始', closes: '受理截止', open: '开放申报', apply: '填写申报' },
    ...{ project: '项目或事项名称', type: '申请人类型', send: '提交申报', receipt: '回执号' },
    ...{ invested: '引导基金', accept: '受理', recommend: '建议支持' },
    ...{ plan: '新建方案', call: '申报通知', measure: '措施', name: '方案名称', year: '年度' },
    ...{ budget: '预算', order: '排序依据文件', days: '公示天数', calendar: '日历' },
    ...{ offices: '审批职务（按顺序）', source: '审批权限依据', begin: '冻结名单并计算' },
    ...{ toNotice: '转公示', publish: '发布公示', none: '没有异议', toApproval: '报批' },
    ...{ forward: `按合计 ${GRANTED} 报批`, approve: '批准', approved: '审批已完成' },
    ...{ decide: '作出决定', decided: '已决定', why: '如何得出' },
    ...{ met: '全部条件均已满足', object: '查看公示并提出异议', tooSoon: '公示未期满' },
    ...{ verify: '在浏览器中核验', right: '全部核验通过', good: '正确', wrong: '不符' },
  },
  en: {
    ...{ vectors: 'Vectors as JSON', fail: 'FAIL' },
    ...{ revise: 'Revise', cap: 'Cap 1 in yuan', from: 'From', to: 'To' },
    ...{ sound: 'Nothing is wrong', supersedes: 'Takes the place of versions in force' },
    ...{ fall: 'falls from 10,000,000 yuan to 1,000,000 yuan', propose: 'Propose' },
    ...{ proposed: 'Proposed; somebody else', adopt: 'Adopt', adopted: 'Adopted as' },
    ...{ fits: 'What fits me', title: 'Award on investment of the guidance fund' },
    ...{ suits: 'Fits', answer: 'Answer', skip: 'Skip', kind: 'industrial internet enterprise' },
    ...{ place: "Bao'an District", shown: '1,000,000', zh: 'Title in Chinese' },
    ...{ en: 'Title in English', ids: 'Measures of the call', live: 'Live', opens: 'Opens' },
    ...{ closes: 'Closes', open: 'Open the call', apply: 'Apply' },
    ...{ project: 'Name of the project or matter', type: 'Kind of applicant' },
    ...{ send: 'Send the application', receipt: 'Receipt', invested: 'guidance fund' },
    ...{ accept: 'Accept', recommend: 'Recommend', plan: 'New plan', call: 'Call' },
    ...{ measure: 'Measure', name: 'Title of the plan', year: 'Year', budget: 'Budget' },
    ...{ order: 'Paper that orders so', days: 'Days of public notice', calendar: 'Calendar' },
    ...{ offices: 'Offices that approve, in order', source: 'Paper that says who approves' },
    ...{ begin: 'Freeze and compute', toNotice: 'To the public notice' },
    ...{ publish: 'Publish the notice', none: 'No objections', toApproval: 'To approval' },
    ...{ forward: `Put forward ${GRANTED}`, approve: 'Approve', approved: 'Approved' },
    ...{ decide: 'Decide', decided: 'Decided', why: 'How it came out' },
    ...{ met: 'Every condition is met', object: 'See the notice and object' },
    ...{ tooSoon: 'notice' },
    ...{ verify: 'Verify in this browser', right: 'Everything is right', good: 'Right' },
    ...{ wrong: 'Wrong' },
  },
} as const
type Words = Readonly<Record<keyof (typeof WORDS)['zh'], string>>

const DESK: Look = { width: 1440, language: 'zh' }
const PHONE: Look = { width: 390, language: 'en' }

let browser: Browser
before(async () => {
  if (skipBrowser === false) browser = await openChromium()
})
after(async () => await browser?.close())

type Person = 'otto' | 'approver' | 'applicant' | 'stranger'
type Open = Readonly<{ context: BrowserContext; page: Page; said: readonly string[] }>

/** One walk: its node, its width and language, and the windows that people keep open while they wait for each other. */
class Walk {
  readonly world: DeskWorld
  readonly look: Look
  readonly words: Words
  readonly #open = new Map<Person, Open>()

  constructor(world: DeskWorld, look: Look) {
    this.world = world
    this.look = look
    this.words = WORDS[look.language]
  }

  /** The window of somebody; whoever applies has a phone. */
  async of(person: Person): Promise<Page> {
    const known = this.#open.get(person)
    if (known !== undefined) return known.page
    const { url } = this.world
    const look = person === 'applicant' ? { ...this.look, width: 390 } : this.look
    const context = await openWindow(browser, url, look, await this.#session(person))
    const page = await context.newPage()
    this.#open.set(person, { context, page, said: watchPage(page, url) })
    return page
  }

  async #session(person: Person): Promise<Readonly<Record<string, string>>> {
    if (person === 'stranger') return {}
    if (person === 'applicant') return await this.world.applicant(0)
    return person === 'otto' ? await this.world.person(person) : await this.world.approver()
  }

  /** Lets days pass: sessions end, and no browser may have complained. */
  async wait(ms: number): Promise<void> {
    for (const { context, said } of this.#open.values()) {
      assert.deepEqual(unasked(said), [])
      await context.close()
    }
    this.#open.clear()
    this.world.clock.advance(ms)
  }

  async clean(page: Page): Promise<void> {
    await drawn(page)
    const wrong = [...(await findings(page)), ...(await untranslated(page, this.look.language))]
    assert.deepEqual(wrong, [])
  }
}

const press = (page: Page, name: string) =>
  page.locator('main').getByRole('button', { name, exact: true }).click()

async function confirm(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** What a screen reader says of it besides its name. */
async function describedBy(of: Locator): Promise<string> {
  const id = await of.getAttribute('aria-describedby')
  return await of.page().locator(`[id="${id}"]`).innerText()
}

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('dialog').getByRole('combobox', { name: field }).click()
  await page.locator('.ant-select-item-option', { hasText: option }).last().click()
}

/** What a field of day and time takes, in the time of this machine, which is the browser's. */
function localTime(at: number): string {
  const offsetMs = new Date(at).getTimezoneOffset() * MINUTE_MS
  return new Date(at - offsetMs).toISOString().slice(0, 16)
}

type Vector = { readonly expected: { readonly limited_by: string | null } }

/** A copy of the measure gets another term and cap, is checked and proposed; somebody else adopts it. */
async function encode(walk: Walk): Promise<void> {
  const { words } = walk
  const page = await walk.of('otto')
  const field = (name: string) => page.getByLabel(name, { exact: true })
  await page.goto('/console/support/editor')
  await page.getByRole('button', { name: `${words.revise} ${MEASURE}`, exact: true }).click()
  await field(words.cap).fill(CAP_YUAN)
  await field(words.from).fill('2021-06')
  await field(words.to).fill('2022-12')
  await page.getByLabel(words.supersedes).check()
  await page.getByText(words.fall).waitFor()
  await page.getByText(words.sound, { exact: true }).waitFor()
  // the vectors that came along expect the old cap, in yuan and in fen; what the rate alone limited is so no longer
  const vectors = field(words.vectors)
  await page.getByText(words.fail, { exact: true }).first().waitFor()
  const told = JSON.parse(await vectors.inputValue())
  const left = told.vectors.filter((it: Vector) => it.expected.limited_by !== 'rate')
  const text = JSON.stringify({ vectors: left }, undefined, 2)
  await vectors.fill(text.replace(/\b10000000(00)?\b/g, `${CAP_YUAN}$1`))
  await page.getByText(words.fail, { exact: true }).first().waitFor({ state: 'detached' })
  await press(page, words.propose)
  await page.getByText(words.proposed).first().waitFor()
  const other = await walk.of('approver')
  await other.goto(new URL(page.url()).pathname)
  await press(other, words.adopt)
  await confirm(other, words.adopt)
  await other.getByText(words.adopted).first().waitFor()
  await walk.clean(other)
}

/** Anybody answers what is asked, and reads what the measure would grant by now. */
async function find(walk: Walk): Promise<void> {
  const { words } = walk
  const page = await walk.of('stranger')
  await page.goto('/console/support')
  await page.locator('main').getByRole('link', { name: words.fits, exact: true }).click()
  const asked = page.locator('.support-question')
  await asked.waitFor()
  const side = page.locator('.support-side form')
  for (const option of [words.kind, words.place]) {
    const question = await asked.innerText()
    await side.getByRole('combobox').fill(option)
    await page.keyboard.press('Enter')
    await press(page, words.answer)
    await asked.filter({ hasText: question }).waitFor({ state: 'detached' })
  }
  while (!(await asked.innerText()).includes(words.invested)) {
    const question = await asked.innerText()
    await press(page, words.skip)
    await asked.filter({ hasText: question }).waitFor({ state: 'detached' })
  }
  await side.getByRole('textbox').fill(INVESTED)
  await press(page, words.answer)
  await page.getByRole('button', { name: `${words.suits} 1`, exact: true }).click()
  const card = page.locator('.support-results .cards > li').filter({ hasText: words.title })
  await card.getByText(words.shown).first().waitFor()
}

/** A call of ten minutes; answers its path in the console. */
async function openCall(walk: Walk): Promise<string> {
  const { words, world } = walk
  const page = await walk.of('otto')
  const field = (name: string) => page.locator('main').getByLabel(name, { exact: true })
  await page.goto('/console/support/calls/new')
  await field(words.zh).fill(CALL.zh)
  await field(words.en).fill(CALL.en)
  await field(words.ids).fill(MEASURE)
  await field(words.live).check()
  await field(words.opens).fill(localTime(world.clock()))
  await field(words.closes).fill(localTime(world.clock() + 10 * MINUTE_MS))
  await press(page, words.open)
  await confirm(page, words.open)
  await page.waitForURL(/calls\/(?!new)/)
  await page.getByRole('heading', { level: 1, name: CALL[walk.look.language] }).waitFor()
  return new URL(page.url()).pathname
}

/** An enterprise applies on a phone and is given its receipt; answers the path of its case. */
async function apply(walk: Walk, callPath: string): Promise<string> {
  const { words } = walk
  const page = await walk.of('applicant')
  const main = page.locator('main')
  await page.goto(callPath)
  await main.getByRole('link', { name: words.apply, exact: true }).click()
  await main.getByLabel(words.project).fill('产线基金 1')
  await main.getByRole('combobox', { name: words.type }).fill(words.kind)
  await page.keyboard.press('Enter')
  await main.getByRole('textbox', { name: words.invested }).fill(INVESTED)
  await main.getByText(words.shown).first().waitFor()
  await press(page, words.send)
  await confirm(page, words.send)
  await page.waitForURL('**/support/cases/*')
  await main.getByText(words.receipt).first().waitFor()
  return new URL(page.url()).pathname
}

async function recommend(walk: Walk, casePath: string): Promise<void> {
  const { words } = walk
  const page = await walk.of('otto')
  await page.goto(casePath)
  for (const name of [words.accept, words.recommend]) {
    await press(page, name)
    await confirm(page, name)
  }
  await page.getByRole('button', { name: words.recommend }).waitFor({ state: 'detached' })
}

/** Once the window is closed: the plan, its amounts and its notice; answers its path. */
async function plan(walk: Walk): Promise<string> {
  const { words } = walk
  const page = await walk.of('otto')
  await page.goto('/console/support/plans')
  await page.locator('main').getByRole('button', { name: words.plan }).first().click()
  const field = (name: string) => page.getByRole('dialog').getByLabel(name).first()
  await choose(page, words.call, CALL[walk.look.language])
  await choose(page, words.measure, words.title)
  await field(words.name).fill('2021 A')
  await field(words.year).fill('2021')
  await field(words.budget).fill(BUDGET)
  await field(words.order).fill('GB 1')
  await field(words.days).fill('1')
  await choose(page, words.calendar, 'plain')
  await field(words.offices).fill('bureau-head')
  await page.keyboard.press('Enter')
  await field(words.source).fill('GB 2')
  await confirm(page, words.begin)
  await page.getByText(FIRMS[0] ?? '').waitFor()
  await page.getByText(GRANTED).first().waitFor()
  await press(page, words.toNotice)
  await press(page, words.publish)
  await page.getByRole('dialog').getByRole('textbox').fill('公示 1')
  await confirm(page, words.publish)
  await page.getByText(words.none).waitFor()
  // before its end the plan cannot go on, and says so
  const next = page.getByRole('button', { name: words.toApproval, exact: true })
  assert.equal(await next.isDisabled(), true)
  assert.match(await describedBy(next), new RegExp(words.tooSoon))
  return new URL(page.url()).pathname
}

/** The applicant reads what came of it, from the phone. */
async function learn(walk: Walk, isDecided: boolean): Promise<void> {
  const { words } = walk
  const page = await walk.of('applicant')
  await page.goto('/console/support/results')
  await page.getByText(GRANTED).first().waitFor()
  await page.getByText(words.met).waitFor()
  await page.getByRole('link', { name: isDecided ? words.verify : words.object }).waitFor()
  if (isDecided) await walk.clean(page)
}

/** After the notice the sum is put forward, approved by who holds the office, and decided. */
async function decide(walk: Walk, path: string): Promise<void> {
  const { words } = walk
  const page = await walk.of('otto')
  await page.goto(path)
  await press(page, words.toApproval)
  await press(page, words.forward)
  await page.getByText('bureau-head').waitFor()
  const other = await walk.of('approver')
  await other.goto(path)
  await press(other, words.approve)
  await other.getByText(words.approved, { exact: true }).waitFor()
  await page.reload()
  await press(page, words.decide)
  await page.getByRole('dialog').getByText(GRANTED).waitFor()
  await confirm(page, words.decide)
  await page.getByText(words.decided).first().waitFor()
  await walk.clean(page)
}

/** A stranger opens the award and has it computed again in the browser. */
async function verify(walk: Walk): Promise<void> {
  const { words, world } = walk
  const page = await walk.of('stranger')
  await page.goto('/console/support/awards')
  await page.getByRole('link', { name: FIRMS[0] ?? '' }).click()
  await page.getByText(words.why).waitFor()
  const link = page.getByRole('link', { name: words.verify })
  // the decision comes into the evidence log within moments
  while ((await link.count()) === 0) {
    await page.reload()
    await drawn(page)
  }
  await page.getByText(GRANTED).first().waitFor()
  await link.click()
  await page.getByText(words.right).waitFor()
  await walk.clean(page)
  assert.equal(await page.getByText(words.wrong, { exact: true }).count(), 0)
  assert.ok((await page.getByText(words.good, { exact: true }).count()) >= 8)
  const { items } = await must(call(world.url, 'GET', '/api/v1/policy/awards'))
  assert.deepEqual(
    items.map((it: { amountFen: string }) => it.amountFen),
    [`${CAP_YUAN}00`],
  )
}

for (const look of [DESK, PHONE]) {
  test(`a measure is encoded, adopted, found, called for, applied for, decided and verified, ${look.width} px, ${look.language}`, {
    skip: skipBrowser,
  }, async () => {
    await using world = await openDeskWorld()
    const walk = new Walk(world, look)
    await encode(walk)
    await find(walk)
    const casePath = await apply(walk, await openCall(walk))
    await recommend(walk, casePath)
    world.clock.advance(15 * MINUTE_MS)
    const path = await plan(walk)
    await learn(walk, false)
    await walk.wait(2 * DAY_MS)
    await decide(walk, path)
    await learn(walk, true)
    await verify(walk)
    await walk.wait(0)
  })
}
