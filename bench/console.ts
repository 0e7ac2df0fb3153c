import { join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { pageSizes } from '../console/budget.ts'
import { readManifest } from '../console/manifest.ts'
import { packageRoot } from '../src/lib/package-root.ts'
import { openChromium } from '../test/support/chromium.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { OPERATOR } from './support/furnish.ts'
import { importNode } from './support/imported.ts'
import { openLine } from './support/line.ts'
import { startNodeProcess } from './support/node.ts'
import { SMOKE_BELOW } from './support/smoke.ts'

/** A plant's older laptop on a shared line. */
const CPU_SLOWER = 4
const LINE = { roundTripMs: 60, downBytesPerS: 9_000_000 / 8, upBytesPerS: 1_500_000 / 8 }
const USABLE = { of: 'value', atMost: 2_500 } as const
const ROUTE = { of: 'value', atMost: 200 } as const
const FIRST_ROWS = { of: 'value', atMost: 300 } as const
/** What a person takes for "at once" (INP of web.dev). */
const TYPING = { of: 'value', atMost: 200 } as const
const SHIFT = { of: 'value', atMost: 0.05 } as const
const FLAT = { of: 'ratio', atMost: 1.1 } as const
const CHANGES = 500
const CHANGES_WARM = 100
const WINDOWS = 3
/**
 * Below this many identifiers the bench is a smoke test: two pages are opened, once each, and changed a tenth as often. That, and
 * not the identifiers, is where its minutes go.
 */
const WAIT_MS_MAX = 60_000
const SIGN_IN = '/console/sign-in'
const LIST = '/console/identifiers'
/** What the menu does not lead to and is heavy. */
const DEEP = ['/console/templates/new', '/console/imports/new']

/** The console in a real Chromium: first load of each page, changes between them, the long list, and memory. */
export async function benchConsole(options: BenchOptions): Promise<Measured[]> {
  const { count, tell } = options
  const { dataFolder } = await importNode(options)
  await using node = await startNodeProcess({ dataFolder })
  await using stack = new AsyncDisposableStack()
  const browser = stack.adopt(await openChromium(), (it) => it.close())
  const cookies = await signIn(node.url)
  const line = stack.use(await openLine(node.port, LINE))
  const world: World = { browser, url: node.url, slowUrl: line.url, cookies }
  const links = await menuLinks(world)
  const rows: Measured[] = sizes()
  const isSmoke = count < SMOKE_BELOW
  const windows = isSmoke ? 1 : WINDOWS
  for (const path of [SIGN_IN, LIST, ...(isSmoke ? [] : openedDirectly(links))]) {
    tell(`first load of ${path}`)
    rows.push(...(await firstLoad(world, path, windows)))
  }
  tell('changes of page')
  rows.push(...(await changes(world, links, windows)))
  tell('the list, and typing in its search')
  rows.push(...(await longList(world, windows)))
  tell('memory')
  rows.push(...(await memory(world, links, isSmoke ? CHANGES / 10 : CHANGES)))
  return rows
}

function openedDirectly(links: readonly string[]): string[] {
  return [...links.filter((it) => it !== LIST), ...DEEP]
}

type World = {
  readonly browser: Browser
  readonly url: string
  /** The same node at the end of a slow line. */
  readonly slowUrl: string
  readonly cookies: readonly Cookie[]
}
type Cookie = { readonly name: string; readonly value: string }

/** From the manifest of the build: gzip bytes of the heaviest page, and of the page before sign-in. */
function sizes(): Measured[] {
  const all = pageSizes(join(packageRoot(), 'dist', 'console'))
  const signIn = all.find((it) => it.page.endsWith('/sign-in-page.tsx'))
  const others = all.filter((it) => it !== signIn)
  const heaviest = others.toSorted((a, b) => b.bytes - a.bytes)[0]
  const kb = (it: (typeof all)[number] | undefined) => it && it.bytes / 1000
  return [
    {
      what: 'first load of sign-in, gzip',
      value: kb(signIn),
      unit: 'kB',
      target: { of: 'value', atMost: 280 },
    },
    {
      what: 'first load of the heaviest other page, gzip',
      value: kb(heaviest),
      unit: 'kB',
      target: { of: 'value', atMost: 420 },
      note: heaviest?.page ?? '',
    },
  ]
}

async function signIn(url: string): Promise<Cookie[]> {
  const reply = await fetch(`${url}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(OPERATOR),
  })
  if (!reply.ok) throw new Error(`sign-in: ${reply.status} ${await reply.text()}`)
  return reply.headers.getSetCookie().map((it) => {
    const [pair = ''] = it.split(';')
    const at = pair.indexOf('=')
    return { name: pair.slice(0, at), value: pair.slice(at + 1) }
  })
}

/** A window with an empty cache, slowed down or not. */
async function openPage({ browser, cookies, ...urls }: World, isSlow: boolean) {
  const url = isSlow ? urls.slowUrl : urls.url
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    baseURL: url,
  })
  await context.addCookies(cookies.map((it) => ({ ...it, url, httpOnly: true })))
  await context.addInitScript("localStorage.setItem('waymark.session', '1')")
  await context.addInitScript(WATCH)
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  if (isSlow) await cdp.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWER })
  return { page, cdp, [Symbol.asyncDispose]: () => context.close() }
}

/** Runs in the page: shifts of layout and long tasks, and when the page was last seen to be drawn whole. */
const WATCH = `
  window.seen = { shift: 0, longestMs: 0 }
  new PerformanceObserver((list) => {
    for (const it of list.getEntries()) if (!it.hadRecentInput) seen.shift += it.value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const it of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, it.duration)
  }).observe({ type: 'longtask', buffered: true })
  window.isDrawn = () =>
    document.querySelector('main h1') !== null &&
    document.querySelector('main .ant-spin-spinning, main [role=status] .ant-spin') === null
  window.untilDrawn = () => new Promise((resolve) => {
    const look = () => isDrawn()
      ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
      : requestAnimationFrame(look)
    look()
  })
  window.untilIdle = () => untilDrawn().then(() => new Promise((resolve) => requestIdleCallback(resolve)))
`

async function drawnAt(page: Page): Promise<number> {
  await page.locator('main h1').waitFor({ timeout: WAIT_MS_MAX })
  return Number(await page.evaluate('untilDrawn()'))
}

async function menuLinks(world: World): Promise<string[]> {
  await using window = await openPage(world, false)
  await window.page.goto('/console/')
  await drawnAt(window.page)
  return (await window.page.evaluate(
    `[...new Set([...document.querySelectorAll('nav a[href^="/console/"]')].map((it) => it.getAttribute('href')))]`,
  )) as string[]
}

async function firstLoad(world: World, path: string, windows: number): Promise<Measured[]> {
  const timesMs: number[] = []
  let shift = 0
  for (let i = 0; i < windows; i++) {
    const loaded = await firstLoadOnce(world, path)
    timesMs.push(loaded.usableMs)
    shift = Math.max(shift, loaded.shift)
  }
  return [
    { what: `${path} usable`, ...medianOf(timesMs), unit: 'ms', target: USABLE },
    { what: `${path} layout shift`, value: shift, unit: '', target: SHIFT },
  ]
}

async function firstLoadOnce(world: World, path: string) {
  await using window = await openPage(path === SIGN_IN ? { ...world, cookies: [] } : world, true)
  await window.page.goto(path, { timeout: WAIT_MS_MAX })
  const usableMs = await drawnAt(window.page)
  // what is drawn late, charts for instance, may still push the rest about
  await window.page.waitForLoadState('networkidle')
  return { usableMs, shift: Number(await window.page.evaluate('seen.shift')) }
}

/** The median over some windows of each change of page: one alone tells more of the machine's other work than of the page. */
async function changes(
  world: World,
  links: readonly string[],
  windows: number,
): Promise<Measured[]> {
  const around = [...links.slice(1), ...links.slice(0, 1)]
  const timesMs = around.map((): number[] => [])
  for (let i = 0; i < windows; i++) {
    for (const [at, ms] of (await changesOnce(world, around)).entries()) timesMs[at]?.push(ms)
  }
  return around.map((link, at) => {
    const what = `change to ${link}`
    return { what, ...medianOf(timesMs[at] ?? []), unit: 'ms', target: ROUTE }
  })
}

function medianOf(times: readonly number[]): { readonly value: number; readonly note: string } {
  const sorted = times.toSorted((a, b) => a - b)
  const note = `median of ${sorted.map((it) => Math.round(it)).join(', ')}`
  return { value: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, note }
}

/** From the click to the next page drawn, in a new window; its script is there, as after the menu has been looked at. */
async function changesOnce(world: World, around: readonly string[]): Promise<number[]> {
  await using window = await openPage(world, true)
  const { page } = window
  await page.goto(around.at(-1) ?? '/console/', { timeout: WAIT_MS_MAX })
  await drawnAt(page)
  // once for their scripts
  for (const link of around) await change(page, link)
  const timesMs: number[] = []
  for (const link of around) {
    // nobody leaves a page before it stands; what it still has to do is not the next one's
    await page.evaluate('untilIdle()')
    timesMs.push((await change(page, link)).ms)
  }
  return timesMs
}

/** To the first drawing that shows the new page's heading. */
async function change(page: Page, href: string): Promise<{ ms: number }> {
  return (await page.evaluate(`new Promise((resolve) => {
    const before = document.querySelector('main h1')
    const link = document.querySelector('nav a[href="${href}"]')
    const from = performance.now()
    link.click()
    const look = () => {
      const now = document.querySelector('main h1')
      if (location.pathname.startsWith('${href}'.replace(/\\/$/, '')) && now !== null && now !== before)
        return requestAnimationFrame(() => setTimeout(() => resolve({ ms: performance.now() - from })))
      requestAnimationFrame(look)
    }
    look()
  })`)) as { ms: number }
}

/** In each row of the list, and on no other page of the menu. */
const ROW = 'main a[href^="/console/identifier?"]'
const ASKED = '/api/v1/identifiers?'
const LIST_PAGE = 'src/rooms/identifiers/list-page.tsx'

/** The median over some windows, as for changes of page. */
async function longList(world: World, windows: number): Promise<Measured[]> {
  const looks: ListLook[] = []
  for (let i = 0; i < windows; i++) looks.push(await longListOnce(world))
  const line = `of which ${LINE.roundTripMs} ms are the line's`
  const row = (name: keyof ListLook) => {
    const { value, note } = medianOf(looks.map((it) => it[name]))
    return { value, unit: 'ms', note: `${note}; ${line}` }
  }
  return [
    {
      what: 'first rows of the list, from asking to drawn',
      ...row('rowsMs'),
      target: FIRST_ROWS,
    },
    {
      what: 'what was typed, from asking to the answer',
      ...row('answerMs'),
      target: FIRST_ROWS,
    },
    {
      what: 'longest task while typing in search',
      value: Math.max(...looks.map((it) => it.longestMs)),
      unit: 'ms',
      target: TYPING,
    },
    {
      what: 'first visit to the list, from the click to its first rows',
      ...medianOf(looks.map((it) => it.visitMs)),
      unit: 'ms',
    },
  ]
}

type ListLook = {
  /** From the asking to the first rows on the screen. */
  readonly rowsMs: number
  /** Of what was typed last. */
  readonly answerMs: number
  readonly longestMs: number
  /** The first one: the script is there; what the browser compiles and styles once is in it. */
  readonly visitMs: number
}

async function longListOnce(world: World): Promise<ListLook> {
  await using window = await openPage(world, true)
  const { page } = window
  await page.goto('/console/', { timeout: WAIT_MS_MAX })
  await drawnAt(page)
  await fetchedAhead(page, LIST_PAGE)
  const visit = await rowsDrawn(page, `nav a[href="${LIST}"]`)
  // nothing is held: the page stands without a row, and the list as a whole was not asked for
  await page.goto(`${LIST}?state=held`, { timeout: WAIT_MS_MAX })
  await page.locator('main .ant-empty').waitFor({ timeout: WAIT_MS_MAX })
  await page.evaluate('untilIdle()')
  const rows = await rowsDrawn(page, 'main .ant-btn-link')
  const search = page.locator('main search input').first()
  await search.click()
  await page.evaluate('seen.longestMs = 0')
  // as a person types: on and on while answers to what was typed before still come
  await search.pressSequentially('pump valve', { delay: 60 })
  await page.waitForLoadState('networkidle')
  const longestMs = Number(await page.evaluate('seen.longestMs'))
  const answerMs = Number(
    await page.evaluate(`(() => {
      const last = performance.getEntriesByType('resource').filter((it) => it.name.includes('${ASKED}')).at(-1)
      return last.responseEnd - last.startTime
    })()`),
  )
  return { rowsMs: rows.askedMs, answerMs, longestMs, visitMs: visit.clickedMs }
}

/** Until the script of a page of the menu is there, which the console fetches when it has nothing else to do. */
async function fetchedAhead(page: Page, source: string): Promise<void> {
  const files = [...readManifest(join(packageRoot(), 'dist', 'console')).filesOf([source])]
  await page.evaluate(`new Promise((resolve) => {
    const files = ${JSON.stringify(files)}
    const look = () => {
      const names = performance.getEntriesByType('resource').map((it) => it.name)
      if (files.every((file) => names.some((it) => it.endsWith(file)))) return resolve()
      setTimeout(look, 50)
    }
    look()
  })`)
  await page.evaluate('untilIdle()')
}

/** From a click by which the list is asked for, and from the asking, to its first rows on the screen. */
async function rowsDrawn(page: Page, clicked: string) {
  return (await page.evaluate(`new Promise((resolve) => {
      const from = performance.now()
      document.querySelector('${clicked}').click()
      const look = () => {
        if (document.querySelector('${ROW}') === null) return requestAnimationFrame(look)
        const asked = performance.getEntriesByType('resource').findLast((it) => it.name.includes('${ASKED}'))
        requestAnimationFrame(() => setTimeout(() => {
          const now = performance.now()
          resolve({ clickedMs: now - from, askedMs: now - asked.startTime })
        }))
      }
      look()
    })`)) as { clickedMs: number; askedMs: number }
}

/**
 * What the pages keep, beside the machine code that V8 makes of what ran often: that comes with time whatever the pages keep,
 * and has nothing to hold it down but its own end. With it in rows of their own.
 */
async function memory(world: World, links: readonly string[], wanted: number): Promise<Measured[]> {
  await using stack = new AsyncDisposableStack()
  const plain = stack.adopt(await openChromium([WITHOUT_MACHINE_CODE]), (it) => it.close())
  const kept = await heaps({ ...world, browser: plain }, links, wanted)
  // too few changes tell nothing about growth
  if (wanted < CHANGES) return []
  const all = await heaps(world, links, wanted)
  const what = `heap after ${kept.warmAt} changes of page`
  const until = `heap after ${kept.endAt} changes of page`
  return [
    { what, value: kept.warmMb, unit: 'MB' },
    { what: until, value: kept.endMb, unit: 'MB', against: what, target: FLAT },
    { what: `${what}, with machine code`, value: all.warmMb, unit: 'MB' },
    { what: `${until}, with machine code`, value: all.endMb, unit: 'MB' },
  ]
}

const WITHOUT_MACHINE_CODE = '--js-flags=--no-opt,--no-maglev,--no-sparkplug'

/** After whole rounds of the menu, so that the same page is open both times. */
async function heaps(world: World, links: readonly string[], wanted: number) {
  await using window = await openPage(world, false)
  const { page, cdp } = window
  await page.goto('/console/')
  await drawnAt(page)
  const rounds = (changes: number) => Math.ceil(changes / links.length) * links.length
  const warmAt = rounds((wanted * CHANGES_WARM) / CHANGES)
  const endAt = rounds(wanted)
  let warmMb = 0
  for (let i = 1; i <= endAt; i++) {
    await change(page, links[i % links.length] ?? '/console/')
    if (i === warmAt) warmMb = await heapMb(cdp)
  }
  return { warmAt, warmMb, endAt, endMb: await heapMb(cdp) }
}

async function heapMb(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  return usedSize / 1e6
}
