import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { call, must } from '../support/api-client.ts'
import { drawn, type Look, openWindow, skipBrowser, watchPage } from '../support/console-browser.ts'
import { type ConsoleWorld, consoleWorld } from '../support/console-world.ts'
import { run } from '../support/node-process.ts'
import { eventually, type Tenants } from '../support/tenants.ts'

type Entry = { readonly read?: { readonly from?: string } }
type Session = Readonly<Record<string, string>>

const world = consoleWorld({ fill })

async function fill({ url, tenants: { a, operator } }: ConsoleWorld): Promise<void> {
  // somebody of the node reads what is personal
  const path = `/api/v1/audit?personal=true&enterprise=${a.names.enterprise}`
  await must(call(url, 'GET', path, { headers: operator }))
  // and protected values, again and again: what follows within the minute is told together
  for (let i = 0; i < 3; i++) {
    await must(
      call(url, 'GET', `/api/v1/identifiers/${a.names.handle}`, { headers: a.administrator }),
    )
  }
  await eventually(
    async () => await must(call(url, 'GET', '/evidence/checkpoint').then(asJson)),
    (it) => Number(it.size) >= 10,
  )
  await eventually(
    async () => await must(call(url, 'GET', '/api/v1/statistics/days', { headers: operator })),
    (it) => it.items.at(-1).created === 8,
  )
}

async function asJson(reply: Awaited<ReturnType<typeof call>>) {
  return { ...reply, json: { size: reply.text.split('\n')[1] } }
}

const LOOKS: readonly Look[] = [
  { width: 1440, language: 'zh' },
  { width: 390, language: 'en' },
]
const WORDS = {
  zh: {
    locale: 'zh-CN',
    next: '下一步',
    numbers: '注册与解析',
    health: '节点状况',
    table: '查看数据表',
    byDay: '每日注册',
    inForce: '有效标识',
    good: '签名正确',
    first: '此浏览器首次看到该日志',
    kept: '日志延续了此浏览器上次所见的',
    rewritten: '历史可能被改写',
    holds: '全部核验成立',
    fails: '核验不成立',
    check: '核验',
    continues: '原样延续了前 3 条',
    broken: '证明不成立',
    from: '从条目数',
    download: '下载条目与证明',
    sealed: '您无权打开此条目的内容',
    decided: /^(?:分配|审核通过)$/,
    state: '状态',
    states: ['待审核', '已准入'],
    nothing: '没有此页面',
    thing: '对象',
    find: '查找',
    deleted: '删除',
    approve: '改动前后',
    audit: '审计记录中的个人信息',
    data: '数据',
    until: '截止日',
    unread: '没有人查看过',
    below: '前缀 {} 下的标识，共显示',
    several: /前缀 \S+ 下的 \d+ 个标识/,
    span: /\d{2}:\d{2} 至 \d{4}年|于 \d{4}年/,
    keptFor: '记录保留 1,096 天，最多 5,000,000 条',
  },
  en: {
    locale: 'en-GB',
    next: 'What to do next',
    numbers: 'Registrations and resolutions',
    health: 'The node',
    table: 'Show the table',
    byDay: 'Registrations by day',
    inForce: 'Identifiers in force',
    good: 'The signature is good',
    first: 'This browser sees the log for the first time',
    kept: 'The log continues the',
    rewritten: 'its past may have been rewritten',
    holds: 'Everything checked holds',
    fails: 'A check fails',
    check: 'Check',
    continues: 'continues the first 3 as they were',
    broken: 'The proof does not hold',
    from: 'From the size',
    download: 'Download entry and proof',
    sealed: 'What this entry says is not open to you',
    decided: /^(?:allotted|approved)$/,
    state: 'State',
    states: ['applied', 'admitted'],
    nothing: 'There is nothing here',
    thing: 'Thing',
    find: 'Find',
    deleted: 'deleted',
    approve: 'Before and after',
    audit: 'Personal data in the audit trail',
    data: 'Data',
    until: 'To',
    unread: 'Nobody read anything',
    below: 'Identifiers below {}, shown',
    several: /\d+ identifiers below \S+/,
    span: /from \d{1,2} \w+ \d{4}.* to |at \d{1,2} \w+ \d{4}/,
    keptFor: 'Entries are kept for 1,096 days, 5,000,000 at most',
  },
} as const

type Story = {
  readonly page: Page
  readonly words: (typeof WORDS)['zh' | 'en']
  readonly open: (path: string) => Promise<void>
}

/** One story in each look, signed in as somebody; the page must not have complained. */
function story(
  name: string,
  session: (it: Tenants) => Session,
  tell: (it: Story) => Promise<void>,
): void {
  for (const look of LOOKS) {
    test(`${name}, ${look.width} px, ${look.language}`, { skip: skipBrowser }, async () => {
      const context = await openWindow(world.browser, world.url, look, session(world.tenants))
      const page = await context.newPage()
      const said = watchPage(page, world.url)
      const open = async (path: string) => {
        await page.goto(path)
        await drawn(page)
      }
      try {
        await tell({ page, words: WORDS[look.language], open })
        assert.deepEqual(said, [])
      } finally {
        await context.close()
      }
    })
  }
}

const operator = (it: Tenants) => it.operator
const administrator = (it: Tenants) => it.a.administrator
const member = (it: Tenants) => it.a.member

story('an operator sees what to do, what was done and how the node is', operator, async (it) => {
  const { page, words, open } = it
  await open('/console/')
  await page.getByRole('region', { name: words.next }).waitFor()
  await page.getByRole('region', { name: words.health }).waitFor()
  const numbers = page.getByRole('region', { name: words.numbers })
  await numbers.locator('.ant-statistic', { hasText: words.inForce }).getByText('6').waitFor()
  await numbers.getByRole('img', { name: words.byDay }).locator('svg').waitFor()
  const figure = numbers.locator('figure', { hasText: words.byDay })
  await figure.getByRole('button', { name: words.table }).click()
  // the day is UTC's, written as the reader does
  const written = new Intl.DateTimeFormat(words.locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const today = page.getByText(written.format(new Date()), { exact: true })
  const row = figure.getByRole('row').filter({ has: today })
  await row.waitFor()
  assert.match(await row.innerText(), /8/)
})

story(
  'an administrator sees the numbers of the own enterprise alone',
  administrator,
  async (it) => {
    const { page, words, open } = it
    await open('/console/')
    const numbers = page.getByRole('region', { name: words.numbers })
    await numbers.locator('.ant-statistic', { hasText: words.inForce }).getByText('3').waitFor()
    assert.equal(await page.getByRole('region', { name: words.health }).count(), 0)
    assert.ok(!(await page.locator('main').innerText()).includes(world.tenants.b.names.prefix))
  },
)

story(
  'the head of the log is checked, and that it continues what was seen',
  operator,
  async (it) => {
    const { page, words, open } = it
    await open('/console/evidence')
    await page.getByText(words.good).waitFor()
    await page.getByText(words.first).waitFor()
    await open('/console/evidence')
    await page.getByText(words.kept).waitFor()
    await page.getByLabel(words.from).fill('3')
    await page.getByRole('button', { name: words.check, exact: true }).click()
    await page.getByText(words.continues).waitFor()
    await page.route('**/evidence/tile/**', async (route) => {
      const reply = await route.fetch()
      const bytes = await reply.body()
      bytes[0] = (bytes[0] ?? 0) ^ 1
      await route.fulfill({ response: reply, body: bytes })
    })
    await page.getByRole('button', { name: words.check, exact: true }).click()
    await page.getByText(words.broken).waitFor()
    // a head that this browser kept, and that the log of today does not continue
    await page.evaluate(`(() => {
    const kept = JSON.parse(localStorage.getItem('waymark.evidence'))
    const [origin] = Object.keys(kept)
    const lines = kept[origin].note.split('\\n')
    lines[2] = btoa('x'.repeat(32))
    kept[origin].note = lines.join('\\n')
    localStorage.setItem('waymark.evidence', JSON.stringify(kept))
  })()`)
    await open('/console/evidence')
    await page.getByText(words.rewritten).waitFor()
  },
)

story('what was tampered with is shown as false', operator, async (it) => {
  const { page, words, open } = it
  const changed = async (change: (reply: Reply) => void) => {
    await page.unrouteAll()
    await page.route('**/api/v1/evidence/3', async (route) => {
      const reply = await route.fetch()
      const json = await reply.json()
      change(json)
      await route.fulfill({ response: reply, json })
    })
    await open('/console/evidence/3')
  }
  await changed(() => undefined)
  await page.getByText(words.holds).waitFor()
  await page.locator('main dd').getByText(words.decided).first().waitFor()
  const other = Buffer.alloc(32, 7).toString('base64')
  const tampered: ((reply: Reply) => void)[] = [
    (reply) => reply.inclusion.splice(1, 1, other),
    (reply) => reply.inclusion.pop(),
    (reply) => Object.assign(reply.opened.fields, { decision: 'refused' }),
    (reply) => Object.assign(reply, { entry: flipped(reply.entry) }),
    (reply) => Object.assign(reply, { checkpoint: withRoot(reply.checkpoint, other) }),
  ]
  for (const change of tampered) {
    await changed(change)
    await page.getByText(words.fails).waitFor()
    assert.equal(await page.getByText(words.holds).count(), 0)
  }
})

type Reply = {
  inclusion: string[]
  opened: { fields: object }
  entry: string
  checkpoint: string
}

function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  bytes[40] = (bytes[40] ?? 0) ^ 1
  return bytes.toString('base64')
}

function withRoot(note: string, root: string): string {
  return note.split('\n').with(2, root).join('\n')
}

story('a downloaded entry is verified by the command line', operator, async (it) => {
  const { page, words, open } = it
  await open('/console/evidence/0')
  await page.getByText(words.holds).waitFor()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: words.download }).click()
  const entry = await (await downloading).path()
  const key = join(world.folder, 'key')
  await writeFile(key, (await call(world.url, 'GET', '/evidence/key')).text)
  const { code, stdout, stderr } = await run(['verify', world.url, '--key', key, '--entry', entry])
  assert.equal(code, 0, stdout + stderr)
  assert.equal(JSON.parse(await readFile(entry, 'utf8')).index, 0)
})

story('an entry that is somebody else’s can be checked and not read', member, async (it) => {
  const { page, words, open } = it
  await open('/console/evidence/0')
  await page.getByText(words.sealed).waitFor()
  await page.getByText(words.holds).waitFor()
})

story('the trail is filtered by its address, and every entry has its own', operator, async (it) => {
  const { page, words, open } = it
  const { enterprise } = world.tenants.a.names
  await open('/console/audit')
  await page.getByLabel(words.thing, { exact: true }).fill(enterprise)
  await page.getByRole('button', { name: words.find }).click()
  await page.waitForURL(`**id=${enterprise}`)
  await open(`/console/audit?id=${enterprise}&collection=enterprises&action=changed`)
  const link = page.locator('main a[href*="/audit/entry"]')
  await link.first().waitFor()
  assert.equal(await link.count(), 1)
  await link.first().click()
  await page.getByRole('heading', { name: words.approve }).waitFor()
  const state = page.locator('.diff tr', { has: page.getByText(words.state, { exact: true }) })
  assert.deepEqual(await state.locator('td bdi').allInnerTexts(), words.states)
  await page.reload()
  await state.waitFor()
})

story('an administrator sees the own trail alone', administrator, async (it) => {
  const { page, words, open } = it
  await open('/console/audit')
  const text = await page.locator('main').innerText()
  assert.ok(text.includes('alpha-person') && !text.includes('bravo'))
  await open(
    `/console/audit/entry?collection=enterprises&id=${world.tenants.b.names.enterprise}&version=2`,
  )
  await page.getByText(words.nothing).first().waitFor()
})

story(
  'a data owner reads who saw protected values of the own identifiers',
  administrator,
  async (it) => {
    const { page, words, open } = it
    const { a, b, operator } = world.tenants
    await eventually(
      async () => {
        const path = '/api/v1/audit?what=identifiers'
        return await must(call(world.url, 'GET', path, { headers: a.administrator }))
      },
      ({ items }) => items.some((it: Entry) => it.read?.from !== undefined),
    )
    for (const { handle } of [a.names, b.names]) {
      await must(call(world.url, 'GET', `/api/handles/${handle}`, { headers: operator }))
    }
    await must(call(world.url, 'GET', '/api/v1/identifiers', { headers: a.member }))
    await open('/console/access-log?what=identifiers')
    const main = page.locator('main')
    // the first of a minute is named, the others are told together with their prefix
    await main.getByText(a.names.prefix).first().waitFor()
    await main.getByText(words.several).first().waitFor()
    const together = main.getByText(words.below.replace('{}', a.names.prefix)).first()
    await together.waitFor()
    await main.getByText(words.span).first().waitFor()
    await main.getByText(words.keptFor).waitFor()
    assert.ok(!(await main.innerText()).includes(b.names.prefix))
  },
)

story('a data owner reads who read the own people’s data', administrator, async (it) => {
  const { page, words, open } = it
  await open('/console/access-log')
  await page.getByText(words.audit).first().waitFor()
  assert.ok(!(await page.locator('main').innerText()).includes(world.tenants.b.names.enterprise))
  await open('/console/access-log?what=licence')
  await page.getByText(words.unread).waitFor()
  await page.getByRole('combobox', { name: words.data }).click()
  await page.locator('.ant-select-item-option', { hasText: words.audit }).click()
  await page.waitForURL(/what=audit/)
  await page.getByText(words.unread).waitFor({ state: 'detached' })
  // which of the node's people it was is not told, so there is nobody to filter by
  const who = page.locator('main a[href*="author="]')
  assert.equal(await who.count(), 0)
  const { administrator, names } = world.tenants.a
  await must(call(world.url, 'GET', `/api/v1/users/${names.user}`, { headers: administrator }))
  await open('/console/access-log?what=user')
  await who.first().click()
  await page.waitForURL(/author=/)
  await who.first().waitFor()
  await page.getByLabel(words.until, { exact: true }).fill('2020-01-01')
  await page.getByRole('button', { name: words.find }).click()
  await page.getByText(words.unread).waitFor()
})
