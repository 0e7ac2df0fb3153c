import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, afterEach, before, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { setUpBy } from './api-client.ts'
import { openChromium } from './chromium.ts'
import { type Look, openWindow, shownBy, skipBrowser, watchPage } from './console-browser.ts'
import { type NodeProcess, scratchFolder, startNodeProcess } from './node-process.ts'
import { makeTenants, type Tenants } from './tenants.ts'

export type ConsoleWorld = {
  readonly url: string
  readonly browser: Browser
  readonly tenants: Tenants
  readonly node: NodeProcess
  /** The node's data and whatever else a story keeps. */
  readonly folder: string
}

type Options = {
  /** What else is there before the first story. */
  readonly fill?: (world: ConsoleWorld) => Promise<void>
  /** Of the node, as in its environment; asked for when it starts. */
  readonly settings?: (stack: AsyncDisposableStack) => Promise<Readonly<Record<string, string>>>
  /** Without any enterprise: `tenants` has the operator alone. */
  readonly isBare?: boolean
  /** By what name the node is asked; its address where left out. */
  readonly host?: string
}

/** What the stories of a file stand on: a node with two enterprises, and a browser; there while its tests run. */
export function consoleWorld(options: Options = {}): ConsoleWorld {
  const { fill, settings, isBare = false, host = '127.0.0.1' } = options
  const stack = new AsyncDisposableStack()
  let made: ConsoleWorld | undefined
  before(async () => {
    if (skipBrowser !== false) return
    const folder = stack.use(await scratchFolder()).path
    const node = stack.use(
      await startNodeProcess(join(folder, 'data'), (await settings?.(stack)) ?? {}),
    )
    const { setupCode } = node
    const url = node.url.replace('127.0.0.1', host)
    const tenants = isBare ? await bareTenants(url, setupCode) : await makeTenants(url, setupCode)
    const browser = stack.adopt(await openChromium(), (it) => it.close())
    made = { url, tenants, browser, node, folder }
    await fill?.(made)
  })
  afterEach(async (context) => {
    const { passed } = context as TestContext
    if (made === undefined || passed) return
    console.error(`a story failed, and the pages showed:\n${await shownBy(made.browser)}`)
  })
  after(() => stack.disposeAsync())
  const world = () => {
    assert.ok(made, 'the world is there once the tests run')
    return made
  }
  return {
    get url() {
      return world().url
    },
    get browser() {
      return world().browser
    },
    get tenants() {
      return world().tenants
    },
    get node() {
      return world().node
    },
    get folder() {
      return world().folder
    },
  }
}

/** The operator of a node that holds nothing else; who asks for more is told so. */
async function bareTenants(url: string, setupCode: string | undefined): Promise<Tenants> {
  const operator = await setUpBy(url, setupCode)
  const none = () => assert.fail('this node has no enterprises')
  return {
    operator,
    get a() {
      return none()
    },
    get b() {
      return none()
    },
    get operatorKey() {
      return none()
    },
  }
}

/** What a browser says of an answer that was meant to be a refusal is no complaint. */
export const unasked = (said: readonly string[]) =>
  said.filter((it) => !/status of 4(?:04|09|12|22)/.test(it))

/** One story in a window of its own, in which the browser may not complain of anything but refusals. */
export async function withPage(
  { browser, url }: Pick<ConsoleWorld, 'browser' | 'url'>,
  { look, session }: { readonly look: Look; readonly session: Readonly<Record<string, string>> },
  story: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await openWindow(browser, url, look, session)
  const page = await context.newPage()
  const said = watchPage(page, url)
  await story(page)
  assert.deepEqual(unasked(said), [])
  await context.close()
}
