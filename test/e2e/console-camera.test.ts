import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { PNG } from 'pngjs'
import { openChromium } from '../support/chromium.ts'
import { drawn, openWindow, skipBrowser, watchPage } from '../support/console-browser.ts'
import { consoleWorld } from '../support/console-world.ts'

const world = consoleWorld()

const WIDTH = 640
const HEIGHT = 480
const PAPER = 235
const INK = 16
const GREY = 128
const DIM = 128

/** What a camera sees that a printed code is held before, as a film of one picture (YUV4MPEG2, 4:2:0). */
function filmOf(png: Buffer): Buffer {
  const { width, height, data } = PNG.sync.read(png)
  const light = Buffer.alloc(WIDTH * HEIGHT, PAPER)
  const scale = Math.min(1, (HEIGHT - 40) / height)
  const [left, top] = [(WIDTH - width * scale) / 2, (HEIGHT - height * scale) / 2]
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [u, v] = [Math.floor((x - left) / scale), Math.floor((y - top) / scale)]
      const isInk =
        u >= 0 && v >= 0 && u < width && v < height && (data[(v * width + u) * 4] ?? 255) < DIM
      if (isInk) light[y * WIDTH + x] = INK
    }
  }
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, GREY)
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`
  return Buffer.concat([Buffer.from(head), Buffer.from('FRAME\n'), light, colour])
}

for (const [language, words] of [
  ['zh', { scan: '扫码', found: '已找到' }],
  ['en', { scan: 'Scan', found: 'Found' }],
] as const) {
  test(`a printed code held before the camera is resolved: 390 px, ${language}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = world.tenants.a
    const code = await fetch(`${world.url}/${names.handle}?qr=png`)
    const film = join(world.folder, `${language}.y4m`)
    await writeFile(film, filmOf(Buffer.from(await code.arrayBuffer())))
    const browser = await openChromium([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ])
    try {
      const context = await openWindow(browser, world.url, { width: 390, language }, administrator)
      const page = await context.newPage()
      const said = watchPage(page, world.url)
      await page.goto('/console/resolve')
      await drawn(page)
      await page.getByRole('button', { name: words.scan }).click()
      await page.waitForURL((it) => it.searchParams.get('id') === names.handle)
      await page.getByText(words.found).first().waitFor()
      // the camera is let go of
      await page.locator('video').waitFor({ state: 'detached' })
      assert.deepEqual(said, [])
    } finally {
      await browser.close()
    }
  })
}
