import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { call, must } from '../support/api-client.ts'
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
import type { Tenant } from '../support/tenants.ts'

const world = consoleWorld()

const WORDS = {
  zh: {
    ...{ name: '模板名', zh: '中文名称', en: '英文名称', save: '保存草稿', publish: '发布' },
    ...{ published: '已发布', draft: '草稿', extend: '新建版本', withdraw: '撤回', unit: '单位' },
    ...{ withdrawn: '已撤回', minimum: '最小值', maximum: '最大值', pattern: '格式（正则表达式）' },
    ...{ value: '第 {} 个选项：值', valueZh: '第 {} 个选项：中文', valueEn: '第 {} 个选项：英文' },
    ...{ element: '每一项的类型', public: '公开', required: '必填', publicTab: '公开页面' },
    ...{ schemaTab: 'JSON Schema', wrong: '3 处需要改正', disable: '停用字段' },
    ...{
      added: '新增字段 备注',
      disabled: '停用字段 日期',
      up: '上移 {}',
      optional: '后加的字段只能选填',
    },
    ...{ hidden: '1 个字段不公开，不会出现在这里', saved: '全部已保存', unsaved: '有未保存的修改' },
    ...{ stale: '草稿已被他人修改', merge: '合并', restored: '已恢复上次未提交的内容' },
    ...{ types: ['文本', '数字', '日期', '是/否', '选项', '网址', '文件', '引用标识', '列表'] },
    ...{ uses: '现有 {} 个标识使用此模板。', kept: '仅本企业可见' },
  },
  en: {
    ...{ name: 'Name', zh: 'Label in Chinese', en: 'Label in English', save: 'Save the draft' },
    ...{ publish: 'Publish', published: 'Published', draft: 'Draft', extend: 'New version' },
    ...{ withdraw: 'Withdraw', withdrawn: 'Withdrawn', unit: 'Unit', minimum: 'Minimum' },
    ...{ maximum: 'Maximum', pattern: 'Form (regular expression)', value: 'Choice {}: Value' },
    ...{ valueZh: 'Choice {}: Chinese', valueEn: 'Choice {}: English', element: 'Each element is' },
    ...{ public: 'Public', required: 'Required', publicTab: 'Public page' },
    ...{ schemaTab: 'JSON Schema', wrong: '3 things to correct', disable: 'Disable the field' },
    ...{ added: 'New field Note', disabled: 'Date is disabled', up: 'Move {} up' },
    ...{
      optional: 'A field added later is optional',
      hidden: '1 field is not public and not shown',
    },
    ...{ saved: 'All is saved', unsaved: 'There are changes not saved yet' },
    ...{ stale: 'Somebody else changed the draft meanwhile', merge: 'Merge' },
    ...{ restored: 'What you had not sent yet was brought back' },
    ...{
      types: [
        'Text',
        'Number',
        'Date',
        'Yes or no',
        'Choice',
        'Web address',
        'File',
        'Reference',
        'List',
      ],
    },
    ...{ uses: '{} identifiers were made by this template.', kept: 'Seen by the enterprise only' },
  },
} as const

const STORIES = [
  { look: { width: 1440, language: 'zh' } as Look, tenant: () => world.tenants.a },
  { look: { width: 390, language: 'en' } as Look, tenant: () => world.tenants.b },
]

const unasked = (said: readonly string[]) =>
  said.filter((it) => !/status of 4(?:04|09|12|22)/.test(it))

async function clean(page: Page, { language }: Look): Promise<void> {
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])
}

/** The field of the designer that stands at a place, counted from 0. */
const fieldAt = (page: Page, at: number): Locator =>
  page.locator('main section ol.cards > li').nth(at)

/** The field that was added last, its name marked to be written over. */
const LAST_IN_VIEW = `(() => {
  const input = document.querySelector('main section ol.cards > li:last-child input')
  return input !== null && input.value !== '' && input.selectionEnd === input.value.length && input.selectionStart === 0
})()`

/** The same, opened to be changed. */
async function editAt(page: Page, at: number): Promise<Locator> {
  const field = fieldAt(page, at)
  const title = field.locator('.designer-title')
  if ((await title.getAttribute('aria-expanded')) === 'false') await title.click()
  await field.locator('.designer-title[aria-expanded=true]').waitFor()
  return field
}

for (const { look, tenant } of STORIES) {
  const words = WORDS[look.language]
  const own = look.language === 'zh' ? 'zh' : 'en'
  const of = `${look.width} px, ${look.language}`
  const templateName = `pump-${own}`

  const open = async (session: Readonly<Record<string, string>>) => {
    const context = await openWindow(world.browser, world.url, look, session)
    const page = await context.newPage()
    return { context, page, said: watchPage(page, world.url) }
  }
  const stored = async (version: number) => {
    const { names, administrator }: Tenant = tenant()
    const path = `/api/v1/templates/${names.prefix}/${templateName}/${version}`
    return await must(call(world.url, 'GET', path, { headers: { ...administrator } }))
  }

  test(`an administrator designs a template with every type of field and publishes it, ${of}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = tenant()
    const { context, page, said } = await open(administrator)
    await page.goto(`/console/templates/new?prefix=${names.prefix}`)
    await page
      .locator('.ant-card')
      .first()
      .getByLabel(words.name, { exact: true })
      .fill(templateName)
    const general = page.locator('.ant-card').first()
    await general.getByLabel(words.zh).fill('水泵')
    await general.getByLabel(words.en).fill('Pump')
    for (const type of words.types) {
      await page.locator('.designer-add').getByRole('button', { name: type, exact: true }).click()
      // what was added comes into view, and what lies under the pointer moves until then
      await page.waitForFunction(LAST_IN_VIEW)
    }
    assert.equal(await page.locator('main section ol.cards > li').count(), 10)
    // number, enumeration and list have something to be said still: told where it is missing
    await (await editAt(page, 1)).getByLabel(words.pattern).fill('(')
    await (await editAt(page, 2)).getByLabel(words.minimum).fill('9')
    await (await editAt(page, 2)).getByLabel(words.maximum).fill('1')
    await page.getByRole('button', { name: words.save }).click()
    await page.getByText(words.wrong).first().waitFor()
    await clean(page, look)
    await (await editAt(page, 1)).getByLabel(words.pattern).fill('[A-Z]{2}\\d+')
    await (await editAt(page, 2)).getByLabel(words.minimum).fill('0.5')
    await (await editAt(page, 2)).getByLabel(words.maximum).fill('90')
    await (await editAt(page, 2)).getByLabel(words.unit).fill('kg')
    const choice = await editAt(page, 5)
    const option = (label: string) => choice.getByLabel(label.replace('{}', '1'))
    await option(words.value).fill('iron')
    await option(words.valueZh).fill('铸铁')
    await option(words.valueEn).fill('Cast iron')
    await (await editAt(page, 7)).getByLabel(words.public, { exact: true }).uncheck()
    // the form, the public page and the schema follow
    const preview = page.locator('.designer-preview')
    await preview.getByRole('textbox', { name: words.types[1] ?? '' }).fill('12.5')
    await preview.getByText(words.kept).waitFor()
    await preview.getByRole('tab', { name: words.publicTab }).click()
    await preview.getByText('12.5 kg').waitFor()
    await preview.getByText(words.hidden).waitFor()
    await preview.getByRole('tab', { name: words.schemaTab }).click()
    await preview.getByText('"maximum": 90').first().waitFor()
    // kept on the device until it is sent
    await page.reload()
    await page.getByText(words.restored).waitFor()
    assert.equal(
      await page.locator('.ant-card').first().getByLabel(words.name, { exact: true }).inputValue(),
      templateName,
    )
    await page.getByRole('button', { name: words.save }).click()
    await page.waitForURL(new RegExp(`/templates/${names.prefix}/${templateName}`))
    await page.locator('.page-lead').getByText(words.draft).waitFor()
    await page.getByRole('button', { name: words.publish, exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: words.publish }).click()
    await page.locator('.page-lead').getByText(words.published).waitFor()
    await drawn(page)
    await clean(page, look)
    const { state, fields } = await stored(1)
    assert.equal(state, 'published')
    assert.deepEqual(fields.map((it: { type: string }) => it.type).toSorted(), [
      'boolean',
      'date',
      'enumeration',
      'file',
      'list',
      'number',
      'reference',
      'text',
      'text',
      'url',
    ])
    assert.deepEqual(unasked(said), [])
    await context.close()
  })

  test(`the next version tells what it changes; two who change a draft merge, ${of}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = tenant()
    const { context, page, said } = await open(administrator)
    await page.goto(`/console/templates/${names.prefix}/${templateName}`)
    await drawn(page)
    await page.getByRole('button', { name: words.extend }).click()
    await page.locator('.page-lead').getByText(words.draft).waitFor()
    const add = page
      .locator('.designer-add')
      .getByRole('button', { name: words.types[0] ?? '', exact: true })
    await add.click()
    const added = fieldAt(page, 10)
    await added.getByLabel(words.zh).fill('备注')
    await added.getByLabel(words.en).fill('Note')
    await added.getByText(words.optional).waitFor()
    assert.ok(await added.getByLabel(words.required, { exact: true }).isDisabled())
    const date = await editAt(page, 3)
    assert.ok(await date.getByLabel(words.zh).isEnabled())
    await date.getByRole('button', { name: words.disable }).click()
    await page.getByText(words.added).waitFor()
    await page.getByText(words.disabled).waitFor()
    // by the keyboard: the new field goes up by its button
    await page
      .getByRole('button', { name: words.up.replace('{}', own === 'zh' ? '备注' : 'Note') })
      .press('Enter')
    await fieldAt(page, 9)
      .getByText(own === 'zh' ? '备注' : 'Note')
      .first()
      .waitFor()
    await clean(page, look)
    // somebody else saves first
    const { label, thing, fields, revision } = await stored(2)
    const theirs = fields.map((it: { name: string; label: object }) =>
      it.name === 'number' ? { ...it, label: { zh: '重量', en: 'Weight' } } : it,
    )
    await must(
      call(world.url, 'PUT', `/api/v1/templates/${names.prefix}/${templateName}/2`, {
        headers: { ...administrator },
        body: { label, thing, fields: theirs, revision },
      }),
    )
    await page.getByText(words.unsaved).waitFor()
    await page.getByRole('button', { name: words.save }).click()
    await page.getByText(words.stale).waitFor()
    await page.getByRole('button', { name: words.merge }).click()
    await page.getByRole('button', { name: words.save }).click()
    await page.getByText(words.saved).waitFor()
    const both = await stored(2)
    const names2 = both.fields.map((it: { label: { en: string } }) => it.label.en)
    assert.ok(names2.includes('Weight') && names2.includes('Note'), names2.join())
    await page.getByRole('button', { name: words.publish, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(words.added).waitFor()
    await dialog.getByRole('button', { name: words.publish }).click()
    await page.locator('.page-lead').getByText(words.published).waitFor()
    assert.equal((await stored(2)).state, 'published')
    assert.deepEqual(unasked(said), [])
    await context.close()
  })

  test(`a version is withdrawn, told how many identifiers use it; a member only reads, ${of}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator, member } = tenant()
    const { context, page, said } = await open(administrator)
    await page.goto(`/console/templates/${names.prefix}/${names.template}`)
    await drawn(page)
    await page.getByRole('button', { name: words.withdraw }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(words.uses.replace('{}', '4')).waitFor()
    await dialog.getByRole('button', { name: words.withdraw }).click()
    await page.locator('.page-lead').getByText(words.withdrawn).waitFor()
    assert.deepEqual(unasked(said), [])
    await context.close()
    const reading = await open(member)
    await reading.page.goto(`/console/templates/${names.prefix}/${names.template}`)
    await drawn(reading.page)
    assert.equal(await reading.page.locator('.page-actions button').count(), 0)
    await reading.page.goto('/console/templates')
    await drawn(reading.page)
    await clean(reading.page, look)
    assert.deepEqual(unasked(reading.said), [])
    await reading.context.close()
  })
}
