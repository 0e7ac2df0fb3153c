import { createHmac, timingSafeEqual } from 'node:crypto'

/** Time-based one-time passwords (RFC 6238) as every authenticator app makes them: HMAC-SHA-1, 30 s, six digits. */
const STEP_MS = 30_000
const DIGITS = 6
/** Clocks of phones are wrong by some seconds, and people type slowly: the step before and the one after are as good. */
const STEPS_OFF_MAX = 1
export const TOTP_SECRET_BYTES = 20

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** How many steps have passed since 1970. */
export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / STEP_MS)
}

/** The code of one step (RFC 4226 §5.3). */
export function totpCode(secret: Buffer, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits
  return String(number).padStart(digits, '0')
}

/** The step this is the code of, later than `after`; undefined when there is none about now. */
export function findTotpStep(
  secret: Buffer,
  code: string,
  { nowMs, after }: { readonly nowMs: number; readonly after: number },
): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const now = totpStep(nowMs)
  for (let step = now - STEPS_OFF_MAX; step <= now + STEPS_OFF_MAX; step++) {
    const matches = timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code))
    if (matches && step > after) return step
  }
  return undefined
}

/** RFC 4648 §6 without padding, as authenticator apps take it. */
export function formatBase32(bytes: Buffer): string {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += BASE32[(value >>> (bits - 5)) & 31]
    value &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + BASE32[(value << (5 - bits)) & 31]
}

/** What stands in the QR code. */
export function totpUri(secret: Buffer, name: string): string {
  const label = encodeURIComponent(`Waymark:${name}`)
  return `otpauth://totp/${label}?secret=${formatBase32(secret)}&issuer=Waymark`
}
