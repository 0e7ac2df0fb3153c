import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../lib/http.ts'

/** What supervisors give a program is thirty seconds or more. */
const FINISH_MS_MAX = 15_000
const CUT_MS_MAX = 1_000

/** Takes no more, lets what is under way be finished for a while, and cuts off what is not finished then. */
export async function closeHttp(app: App, server: Server): Promise<void> {
  const closed = app.close()
  const late = new AbortController()
  // the timer also keeps the program running while the end is waited for
  const wait = (ms: number) => sleep(ms, undefined, { signal: late.signal }).catch(() => undefined)
  const isClosed = await Promise.race([closed.then(() => true), wait(FINISH_MS_MAX)])
  if (isClosed !== true) {
    server.closeAllConnections()
    await Promise.race([closed, wait(CUT_MS_MAX)])
  }
  late.abort()
}
