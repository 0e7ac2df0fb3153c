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

const world = consoleWorld()

const WORDS = {
  zh: {
    ...{ page: '命名空间', serial: '按序列号生成', stop: '停止解析', field: '命名空间的 XML' },
    ...{ right: '没有错误。', wrong: '有错误，不能保存', line: '转到第 4 行', save: '保存' },
    ...{ saved: '已保存，立即生效', sample: '标识样例', hidden: '另有 1 个值对公众隐藏。' },
    ...{ made: '由模板生成以下内容。', registered: '此标识已注册', asStored: '与已保存的一致' },
    ...{ unsaved: '有未保存的修改', stale: '他人已修改了命名空间', take: '改用已保存的内容' },
    ...{ remove: '移除', removed: '已移除', none: '还没有命名空间', absent: '没有此页面' },
    ...{ discard: '放弃修改' },
  },
  en: {
    ...{ page: 'Namespace', serial: 'Serial numbers behind @', stop: 'Stop resolving' },
    ...{ field: 'XML of the namespace', right: 'Nothing is wrong.' },
    ...{ wrong: 'This is wrong and cannot be saved', line: 'Go to line 4', save: 'Save' },
    ...{ saved: 'Saved; it holds from now on', sample: 'A sample name' },
    ...{ hidden: '1 more value is hidden from the public.', made: 'The template makes this.' },
    ...{ registered: 'The name is registered', asStored: 'As it is saved' },
    ...{ unsaved: 'There are changes not saved yet', take: 'Take what is saved' },
    ...{ stale: 'Somebody else changed the namespace meanwhile', remove: 'Remove' },
    ...{ removed: 'It was removed', none: 'There is none yet', absent: 'There is nothing here' },
    ...{ discard: 'Discard the changes' },
  },
} as const

const STORIES = [
  { look: { width: 1440, language: 'zh' } as Look, tenant: () => world.tenants.a },
  { look: { width: 390, language: 'en' } as Look, tenant: () => world.tenants.b },
]

const XML = `<namespace>
  <template delimiter="@">
    <foreach>
      <value data="\${data} \${extension}"/>
    </foreach>
  </template>
</namespace>`

const clean = async (page: Page, { language }: Look) =>
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])

const resolved = async (handle: string) =>
  await call(world.url, 'GET', `/api/handles/${handle}?publicOnly`)

for (const { look, tenant } of STORIES) {
  const words = WORDS[look.language]
  const name = `${look.width} px, ${look.language}`
  const press = (page: Page, name: string) =>
    page.locator('main').getByRole('button', { name, exact: true }).click()
  const confirm = (page: Page, name: string) =>
    page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
  const open = async (page: Page, prefix: string) => {
    await page.goto(`/console/prefixes/${prefix}/namespace`)
    await drawn(page)
  }

  test(`a namespace is written, judged, tried, saved, stopped and removed, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = tenant()
    const { prefix, handle } = names
    const suffix = handle.slice(prefix.length + 1)
    const path = `/api/v1/prefixes/${prefix}/namespace`
    await call(world.url, 'DELETE', path, { headers: { ...administrator } })
    await withPage(world, { look, session: { ...administrator } }, async (page) => {
      await page.goto(`/console/prefixes/${prefix}`)
      await drawn(page)
      await page.getByRole('link', { name: words.page, exact: true }).click()
      const main = page.locator('main')
      await main.getByText(words.none).waitFor()
      await drawn(page)
      await clean(page, look)
      await press(page, words.serial)
      await main.getByText(words.right).waitFor()
      const field = main.getByRole('textbox', { name: words.field })
      await field.fill(XML.replace('value data', 'zzz data'))
      await main.getByText(words.wrong).waitFor()
      assert.ok(await main.getByRole('button', { name: words.save }).isDisabled())
      await clean(page, look)
      await press(page, words.line)
      const chosen = await page.evaluate('document.getSelection().toString()')
      assert.match(String(chosen), /<zzz/)
      await field.fill(XML)
      await main.getByText(words.right).waitFor()

      await main.getByLabel(words.sample).fill(suffix)
      await main.getByText(words.registered).waitFor()
      await main.getByLabel(words.sample).fill(`${suffix}@A7`)
      await main.getByText(words.made).waitFor()
      await main.getByText('pump A7').waitFor()
      await main.getByText(words.hidden).waitFor()
      assert.equal((await resolved(`${handle}@A7`)).status, 404, 'nothing is kept so far')
      await clean(page, look)
      // what was typed is there again
      await page.reload()
      await main.getByText(words.unsaved).waitFor()
      assert.equal(await field.inputValue(), XML)
      await press(page, words.save)
      await page.getByText(words.saved).waitFor()
      await main.getByText(words.asStored).waitFor()
      assert.match((await resolved(`${handle}@A7`)).text, /pump A7/)

      // somebody else is quicker
      const xml = '<namespace><status>active</status></namespace>'
      await must(call(world.url, 'PUT', path, { headers: { ...administrator }, body: { xml } }))
      await field.fill(`${XML}\n`)
      await main.getByText(words.right).waitFor()
      await press(page, words.save)
      await main.getByText(words.stale).waitFor()
      await clean(page, look)
      assert.equal((await resolved(`${handle}@A7`)).status, 404)
      await press(page, words.take)
      await main.getByText(words.asStored).waitFor()
      assert.equal(await field.inputValue(), xml)

      await field.fill('')
      // asked about though it is saved before it was judged
      await press(page, words.stop)
      await press(page, words.save)
      await page.getByRole('dialog').waitFor()
      await clean(page, look)
      assert.equal((await resolved(handle)).status, 200)
      await confirm(page, words.stop)
      await main.getByText(words.asStored).waitFor()
      assert.notEqual((await resolved(handle)).status, 200)
      await press(page, words.remove)
      await confirm(page, words.remove)
      await page.getByText(words.removed).first().waitFor()
      await main.getByText(words.unsaved).waitFor()
      assert.equal((await resolved(handle)).status, 200)
      await press(page, words.discard)
      await main.getByText(words.none).waitFor()
    })
  })

  test(`namespaces are written by those alone who may, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, member, administrator } = tenant()
    const other = tenant() === world.tenants.a ? world.tenants.b : world.tenants.a
    await withPage(world, { look, session: { ...member } }, async (page) => {
      await page.goto(`/console/prefixes/${names.prefix}`)
      await drawn(page)
      assert.equal(await page.getByRole('link', { name: words.page, exact: true }).count(), 0)
      await open(page, names.prefix)
      await page.getByRole('heading', { name: words.absent }).waitFor()
    })
    await withPage(world, { look, session: { ...administrator } }, async (page) => {
      await open(page, other.names.prefix)
      await page.getByRole('heading', { name: words.absent }).waitFor()
    })
  })
}
