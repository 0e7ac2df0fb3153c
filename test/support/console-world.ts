import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Look, openBrowser, openWindow, skipBrowser, watchPage } from './console-browser.ts'
import { scratchFolder, startNodeProcess } from './node-process.ts'
import { makeTenants, type Tenants } from './tenants.ts'

export type ConsoleWorld = {
  readonly url: string
  readonly browser: Browser
  readonly tenants: Tenants
}

/** What the stories of a file stand on: a node with two enterprises, filled on by `fill`, and a browser; there while its tests run. */
export function consoleWorld(fill = async (_: ConsoleWorld): Promise<void> => {}): ConsoleWorld {
  const stack = new AsyncDisposableStack()
  let made: ConsoleWorld | undefined
  before(async () => {
    if (skipBrowser !== false) return
    const folder = stack.use(await scratchFolder())
    const { url, setupCode } = stack.use(await startNodeProcess(folder.path))
    const tenants = await makeTenants(url, setupCode)
    made = { url, tenants, browser: stack.adopt(await openBrowser(), (it) => it.close()) }
    await fill(made)
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
  }
}

/** What a browser says of an answer that was meant to be a refusal is no complaint. */
const unasked = (said: readonly string[]) =>
  said.filter((it) => !/status of 4(?:04|09|12|22)/.test(it))

/** One story in a window of its own, in which the browser may not complain of anything but refusals. */
export async function withPage(
  { browser, url }: ConsoleWorld,
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
