import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { call, must } from '../test/support/api-client.ts'
import { decidedPlan, openAwardWorld } from '../test/support/award-world.ts'
import { openChromium } from '../test/support/chromium.ts'
import { drawn, openWindow, skipBrowser } from '../test/support/console-browser.ts'
import type { Measured } from './rows.ts'

const LOOK = { width: 1440, language: 'en' } as const
const TIMES = 20
const LOOK_MS = 250
const VERIFY = '/console/support/verify'
const WHAT = 'a bundle recomputed in the browser, offline'
const TARGET = { of: 'value', atMost: 200 } as const

/** Decisions of record of a node, each chosen as a file in the console of a browser that is cut off from it, to the verdict shown. */
export async function bundleRows(): Promise<Measured[]> {
  if (skipBrowser !== false) {
    process.stderr.write(`SKIPPED bundle in the browser: ${skipBrowser}\n`)
    return [{ what: WHAT, value: undefined, unit: 'ms', target: TARGET, note: skipBrowser }]
  }
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await openAwardWorld())
  await decidedPlan(world)
  const bundles = await bundlesOf(world.url)
  const browser = stack.adopt(await openChromium(), (it) => it.close())
  const window = await openWindow(browser, world.url, LOOK)
  const page = await window.newPage()
  await page.goto(VERIFY)
  await drawn(page)
  await page.waitForFunction(`document.querySelector('#log-key').value !== ''`)
  await window.setOffline(true)
  const times: number[] = []
  for (let at = 0; at < TIMES; at++) {
    times.push(await recompute(page, bundles[at % bundles.length] ?? ''))
  }
  return rowsOf(times, Math.round(Buffer.byteLength(bundles[0] ?? '') / 1_000))
}

function rowsOf(times: readonly number[], kb: number): Measured[] {
  const sorted = times.toSorted((a, b) => a - b)
  const note = `from choosing the file of ${kb} kB to the verdict`
  return [
    { what: `${WHAT}: the first`, value: times[0], unit: 'ms', target: TARGET, note },
    {
      ...{ what: `${WHAT}: median`, value: sorted[Math.floor(TIMES / 2)], unit: 'ms' },
      target: TARGET,
      note: `of ${TIMES}, the longest ${sorted.at(-1)?.toFixed(0)} ms`,
    },
  ]
}

/** As they are handed out, once the decisions have come into the evidence log. */
async function bundlesOf(url: string): Promise<string[]> {
  const { items } = await must(call(url, 'GET', '/api/v1/policy/awards'))
  const bundles: string[] = []
  for (const { id } of items as readonly { readonly id: string }[]) {
    for (;;) {
      const reply = await call(url, 'GET', `/api/v1/policy/awards/${id}/bundle`)
      if (reply.status === 200) {
        bundles.push(reply.text)
        break
      }
      if (reply.status !== 503) throw new Error(`bundle: ${reply.status} ${reply.text}`)
      await sleep(LOOK_MS)
    }
  }
  return bundles
}

/** Runs in the page: from the choice of a file to the next verdict; one that stood there before goes first. */
const WATCH = `window.verdict = new Promise((resolve) => {
  document.querySelector('input[type=file]').addEventListener('change', () => {
    const from = performance.now()
    let isFresh = document.querySelector('main [role=status]') === null
    new MutationObserver((_, observer) => {
      const told = document.querySelector('main [role=status] .ant-alert')
      if (told === null) isFresh = true
      else if (isFresh) {
        observer.disconnect()
        resolve({ ms: performance.now() - from, isGood: told.classList.contains('ant-alert-success') })
      }
    }).observe(document.querySelector('main'), { subtree: true, childList: true })
  }, { once: true, capture: true })
}); undefined`

async function recompute(page: Page, bundle: string): Promise<number> {
  await page.evaluate(WATCH)
  const file = { name: 'bundle.json', mimeType: 'application/json', buffer: Buffer.from(bundle) }
  await page.locator('input[type=file]').setInputFiles(file)
  const { ms, isGood } = (await page.evaluate('window.verdict')) as { ms: number; isGood: boolean }
  if (!isGood) throw new Error('the browser does not come to the same')
  return ms
}
