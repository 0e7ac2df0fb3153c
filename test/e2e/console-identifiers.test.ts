import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { call, must } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  openWindow,
  skipBrowser,
  watchPage,
} from '../support/console-browser.ts'
import { consoleWorld } from '../support/console-world.ts'

const LONG = '长'.repeat(10_000)
const HOSTILE = '<script>globalThis.ran=1</script>مضخة 🚰'
const DESK: Look = { width: 1440, language: 'zh' }
const PHONE: Look = { width: 390, language: 'en', isDark: true }

const world = consoleWorld({ fill: makePumps })

async function as(method: string, path: string, body?: unknown) {
  return await must(call(world.url, method, path, { headers: world.tenants.a.administrator, body }))
}

/** A template as a workshop would make one, and some pumps by it. */
async function makePumps(): Promise<void> {
  const { prefix } = world.tenants.a.names
  const label = (zh: string, en: string) => ({ zh, en })
  const fields = [
    {
      name: 'title',
      type: 'text',
      label: label('产品名称', 'Product name'),
      required: true,
      charsMax: 20_000,
    },
    { name: 'model', type: 'text', label: label('型号', 'Model') },
    { name: 'power', type: 'number', label: label('额定功率', 'Rated power'), unit: 'kW' },
    { name: 'cost', type: 'number', label: label('成本', 'Cost'), public: false },
  ]
  const template = { prefix, name: 'pump', label: label('水泵', 'Pump'), fields }
  await as('POST', '/api/v1/templates', template)
  await as('POST', `/api/v1/templates/${prefix}/pump/1/publish`, {})
  const titles = [HOSTILE, LONG, '卧式离心泵', '立式管道泵']
  for (const [at, title] of titles.entries()) {
    const fields = { title, model: `TT4${at}99`, power: String(at + 1), cost: '250' }
    await as('POST', '/api/v1/identifiers', {
      handle: `${prefix}/P-${at + 1}`,
      template: 'pump',
      fields,
    })
  }
}

async function open(
  look: Look,
  path: string,
  session = world.tenants.a.administrator,
): Promise<AsyncDisposable & { page: Page; said: string[]; context: BrowserContext }> {
  const context = await openWindow(world.browser, world.url, look, { ...session })
  const page = await context.newPage()
  const said = watchPage(page, world.url)
  await page.goto(path)
  await drawn(page)
  return { page, said, context, [Symbol.asyncDispose]: () => context.close() }
}

const pageOf = (handle: string) => `/console/identifier?id=${encodeURIComponent(handle)}`
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

test('a workshop registers a product, and another one like it', { skip: skipBrowser }, async () => {
  await using at = await open(DESK, '/console/identifiers/register?template=pump')
  const { page, said } = at
  await page.getByLabel('后缀').fill('S-0041')
  await page.getByLabel('产品名称').fill('自吸泵')
  await page.getByLabel('额定功率').fill('7.5')
  await button(page, '注册').dblclick()
  await page.getByRole('heading', { name: '注册成功' }).waitFor()
  await page.getByRole('img', { name: /S-0041 的二维码/ }).waitFor()
  assert.deepEqual(await findings(page), [])
  await button(page, '再注册一个同类的').click()
  assert.equal(await page.getByLabel('后缀').inputValue(), 'S-0042')
  assert.equal(await page.getByLabel('产品名称').inputValue(), '自吸泵')
  await button(page, '注册').click()
  await page.getByRole('heading', { name: '注册成功' }).waitFor()
  const { prefix } = world.tenants.a.names
  const record = await as('GET', `/api/v1/identifiers/${prefix}/S-0042`)
  assert.equal(record.fields.title, '自吸泵')
  assert.equal(record.version, 1, 'pressed twice, registered once')
  assert.deepEqual(said, [])
})

for (const look of [DESK, PHONE]) {
  const { width, language } = look
  test(`values without a template are checked and registered, ${width} px, ${language}`, {
    skip: skipBrowser,
  }, async () => {
    const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
    const suffix = `plain-${language}`
    await using at = await open(look, '/console/identifiers/register?template=-')
    const { page, said } = at
    const data = page.getByLabel(say('数据', 'Data'), { exact: true })
    const type = page.getByLabel(say('类型', 'Type'), { exact: true })
    const send = button(page, say('注册', 'Register'))
    await page.getByLabel(say('后缀', 'Suffix')).fill(suffix)
    await data.fill('not an address')
    await send.click()
    await page.getByText(say('不是完整的网址', 'This is no whole URL')).waitFor()
    await data.fill('https://factory.example/p/1')
    await button(page, say('增加一个值', 'Add a value')).click()
    const index = page.getByLabel(say('索引', 'Index'), { exact: true })
    await index.nth(1).fill('1')
    await type.nth(1).fill('HS_ADMIN')
    await data.nth(1).fill('who knows')
    await send.click()
    await page.getByText(say('索引与前面的值重复', 'A value above has this index')).waitFor()
    await index.nth(1).fill('100')
    await send.click()
    // the node knows what this type holds
    await page.locator('#value-1-wrong strong').waitFor()
    assert.deepEqual(await findings(page), [])
    await type.nth(1).fill('DESC')
    await data.nth(1).fill(HOSTILE)
    await page.getByLabel(say('权限', 'Permissions'), { exact: true }).nth(1).click()
    const guarded = say('受保护（1100）', 'Protected (1100)')
    await page.locator('.ant-select-item-option', { hasText: guarded }).last().click()
    await page.getByLabel(say('有效期（秒）', 'Time to live, seconds')).nth(1).fill('60')
    // left and come back to, all that was typed is there
    await page.reload()
    await drawn(page)
    assert.equal(await data.nth(1).inputValue(), HOSTILE)
    await send.click()
    await page.getByRole('heading', { name: say('注册成功', 'Registered') }).waitFor()
    const { values } = await as(
      'GET',
      `/api/v1/identifiers/${world.tenants.a.names.prefix}/${suffix}`,
    )
    assert.deepEqual(
      values.map(({ timestamp: _, ...it }: { timestamp: string }) => it),
      [
        {
          ...{ index: 1, type: 'URL', permissions: 14, ttl: 86_400 },
          data: { format: 'string', value: 'https://factory.example/p/1' },
        },
        {
          ...{ index: 100, type: 'DESC', permissions: 12, ttl: 60 },
          data: { format: 'string', value: HOSTILE },
        },
      ],
    )
    assert.deepEqual(
      said.filter((it) => !/status of 422/.test(it)),
      [],
    )
  })
}

test('on a phone: a taken suffix and a wrong number are told where they are', {
  skip: skipBrowser,
}, async () => {
  await using at = await open(PHONE, '/console/identifiers/register?template=pump')
  const { page } = at
  await page.getByLabel('Suffix').fill('P-3')
  await page.getByLabel('Product name').fill('Pump')
  await button(page, 'Register').click()
  await page.getByText('It is registered already. Choose another suffix.').waitFor()
  await page.getByLabel('Suffix').fill('P-77')
  await page.getByLabel('Rated power').fill('much')
  await button(page, 'Register').click()
  await page.locator('[aria-invalid=true]').first().waitFor()
  // what was typed is still there after the page was left
  await page.reload()
  await drawn(page)
  assert.equal(await page.getByLabel('Suffix').inputValue(), 'P-77')
  assert.deepEqual(await findings(page), [])
  await button(page, 'Discard the draft').click()
  assert.equal(await page.getByLabel('Suffix').inputValue(), '')
})

test('identifiers are found by two characters, by a part of a code, and by what the address says', {
  skip: skipBrowser,
}, async () => {
  await using at = await open(DESK, '/console/identifiers')
  const { page, said } = at
  const search = page.getByRole('searchbox', { name: '按标识或内容查找' })
  const links = page.locator('main a[href^="/console/identifier?"]')
  const isOnly = async (suffix: string) => {
    await page.getByText('共 1 个').waitFor()
    await links.filter({ hasText: suffix }).waitFor()
    assert.equal(await links.count(), 1)
  }
  await search.fill('离心')
  await isOnly('P-3')
  assert.match(page.url(), /q=/)
  await search.fill('4399')
  await isOnly('P-4')
  await page.reload()
  await drawn(page)
  assert.equal(await search.inputValue(), '4399')
  await isOnly('P-4')
  await button(page, '清除筛选').click()
  await links.filter({ hasText: 'P-3' }).waitFor()
  assert.equal(await search.inputValue(), '')
  await page.getByRole('combobox', { name: '按状态筛选' }).click()
  await page.getByTitle('已注销').last().click()
  await isOnly('gone')
  await search.fill('没有这个')
  await page.getByText('没有符合条件的标识').waitFor()
  assert.deepEqual(said, [])
})

test('columns and views are kept', { skip: skipBrowser }, async () => {
  await using at = await open(DESK, '/console/identifiers?template=pump')
  const { page, said } = at
  await button(page, '列').click()
  await page.getByRole('checkbox', { name: '型号' }).check()
  await page.getByRole('checkbox', { name: '状态' }).uncheck()
  await button(page, '完成').click()
  await page.getByRole('columnheader', { name: '型号' }).waitFor()
  await page.getByText('TT4299').waitFor()
  assert.equal(await page.getByRole('columnheader', { name: '状态' }).count(), 0)
  await button(page, '视图').click()
  await page.getByRole('menuitem', { name: '保存或管理视图' }).click()
  await page.getByLabel('视图名称').fill('水泵型号')
  await button(page, '保存当前视图').click()
  await button(page, '清除筛选').click()
  await page.getByRole('columnheader', { name: '状态' }).waitFor()
  await page.reload()
  await drawn(page)
  await button(page, '视图').click()
  await page.getByRole('menuitem', { name: '水泵型号' }).click()
  await page.getByRole('columnheader', { name: '型号' }).waitFor()
  assert.match(page.url(), /template=pump/)
  assert.deepEqual(said, [])
  // on another device, which has kept nothing
  await using phone = await open(PHONE, '/console/identifiers')
  await button(phone.page, 'Views').click()
  await phone.page.getByRole('menuitem', { name: '水泵型号' }).click()
  await phone.page.waitForURL(/template=pump/)
  await button(phone.page, 'Views').click()
  await phone.page.getByRole('menuitem', { name: 'Save or manage views' }).click()
  await button(phone.page, 'Remove the view 水泵型号').click()
  await button(phone.page, 'Remove the view 水泵型号').waitFor({ state: 'detached' })
  assert.deepEqual(await findings(phone.page), [])
  const { items } = await as('GET', '/api/v1/me/views?list=identifiers')
  assert.deepEqual(items, [])
  assert.deepEqual(phone.said, [])
})

test('the second of two tabs is told what changed, and merges field by field', {
  skip: skipBrowser,
}, async () => {
  const handle = `${world.tenants.a.names.prefix}/P-3`
  await using at = await open(DESK, pageOf(handle))
  const { page } = at
  await button(page, '修改').click()
  await page.getByLabel('产品名称').fill('我改的名称')
  await page.getByLabel('额定功率').fill('11')
  await as('PATCH', `/api/v1/identifiers/${handle}`, {
    fields: { title: '别人改的名称', model: 'TT7777' },
  })
  await button(page, /^保\s?存$/).click()
  await page.getByText('他人刚刚修改了它').waitFor()
  // only they changed it: taken; both changed it: to be chosen
  assert.equal(await page.getByLabel('型号').inputValue(), 'TT7777')
  assert.equal(await page.getByLabel('产品名称').inputValue(), '我改的名称')
  await page.getByRole('radio', { name: /对方的/ }).check()
  assert.equal(await page.getByLabel('产品名称').inputValue(), '别人改的名称')
  await button(page, '保存合并后的内容').click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  const now = await as('GET', `/api/v1/identifiers/${handle}`)
  assert.deepEqual(
    [now.fields.title, now.fields.model, String(now.fields.power), now.version],
    ['别人改的名称', 'TT7777', '11', 3],
  )
  await page.getByText('11 kW').waitFor()
})

for (const look of [DESK, PHONE]) {
  const { width, language } = look
  test(`a change that was not saved is there again, ${width} px, ${language}`, {
    skip: skipBrowser,
  }, async () => {
    const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
    const handle = `${world.tenants.a.names.prefix}/draft-${language}`
    const fields = { title: '管道泵', model: 'TT-1' }
    await as('POST', '/api/v1/identifiers', { handle, template: 'pump', fields })
    await using at = await open(look, pageOf(handle))
    const { page, said } = at
    const model = page.getByLabel(say('型号', 'Model'))
    const edit = button(page, say('修改', 'Change'))
    await edit.click()
    await model.fill('TT-2')
    await page.reload()
    // meanwhile somebody else is faster
    await as('PATCH', `/api/v1/identifiers/${handle}`, { fields: { title: '自吸泵' } })
    await drawn(page)
    await edit.click()
    const notice = page.getByText(say('已恢复上次未提交的内容', 'What you had not sent yet'))
    await notice.waitFor()
    assert.equal(await model.inputValue(), 'TT-2')
    assert.deepEqual(await findings(page), [])
    await button(page, language === 'zh' ? /^保\s?存$/ : /^Save$/).click()
    await button(page, say('保存合并后的内容', 'Save what was merged')).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const { fields: kept } = await as('GET', `/api/v1/identifiers/${handle}`)
    assert.deepEqual([kept.title, kept.model], ['自吸泵', 'TT-2'])
    // saved is no draft, and a draft can be let go
    await edit.click()
    await model.fill('TT-3')
    assert.equal(await notice.count(), 0)
    await page.reload()
    await drawn(page)
    await edit.click()
    await button(page, say('放弃草稿', 'Discard the draft')).click()
    assert.equal(await model.inputValue(), 'TT-2')
    assert.deepEqual(
      said.filter((it) => !/status of 409/.test(it)),
      [],
    )
  })
}

test('an identifier is retired, seen so, and restored; its history tells all of it', {
  skip: skipBrowser,
}, async () => {
  const handle = `${world.tenants.a.names.prefix}/P-4`
  await using at = await open(PHONE, pageOf(handle))
  const { page, said } = at
  await button(page, 'Retire').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('Scrapped')
  await button(dialog as never, 'Retire').click()
  await page.getByText('Retired: it is no longer resolved.').waitFor()
  await dialog.waitFor({ state: 'hidden' })
  assert.equal((await call(world.url, 'GET', `/api/handles/${handle}`)).status, 404)
  await page.getByRole('link', { name: 'As the public sees it' }).click()
  await page.getByText('Retired: the public is told so, and nothing else.').waitFor()
  await button(page, 'Restore').click()
  await dialog.getByLabel('Reason').fill('By mistake')
  await button(dialog as never, 'Restore').click()
  await button(page, 'Retire').waitFor()
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByText('Scrapped').waitFor()
  await page.getByText('By mistake').waitFor()
  await button(page, 'See version 1').click()
  await page.getByRole('dialog').getByText('立式管道泵').waitFor()
  assert.deepEqual(said, [])
  // whoever may know people reads who it was by name
  await using staff = await open(
    DESK,
    `${pageOf(handle)}&tab=history`,
    world.tenants.operator as never,
  )
  await staff.page.getByText('用户 alpha-person').first().waitFor()
})

test('the public gets what is public, side by side with what its enterprise sees', {
  skip: skipBrowser,
}, async () => {
  await using at = await open(DESK, `${pageOf(`${world.tenants.a.names.prefix}/P-4`)}&tab=public`)
  const { page, said } = at
  const row = page.getByRole('row').filter({ hasText: '成本' })
  await row.getByText('250').waitFor()
  await row.getByText('不显示').waitFor()
  assert.equal(
    await page.getByRole('row').filter({ hasText: 'TT4399' }).getByText('TT4399').count(),
    2,
  )
  assert.deepEqual(await findings(page), [])
  assert.deepEqual(said, [])
})

test('several are chosen, retired and restored, and their labels are a PDF', {
  skip: skipBrowser,
}, async () => {
  await using at = await open(DESK, '/console/identifiers?q=P-&template=pump')
  const { page, said } = at
  for (const suffix of ['P-1', 'P-2']) {
    await page
      .getByRole('checkbox', { name: `选择 ${world.tenants.a.names.prefix}/${suffix}` })
      .check()
  }
  await button(page, '打印标签').click()
  await page.getByRole('radio', { name: '70×50 毫米' }).check()
  await page.getByLabel('每个几张').fill('3')
  await page.getByText('6 张标签，1 页').waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    button(page, '下载 PDF').click(),
  ])
  const bytes = await readFile(await file.path())
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-')
  assert.match(bytes.subarray(-8).toString(), /%%EOF/)
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /关闭|Close/ })
    .click()
  await button(page, '注销 2 个').click()
  await page.getByRole('dialog').getByLabel('理由').fill('批次召回')
  await page.getByRole('dialog').getByRole('button', { name: '注销' }).click()
  await page.getByRole('button', { name: '恢复 2 个', exact: true }).click()
  await page.getByRole('dialog').getByLabel('理由').fill('召回结束')
  await page.getByRole('dialog').getByRole('button', { name: '恢复' }).click()
  await button(page, '注销 2 个').waitFor()
  const record = await as('GET', `/api/v1/identifiers/${world.tenants.a.names.prefix}/P-1`)
  assert.deepEqual([record.state, record.version], ['registered', 3])
  assert.deepEqual(said, [])
})

for (const look of [DESK, PHONE]) {
  test(`what was stored runs nothing and breaks nothing, ${look.width} px`, {
    skip: skipBrowser,
  }, async () => {
    for (const suffix of ['P-1', 'P-2']) {
      for (const tab of ['', 'values', 'history', 'public']) {
        await using at = await open(
          look,
          `${pageOf(`${world.tenants.a.names.prefix}/${suffix}`)}${tab === '' ? '' : `&tab=${tab}`}`,
        )
        assert.deepEqual(await findings(at.page), [], `${suffix} ${tab}`)
        assert.equal(await at.page.evaluate('globalThis.ran'), undefined)
        assert.deepEqual(at.said, [], `${suffix} ${tab}`)
      }
    }
    await using at = await open(look, `${pageOf(`${world.tenants.a.names.prefix}/P-2`)}`)
    await button(at.page, /10,000/).click()
    await at.page.getByText(LONG).waitFor()
    assert.deepEqual(await findings(at.page), [])
  })
}

test('an operator stops an identifier by order and lets it go again', {
  skip: skipBrowser,
}, async () => {
  const { handle } = world.tenants.b.names
  await using at = await open(PHONE, pageOf(handle), world.tenants.operator)
  const { page } = at
  await button(page, /^Hold$/).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Number of the order').fill('No. 7')
  await dialog.getByLabel('Authority').fill('Court of Shenzhen')
  await dialog.getByLabel('Reason').fill('Dispute')
  await dialog.getByRole('button', { name: 'Hold' }).click()
  await page.getByText('Held by order: it is not resolved').waitFor()
  assert.equal((await call(world.url, 'GET', `/${handle}`)).status, 451)
  await dialog.waitFor({ state: 'hidden' })
  await button(page, 'Lift the hold').click()
  await dialog.getByLabel('Reason').fill('Settled')
  await dialog.getByRole('button', { name: 'Lift the hold' }).click()
  await button(page, /^Hold$/).waitFor()
})

test('an identifier of somebody else answers like one that is not there', {
  skip: skipBrowser,
}, async () => {
  const textOf = async (handle: string) => {
    await using at = await open(DESK, pageOf(handle), world.tenants.a.member)
    await at.page.getByText('没有此页面').first().waitFor()
    return (await at.page.locator('main').innerText()).replaceAll(handle, '')
  }
  const { prefix } = world.tenants.a.names
  assert.equal(await textOf(world.tenants.b.names.handle), await textOf(`${prefix}/no-such-thing`))
})

test('the next number of a series is proposed', { skip: skipBrowser }, async () => {
  await using at = await open(DESK, '/console/identifiers/register?template=pump')
  const { page, said } = at
  await page.getByLabel('后缀').fill('P-1')
  await button(page, '取下一个序号').click()
  await page.getByText(`${world.tenants.a.names.prefix}/P-5`).waitFor()
  await page.getByLabel('后缀').fill('')
  await button(page, '取下一个序号').click()
  await page.getByText(/\/\d{8}-0001$/).waitFor()
  assert.deepEqual(said, [])
})

test('what is shown is exported: as filtered, with the columns shown', {
  skip: skipBrowser,
}, async () => {
  await using at = await open(DESK, '/console/identifiers?template=pump&q=TT4399')
  const { page, said } = at
  await button(page, '列').click()
  await page.getByRole('checkbox', { name: '额定功率' }).check()
  await button(page, '完成').click()
  await button(page, '导出').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'CSV 表格' }).check()
  await dialog.getByRole('checkbox', { name: '只要列表中显示的列' }).check()
  // the list is of all prefixes one may read, and so is the file
  const link = dialog.getByRole('link', { name: '下载' })
  assert.doesNotMatch((await link.getAttribute('href')) ?? '', /prefix=/)
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  const lines = (await readFile(await file.path(), 'utf8')).replace('\ufeff', '').split('\r\n')
  assert.equal(lines[0], 'identifier,power')
  assert.equal(lines.length, 3, lines.join('\n'))
  assert.match(lines[1] ?? '', new RegExp(`^${world.tenants.a.names.prefix}/P-4,\\d`))
  assert.deepEqual(said, [])
})

test('a record without a template is changed value by value, and merged so', {
  skip: skipBrowser,
}, async () => {
  const handle = `${world.tenants.a.names.prefix}/plain`
  const value = (index: number, text: string) => ({ index, type: 'URL', data: text })
  const first = [value(1, 'https://one.example/'), value(2, 'https://two.example/')]
  await as('POST', '/api/v1/identifiers', { handle, values: first })
  await using at = await open(PHONE, pageOf(handle))
  const { page } = at
  await button(page, 'Change').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Data' }).first().fill('https://mine.example/')
  await button(page, 'Add a value').click()
  await dialog.getByRole('textbox', { name: 'Data' }).last().fill('https://three.example/')
  const theirs = [value(1, 'https://one.example/'), value(2, 'https://theirs.example/')]
  await as('PUT', `/api/v1/identifiers/${handle}`, { values: theirs })
  await button(page, /^Save$/).click()
  await page.getByText('Somebody else changed it meanwhile').waitFor()
  await button(page, 'Save what was merged').click()
  await dialog.waitFor({ state: 'hidden' })
  const { values } = await as('GET', `/api/v1/identifiers/${handle}`)
  assert.deepEqual(
    values.map((it: { data: { value: string } }) => it.data.value),
    ['https://mine.example/', 'https://theirs.example/', 'https://three.example/'],
  )
})
