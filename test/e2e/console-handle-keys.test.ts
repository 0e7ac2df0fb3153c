import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { call, must } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  skipBrowser,
  untranslated,
} from '../support/console-browser.ts'
import { consoleWorld, withPage } from '../support/console-world.ts'

const PROXY = '127.0.0.2'
const world = consoleWorld({ settings: async () => ({ WAYMARK_TRUSTED_PROXIES: PROXY }) })

const WORDS = {
  zh: {
    ...{ keys: 'Handle 密钥', none: '还没有密钥', add: '添加密钥', how: '程序如何使用' },
    ...{ password: '私钥文件密码', pair: '生成密钥对', ready: '密钥对已生成' },
    ...{ download: '下载私钥', kept: '我已保管好私钥', first: '请先下载私钥' },
    ...{ addPublic: '添加公钥', algorithm: '算法', public: /提交已有的公钥/, field: '公钥' },
    ...{ isPrivate: '这是私钥，没有发送', broken: '内容不完整', unknown: '不是公钥' },
    ...{ secret: /对称密钥/, addSecret: '添加对称密钥', secretKept: '我已保管好密钥' },
    ...{ say: '请确认已保管', done: '完成', rotate: '更换', revoke: '吊销' },
    ...{ last: '这是最后一个密钥', stops: '立即不能再注册', absent: '没有此页面' },
    ...{ noTls: '此页面未经 TLS 加载', code: '示例代码' },
    ...{ short: '至少 8 个字符', client: '客户端', now: '旧密钥立即失效' },
    ...{ never: '从未使用', used: '最近使用：' },
  },
  en: {
    ...{ keys: 'Handle keys', none: 'No key yet', add: 'Add a key' },
    ...{ how: 'How a program uses it', password: 'Password of the file', pair: 'Make the pair' },
    ...{ ready: 'The pair is made', download: 'Download the private key' },
    ...{ kept: 'I have kept the private key', first: 'Download the private key first' },
    ...{ addPublic: 'Add the public key', algorithm: 'Algorithm', public: /Give a public key/ },
    ...{ field: 'Public key', isPrivate: 'This is a private key', broken: 'It is not whole' },
    ...{ unknown: 'This is no public key', secret: /A secret/, addSecret: 'Add the secret' },
    ...{ secretKept: 'I have kept the secret', say: 'Say that you have kept it', done: 'Done' },
    ...{ rotate: 'Replace', revoke: 'Revoke', last: 'It is the last one' },
    ...{ stops: 'can no longer register', absent: 'There is nothing here' },
    ...{ noTls: 'This page came without TLS', code: 'Code' },
    ...{ short: 'At least 8 characters', client: 'Client', now: 'proves nothing from then on' },
    ...{ never: 'Never', used: 'Last used:' },
  },
} as const

const STORIES = [
  { look: { width: 1440, language: 'zh' } as Look, tenant: () => world.tenants.a },
  { look: { width: 390, language: 'en' } as Look, tenant: () => world.tenants.b },
]

const clean = async (page: Page, { language }: Look) =>
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])

const listed = async (prefix: string) => {
  const headers = world.tenants.operator
  return (await must(call(world.url, 'GET', `/api/v1/prefixes/${prefix}/handle-keys`, { headers })))
    .items as { index: number; kind: string; algorithm?: string }[]
}

const statusOf = async (handle: string) =>
  (await call(world.url, 'GET', `/api/handles/${handle}`)).status

for (const { look, tenant } of STORIES) {
  const words = WORDS[look.language]
  const name = `${look.width} px, ${look.language}`
  const dialogOf = (page: Page) => page.getByRole('dialog')
  const press = (at: Page | Locator, name: string) =>
    at.getByRole('button', { name, exact: true }).click()
  const open = async (page: Page, prefix: string) => {
    await page.goto(`/console/prefixes/${prefix}/keys`)
    await drawn(page)
  }
  const row = (page: Page, identity: string) =>
    page
      .locator(look.width > 768 ? 'main tbody tr' : 'main .cards > li')
      .filter({ has: page.getByText(identity, { exact: true }) })

  test(`a pair is made in the browser and its private key stays there, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = tenant()
    const identity = `300:0.NA/${names.prefix}`
    await withPage(world, { look, session: { ...administrator } }, async (page) => {
      await page.addInitScript(RECORDING)
      await page.goto(`/console/prefixes/${names.prefix}`)
      await drawn(page)
      await page.getByRole('link', { name: words.keys }).click()
      await page.getByText(words.none).waitFor()
      await drawn(page)
      await clean(page, look)
      await press(page, words.add)
      const dialog = dialogOf(page)
      await dialog.getByLabel(words.password).fill('short')
      await press(dialog, words.pair)
      await dialog.getByText(words.short).waitFor()
      await clean(page, look)
      await dialog.getByLabel(words.password).fill('a long password')
      await press(dialog, words.pair)
      await dialog.getByText(words.ready).waitFor()
      await clean(page, look)
      await dialog.getByRole('checkbox', { name: words.kept }).check()
      await press(dialog, words.addPublic)
      await dialog.getByText(words.first).waitFor()
      assert.deepEqual(await listed(names.prefix), [], 'nothing is added before it is kept')
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        press(dialog, words.download),
      ])
      assert.match(download.suggestedFilename(), /^handle-key-[\d.]+-rsa\.pem$/)
      const file = await readFile(await download.path(), 'utf8')
      await press(dialog, words.addPublic)
      await row(page, identity).waitFor()
      await dialog.waitFor({ state: 'hidden' })
      await row(page, identity).getByText(words.never).waitFor()
      await drawn(page)
      await clean(page, look)
      assert.throws(() => createPrivateKey(file))
      const key = createPrivateKey({ key: file, passphrase: 'a long password' })
      await page.getByLabel(words.client).click()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.getByText('createPrivateKey(').first().waitFor()
      const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
      assert.match(await runExample(page, words.code, pem), /^201/)
      assert.equal(await statusOf(`${names.prefix}/pump-7`), 200)
      const sent = (await page.evaluate('window.sent')) as string[]
      await open(page, names.prefix)
      // since when it is there, and when it was used
      await row(page, identity).locator('time').nth(1).waitFor()
      assert.equal(await row(page, identity).getByText(words.never).count(), 0)
      assert.ok(sent.some((it) => it.includes('BEGIN PUBLIC KEY')))
      assert.ok(!sent.some((it) => it.includes('PRIVATE')), 'the private key was not sent')
    })
  })

  test(`a given key is judged before it is sent; a secret is shown once, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = tenant()
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const identity = (index: number) => `${index}:0.NA/${names.derived}`
    await withPage(world, { look, session: { ...administrator } }, async (page) => {
      const posts: string[] = []
      page.on('request', (it) => it.method() === 'POST' && posts.push(it.url()))
      await open(page, names.derived)
      await press(page, words.add)
      const dialog = dialogOf(page)
      await dialog.getByRole('radio', { name: words.public }).check()
      const field = dialog.getByRole('textbox', { name: words.field })
      const file = dialog.locator('input[type=file]')
      for (const [text, said] of [
        [privatePem, words.isPrivate],
        [JSON.stringify(pair.privateKey.export({ format: 'jwk' })), words.isPrivate],
        [publicPem.slice(0, 80), words.broken],
        ['not a key', words.unknown],
      ] as const) {
        await field.fill(text)
        await press(dialog, words.addPublic)
        await dialog.getByText(said).waitFor()
      }
      await clean(page, look)
      const wrong = { name: 'own.der', mimeType: 'application/octet-stream' }
      const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
      await file.setInputFiles({ ...wrong, buffer: der })
      await dialog.getByText(words.isPrivate).first().waitFor()
      assert.equal(await field.inputValue(), '')
      assert.deepEqual(posts, [], 'nothing was sent')
      const buffer = pair.publicKey.export({ type: 'spki', format: 'der' })
      await file.setInputFiles({ ...wrong, buffer })
      await press(dialog, words.addPublic)
      await row(page, identity(300)).getByText(/EC$/).waitFor()
      assert.match(await runExample(page, words.code, privatePem), /^201/)

      await press(page, words.add)
      await dialog.getByRole('radio', { name: words.secret }).check()
      await press(dialog, words.addSecret)
      const secret = await dialog.locator('code').innerText()
      await clean(page, look)
      await press(dialog, words.done)
      await dialog.getByText(words.say).waitFor()
      await page.keyboard.press('Escape')
      await dialog.getByRole('checkbox', { name: words.secretKept }).check()
      await press(dialog, words.done)
      await row(page, identity(301)).waitFor()
      await dialog.waitFor({ state: 'hidden' })
      assert.equal(await runCurl(page, words.code, secret), '200', 'it is there already')
      await drawn(page)
      await clean(page, look)

      await open(page, names.derived)
      await press(page, `${words.rotate} ${identity(301)}`)
      await dialog.getByText(words.now).waitFor()
      await dialog.getByText(words.used).waitFor()
      await dialog.getByRole('radio', { name: words.secret }).check()
      await press(dialog, words.addSecret)
      const next = await dialog.locator('code').innerText()
      assert.notEqual(next, secret)
      await dialog.getByRole('checkbox', { name: words.secretKept }).check()
      await press(dialog, words.done)
      await dialog.waitFor({ state: 'hidden' })
      assert.equal(await runCurl(page, words.code, secret), '401')
      assert.equal(await runCurl(page, words.code, next), '200')

      await press(page, `${words.revoke} ${identity(300)}`)
      await dialogOf(page).getByText(words.stops).waitFor()
      await dialogOf(page).getByText(words.used).waitFor()
      await press(dialogOf(page), words.revoke)
      await row(page, identity(300)).waitFor({ state: 'detached' })
      await press(page, `${words.revoke} ${identity(301)}`)
      await dialogOf(page).getByText(words.last).waitFor()
      await press(dialogOf(page), words.revoke)
      await page.getByText(words.none).waitFor()
      assert.deepEqual(await listed(names.derived), [])
    })
  })

  test(`keys are their administrators’ alone, ${name}`, { skip: skipBrowser }, async () => {
    const { names, member } = tenant()
    await withPage(world, { look, session: { ...member } }, async (page) => {
      await page.goto(`/console/prefixes/${names.prefix}`)
      await drawn(page)
      assert.equal(await page.getByRole('link', { name: words.keys }).count(), 0)
      await open(page, names.prefix)
      await page.getByRole('heading', { name: words.absent }).waitFor()
    })
    const other = tenant() === world.tenants.a ? world.tenants.b : world.tenants.a
    await withPage(world, { look, session: { ...tenant().administrator } }, async (page) => {
      await open(page, other.names.prefix)
      await page.getByRole('heading', { name: words.absent }).waitFor()
    })
  })

  test(`where browsers make no keys, the page says how else, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names } = tenant()
    await withPage(world, { look, session: world.tenants.operator }, async (page) => {
      await page.addInitScript("Object.defineProperty(crypto, 'subtle', { value: undefined })")
      await open(page, names.derived)
      await press(page, words.add)
      const dialog = dialogOf(page)
      await dialog.getByText(words.noTls).waitFor()
      assert.ok(await dialog.getByRole('radio').first().isDisabled())
      await dialog.getByRole('textbox', { name: words.field }).waitFor()
      await clean(page, look)
    })
  })
}

/** Whatever the page sends, as it was before the browser took it. */
const RECORDING = `{
  const plain = window.fetch
  window.sent = []
  window.fetch = async (asked, ...more) => {
    if (asked instanceof Request) window.sent.push(await asked.clone().text())
    return plain(asked, ...more)
  }
}`

const start = promisify(execFile)

/** Credentials count over HTTPS alone: a proxy says that it has them so. */
async function openProxy(): Promise<AsyncDisposable & { readonly url: string }> {
  const proxy = createServer((asked, reply) => {
    const { method, url: path } = asked
    const headers = { ...asked.headers, 'x-forwarded-proto': 'https' }
    const wish = { method, path, headers, localAddress: PROXY }
    const onward = request(world.url, wish, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(reply)
    })
    asked.pipe(onward)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const { port } = proxy.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      proxy.closeAllConnections()
      await once(proxy.close(), 'close')
    },
  }
}

/** What the page offers to be copied; it asks the proxy where the page was told the node itself. */
async function exampleOn(page: Page, label: string, proxy: string): Promise<string> {
  const code = await page.getByRole('region', { name: label }).innerText()
  return code.replaceAll(world.url, proxy)
}

/** The page's program, as it stands, with a key beside it. */
async function runExample(page: Page, label: string, pem: string): Promise<string> {
  await using proxy = await openProxy()
  const folder = await mkdtemp(join(world.folder, 'example-'))
  await writeFile(join(folder, 'private-key.pem'), pem)
  await writeFile(join(folder, 'register.mjs'), await exampleOn(page, label, proxy.url))
  return (await start(process.execPath, ['register.mjs'], { cwd: folder })).stdout
}

/** The status that the page's command gets with this secret. */
async function runCurl(page: Page, label: string, secret: string): Promise<string> {
  await using proxy = await openProxy()
  const code = await exampleOn(page, label, proxy.url)
  const told = "curl --silent --output /dev/null --write-out '%{http_code}' "
  const command = code.replace(/^curl /, told).replace('SECRET', secret)
  return (await start('sh', ['-c', command])).stdout
}
