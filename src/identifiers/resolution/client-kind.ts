/** What sort of thing asked; derived from what it says of itself, which is not kept. */
export const CLIENT_KINDS = ['browser', 'phone', 'program', 'handle-client', 'unknown'] as const
export type ClientKind = (typeof CLIENT_KINDS)[number]

const HANDLE_CLIENT = /handle|hdl|cordra|pyhandle/i
const PHONE = /Mobile|Android|iPhone|iPad|HarmonyOS|MicroMessenger/
const BROWSER = /^Mozilla\/|^Opera\//
const ROBOT = /bot\b|crawl|spider|slurp/i

/** By `User-Agent`; robots that call themselves a browser are programs. */
export function clientKind(userAgent: string | undefined): ClientKind {
  if (userAgent === undefined || userAgent === '') return 'unknown'
  if (HANDLE_CLIENT.test(userAgent)) return 'handle-client'
  if (!BROWSER.test(userAgent) || ROBOT.test(userAgent)) return 'program'
  return PHONE.test(userAgent) ? 'phone' : 'browser'
}
