import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where Debian and others put it; the headless shell is the same browser without a window's parts. */
const PATHS = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

const executablePath = PATHS.find((it) => existsSync(it))

/** What is to be said where there is no Chromium, or undefined. */
export const NO_CHROMIUM =
  executablePath === undefined
    ? 'no Chromium here: apt-get install chromium-headless-shell fonts-noto-cjk'
    : undefined

/** `switches`: of Chromium's command line. Throws where there is none. */
export async function openChromium(switches: readonly string[] = []): Promise<Browser> {
  if (executablePath === undefined) throw new Error(NO_CHROMIUM)
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...switches]
  return await chromium.launch({ executablePath, args })
}
