import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
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

const world = consoleWorld()

const WORDS = {
  zh: {
    box: '标识、网址或二维码内容',
    found: '已找到',
    retired: '标识已注销',
    held: '依令停止解析',
    unknown: '前缀不归本节点',
    malformed: '不是标识',
    hidden: '隐藏的值',
    noImage: '这不是图片，无法识别',
    noCode: '图片中没有找到二维码',
    nothing: '请输入标识',
    none: '此网址中没有标识',
    elsewhere: '取自 id.example',
    scan: '扫码',
    noCamera: '无法使用摄像头',
  },
  en: {
    box: 'Identifier, address or content of a code',
    found: 'Found',
    retired: 'The identifier is retired',
    held: 'Resolution is stopped by order',
    unknown: 'The prefix is not this node’s',
    malformed: 'This is no identifier',
    hidden: 'Hidden values',
    noImage: 'This is no picture',
    noCode: 'No code was found in the picture',
    nothing: 'Type an identifier',
    none: 'This address holds no identifier',
    elsewhere: 'Taken from an address of id.example',
    scan: 'Scan',
    noCamera: 'The camera cannot be used',
  },
} as const

async function openResolve(look: Look, session: Readonly<Record<string, string>>) {
  const context = await openWindow(world.browser, world.url, look, session)
  const page = await context.newPage()
  const said = watchPage(page, world.url)
  await page.goto('/console/resolve')
  await drawn(page)
  return { page, said }
}

async function ask(page: Page, language: Look['language'], text: string): Promise<void> {
  const box = page.getByRole('searchbox', { name: WORDS[language].box })
  await box.fill(text)
  await box.press('Enter')
}

for (const look of [
  { width: 1440, language: 'zh' },
  { width: 390, language: 'en' },
] as const) {
  const words = WORDS[look.language]
  const name = `${look.width} px, ${look.language}`

  test(`an identifier, an address and a code are resolved and explained: ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = world.tenants.a
    const { page, said } = await openResolve(look, administrator)
    const sees = async (text: string) => {
      await page.getByText(text).first().waitFor()
      await drawn(page)
      assert.deepEqual(await findings(page), [], text)
      assert.deepEqual(await untranslated(page, look.language), [], text)
    }
    await ask(page, look.language, `  ${names.handle}\u200b `)
    await sees(words.found)
    await sees(words.hidden)
    assert.equal(await page.locator('.explain > li').count(), 6)
    await ask(page, look.language, `https://id.example/${names.retired}?lang=zh`)
    await sees(words.retired)
    await sees(words.elsewhere)
    await ask(page, look.language, names.held)
    await sees(words.held)
    await ask(page, look.language, `hdl:20.500.1/x`)
    await sees(words.unknown)
    await ask(page, look.language, '/x')
    await sees(words.malformed)
    await ask(page, look.language, ' ')
    await sees(words.nothing)
    await ask(page, look.language, 'https://id.example/')
    await sees(words.none)
    // the address can be sent on and gone back to
    await page.goBack()
    await page.getByText(words.unknown).first().waitFor()
    assert.deepEqual(said, [])
    await page.context().close()
  })

  test(`a picture of a code is read, and what is none is said to be none: ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = world.tenants.a
    const { page, said } = await openResolve(look, administrator)
    const input = page.locator('input[type=file]')
    const picture = (file: string, mimeType: string, buffer: Buffer) =>
      input.setInputFiles({ name: file, mimeType, buffer })
    await picture('no.png', 'image/png', Buffer.from('this is no picture'))
    await page.getByText(words.noImage).waitFor()
    const plain = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"/>'
    await picture('plain.svg', 'image/svg+xml', Buffer.from(plain))
    await page.getByText(words.noCode).waitFor()
    for (const kind of ['png', 'svg'] as const) {
      const code = await page.request.get(`/${names.handle}?qr=${kind}`)
      const type = code.headers()['content-type'] ?? ''
      await picture(`code.${kind}`, type, await code.body())
      await page.waitForURL((it) => it.searchParams.get('id') === names.handle)
      await page.getByText(words.found).first().waitFor()
      await ask(page, look.language, names.held)
      await page.getByText(words.held).first().waitFor()
    }
    assert.deepEqual(said, [])
    // this machine has no camera: that is said, and the way round it
    await page.getByRole('button', { name: words.scan }).click()
    await page.getByText(words.noCamera).waitFor()
    await page.context().close()
  })
}

test('what is hidden is told to nobody else', { skip: skipBrowser }, async () => {
  const { names, secrets } = world.tenants.a
  const { page } = await openResolve({ width: 1440, language: 'en' }, world.tenants.b.administrator)
  await ask(page, 'en', names.handle)
  await page.getByText(WORDS.en.found).first().waitFor()
  const text = await page.locator('main').innerText()
  assert.ok(!text.includes(WORDS.en.hidden))
  assert.ok(!/cost|hidden/i.test(text), text)
  for (const secret of secrets) assert.ok(!text.includes(secret), secret)
  await page.context().close()
})
