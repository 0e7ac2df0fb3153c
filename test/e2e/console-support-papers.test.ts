import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { call, must, sessionOf } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  skipBrowser,
  untranslated,
} from '../support/console-browser.ts'
import { type ConsoleWorld, consoleWorld, withPage } from '../support/console-world.ts'
import { PASSWORD } from '../support/node-process.ts'

type Session = Readonly<Record<string, string>>
const sessions = new Map<string, Session>()
const world = consoleWorld({ fill: makeStaff, isBare: true })

async function makeStaff({ url, tenants: { operator } }: ConsoleWorld): Promise<void> {
  for (const [name, nodeRole] of [
    ['otto', 'official'],
    ['anna', 'approver'],
  ] as const) {
    const asked = { headers: operator, body: { nodeRole } }
    const { token } = await must(call(url, 'POST', '/api/v1/invitations', asked))
    const body = { token, name, displayName: name, password: PASSWORD }
    sessions.set(name, sessionOf(await call(url, 'POST', '/api/v1/invitations/accept', { body })))
  }
}

const WORDS = {
  zh: {
    ...{
      write: '起草文件',
      title: '信息名称',
      region: '地区',
      place: '宝安区',
      issuer: '发布机构',
    },
    ...{ text: '正文', note: '起草说明（选填）', save: '保存草稿', open: '公开征求意见' },
    ...{ days: '天数', source: '期限依据', comment: '意见内容', name: '姓名（选填）' },
    ...{ send: '提交意见', choose: /^选择 /, gist: '意见摘要（公开）', verdict: '采纳情况' },
    ...{ partly: '部分采纳', reason: '理由（公开）', answer: '答复', forward: '提交审核' },
    ...{
      publish: '发布',
      counts: '共收到 1 条',
      receipt: '回执号',
      secret: '查询码',
      follow: '查询',
    },
    ...{ answered: '共 1 条，已答复 1 条', waits: '待审核发布', published: '已发布' },
    ...{ commentsNone: '还没有意见' },
    ...{ subject: '标题', letter: '内容', sendLetter: '寄出', accept: '受理' },
    ...{ letterAnswer: '答复内容（来信人可见）', rate: '满意', sendRating: '提交评价' },
    ...{
      rated: '您的评价：满意',
      personal: '显示个人信息',
      papers: '政策文件',
      inForce: '现行有效',
    },
    ...{ plans: '上位规划', fields: '公开要素', received: '意见已收到', letterSent: '来信已收到' },
  },
  en: {
    ...{ write: 'Write a paper', title: 'Title', region: 'Region', place: "Bao'an District" },
    ...{ issuer: 'Issuer', text: 'Text', note: 'Drafting note (optional)', save: 'Save the draft' },
    ...{ open: 'Put to comment', days: 'Days', source: 'Rests on', comment: 'What you say' },
    ...{ name: 'Name (optional)', send: 'Send the comment', choose: /^Choose / },
    ...{ gist: 'Gist (published)', verdict: 'Verdict', partly: 'Adopted in part' },
    ...{ reason: 'Reason (published)', answer: 'Answer', forward: 'Put forward' },
    ...{ publish: 'Publish', counts: '1 received', receipt: 'Receipt', secret: 'Code' },
    ...{ follow: 'Look it up', answered: '1 received, 1 answered', waits: 'Waits to be published' },
    ...{
      commentsNone: 'No comment yet',
      published: 'Published',
      subject: 'Subject',
      letter: 'What you write',
    },
    ...{ sendLetter: 'Send it', accept: 'Accept', letterAnswer: 'Answer (its writer reads it)' },
    ...{ rate: 'Satisfied', sendRating: 'Send the rating', rated: 'You said: Satisfied' },
    ...{ personal: 'Show personal data', papers: 'Papers', inForce: 'In force' },
    ...{ plans: 'Higher plans', fields: 'Fields of publication' },
    ...{ received: 'Your comment was received', letterSent: 'Your letter was received' },
  },
} as const

const DESK: Look = { width: 1440, language: 'zh' }
const HAND: Look = { width: 390, language: 'en' }
const NOBODY: Session = {}

async function clean(page: Page, { language }: Look): Promise<void> {
  await drawn(page)
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])
}

async function as(
  who: string | undefined,
  look: Look,
  story: (page: Page) => Promise<void>,
): Promise<void> {
  const session = who === undefined ? NOBODY : (sessions.get(who) ?? NOBODY)
  await withPage(world, { look, session }, story)
}

const press = (page: Page, name: string) =>
  page.locator('main').getByRole('button', { name, exact: true }).click()
const confirm = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true }).click()

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.locator('main').getByRole('combobox', { name: label }).click()
  await page.locator('.ant-select-item-option', { hasText: option }).last().click()
}

const receiptOf = async (page: Page) => ({
  receipt: await page.getByTestId('receipt').innerText(),
  secret: await page.getByTestId('secret').innerText(),
})

async function follow(
  page: Page,
  look: Look,
  { receipt, secret }: { receipt: string; secret: string },
): Promise<void> {
  const words = WORDS[look.language]
  await page.locator('main').getByLabel(words.receipt, { exact: true }).fill(receipt)
  await page.locator('main').getByLabel(words.secret, { exact: true }).fill(secret)
  await press(page, words.follow)
}

const headersOf = (who: string) => ({ headers: sessions.get(who) ?? NOBODY })
const post = (who: string, path: string, body: object) =>
  call(world.url, 'POST', `/api/v1/policy${path}`, { ...headersOf(who), body })
const keyed = (body: object) => ({ key: randomUUID(), ...body })

test('a draft is written, commented on by anybody, and the comment answered', {
  skip: skipBrowser,
}, async () => {
  const [zh, en] = [WORDS.zh, WORDS.en]
  let id = ''
  await as('otto', DESK, async (page) => {
    await page.goto('/console/papers/write')
    await clean(page, DESK)
    const main = page.locator('main')
    await main.getByLabel(zh.title, { exact: true }).fill('宝安区工业互联网新措施')
    await choose(page, zh.region, zh.place)
    await main.getByLabel(zh.issuer, { exact: true }).fill('宝安区工业和信息化局')
    await main.getByLabel(zh.text, { exact: true }).fill('# 总则\n\n第一条 支持<b>平台</b>建设。')
    await main.getByLabel(zh.note, { exact: true }).fill('起草依据与主要内容。')
    await press(page, zh.save)
    await page.waitForURL(/\/papers\/edit\/[^/]+$/)
    await main.getByText('第一条 支持<b>平台</b>建设。').waitFor()
    id = page.url().split('/').at(-1) ?? ''
    await press(page, zh.open)
    await page.getByRole('dialog').getByLabel(zh.days).fill('30')
    await page.getByRole('dialog').getByLabel(zh.source).fill('内部规程')
    await clean(page, DESK)
    await confirm(page, zh.open)
    await main.getByText(zh.commentsNone).waitFor()
    await clean(page, DESK)
  })
  await as(undefined, HAND, async (page) => {
    await page.goto(`/console/papers/drafts/${id}`)
    const main = page.locator('main')
    await main.getByLabel(en.comment).fill('建议提高上限')
    await main.getByLabel(en.name, { exact: true }).fill('张三丰')
    await clean(page, HAND)
    await press(page, en.send)
    await main.getByText(en.received).waitFor()
    await clean(page, HAND)
    const held = await receiptOf(page)
    await page.goto('/console/papers/drafts')
    await drawn(page)
    await follow(page, HAND, held)
    await main.getByText('建议提高上限').waitFor()
    await clean(page, HAND)
  })
  await as('otto', DESK, async (page) => {
    await page.goto(`/console/papers/edit/${id}`)
    const main = page.locator('main')
    await main.getByText('张**').waitFor()
    await main.getByRole('checkbox', { name: zh.choose }).check()
    await main.getByLabel(zh.gist).fill('建议提高上限')
    await choose(page, zh.verdict, zh.partly)
    await main.getByLabel(zh.reason).fill('已适当提高。')
    await clean(page, DESK)
    await press(page, zh.answer)
    await main.getByText(zh.answered).waitFor()
  })
})

/** A draft whose only comment is answered and whose window is over; a machine that is slow is given a longer one. */
async function answeredDraft(): Promise<string> {
  const paper = {
    ...{ region: 'baoan', kind: 'measure', title: '宝安区上云扶持措施' },
    ...{ issuer: '宝安区工业和信息化局', text: '第一条 支持上云。', note: '起草依据。' },
    ...{ keywords: ['上云'], relations: [{ kind: 'child-of', paper: 'D1' }], measures: [] },
  }
  for (let windowMs = 2_000; ; windowMs *= 2) {
    const { id, version } = await must(post('otto', '/paper-drafts', keyed(paper)))
    const now = Date.now()
    const [opensAt, closesAt] = [now - 1_000, now + windowMs].map((it) =>
      new Date(it).toISOString(),
    )
    const window = { do: 'open-comments', version, opensAt, closesAt, source: '内部规程' }
    if ((await post('otto', `/paper-drafts/${id}/deeds`, window)).status !== 200) continue
    const said = keyed({ text: '同意' })
    if ((await post('nobody', `/consultations/${id}/comments`, said)).status !== 201) continue
    const path = `/api/v1/policy/paper-drafts/${id}/comments`
    const { items } = await must(call(world.url, 'GET', path, headersOf('otto')))
    const answer = {
      comments: [items[0].id],
      gist: '同意',
      verdict: 'adopted',
      reason: '感谢支持。',
    }
    await must(post('otto', `/paper-drafts/${id}/answers`, keyed(answer)))
    // each question goes to the node, by whose clock the window closes
    for (;;) {
      const { state } = await must(call(world.url, 'GET', `/api/v1/policy/consultations/${id}`))
      if (state === 'closed') return id
    }
  }
}

test('a paper is published by somebody who did not write it, with what became of the comments', {
  skip: skipBrowser,
}, async () => {
  const zh = WORDS.zh
  const id = await answeredDraft()
  await as('otto', DESK, async (page) => {
    await page.goto(`/console/papers/edit/${id}`)
    const main = page.locator('main')
    await press(page, zh.forward)
    await confirm(page, zh.forward)
    await main.getByText(zh.waits).waitFor()
    assert.equal(await main.getByRole('button', { name: zh.publish, exact: true }).count(), 0)
  })
  await as('anna', DESK, async (page) => {
    await page.goto(`/console/papers/edit/${id}`)
    await press(page, zh.publish)
    await confirm(page, zh.publish)
    await page.locator('main').getByText(zh.published, { exact: true }).waitFor()
  })
  for (const look of [DESK, HAND]) {
    const words = WORDS[look.language]
    await as(undefined, look, async (page) => {
      await page.goto('/console/papers')
      const link = page.getByRole('link', { name: '宝安区上云扶持措施' })
      await link.waitFor()
      await clean(page, look)
      await link.click()
      const main = page.locator('main')
      await main.getByText(words.inForce).waitFor()
      await main.getByText(words.counts).waitFor()
      await clean(page, look)
      await page.goto('/console/papers/D1')
      await main.getByRole('heading', { name: words.fields }).waitFor()
      await clean(page, look)
      for (const path of ['plans', 'proposals']) {
        await page.goto(`/console/papers/${path}`)
        await clean(page, look)
      }
    })
  }
})

test('a letter is written in a hand, answered at a desk, followed and rated', {
  skip: skipBrowser,
}, async () => {
  const [zh, en] = [WORDS.zh, WORDS.en]
  let held = { receipt: '', secret: '' }
  await as(undefined, HAND, async (page) => {
    await page.goto('/console/letters')
    const main = page.locator('main')
    await choose(page, en.region, en.place)
    await main.getByLabel(en.subject).fill('窗口无人受理')
    await main.getByLabel(en.letter, { exact: true }).fill('请回电13812345678')
    await main.getByLabel(en.name, { exact: true }).fill('李四')
    await clean(page, HAND)
    await press(page, en.sendLetter)
    await main.getByText(en.letterSent).waitFor()
    held = await receiptOf(page)
    const photo = { name: 'queue.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }
    await main.getByLabel('Attach files', { exact: true }).setInputFiles(photo)
    await main.getByText('queue.txt').waitFor()
    await clean(page, HAND)
  })
  await as('otto', DESK, async (page) => {
    await page.goto('/console/letters/queue')
    await drawn(page)
    await clean(page, DESK)
    await press(page, '来信时限')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('答复时限：长度').fill('15')
    await dialog.getByLabel('答复时限：依据').fill('内部规程第二条')
    await clean(page, DESK)
    await dialog.getByRole('button', { name: '设定时限' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: '窗口无人受理' }).click()
    const main = page.locator('main')
    await main.getByText('138****5678').waitFor()
    await clean(page, DESK)
    await press(page, zh.personal)
    await confirm(page, zh.personal)
    await main.getByText('请回电13812345678').waitFor()
    const download = page.waitForEvent('download')
    await main.getByRole('link', { name: 'queue.txt' }).click()
    assert.equal((await download).suggestedFilename(), 'queue.txt')
    await press(page, zh.accept)
    await main.getByLabel(zh.letterAnswer).fill('已增派人员。')
    await press(page, zh.answer)
    await main.getByText('已增派人员。').first().waitFor()
    await clean(page, DESK)
  })
  await as(undefined, HAND, async (page) => {
    await page.goto('/console/letters')
    await drawn(page)
    await follow(page, HAND, held)
    const main = page.locator('main')
    await main.getByText('已增派人员。').waitFor()
    await main.getByRole('radio', { name: en.rate, exact: true }).check()
    await clean(page, HAND)
    await press(page, en.sendRating)
    await main.getByText(en.rated).waitFor()
  })
})
