/** Longer columns are not laid flat: they are looked at text by text. */
const FLAT_CHARS_MAX = 1_048_576
/** Bytes of UTF-8 that a UTF-16 unit takes at most. */
const UNIT_BYTES_MAX = 3

let scratch: Buffer = Buffer.allocUnsafeSlow(65_536)

/**
 * The texts one after the other as ASCII, valid until the next call; undefined where they are not ASCII or too long.
 * Much cheaper than a look at each character of each text: engines write a whole concatenation at once.
 */
export function flatten(texts: readonly string[]): Uint8Array | undefined {
  let all = ''
  for (let i = 0; i < texts.length; i++) all += texts[i] as string
  if (all.length > FLAT_CHARS_MAX) return undefined
  const room = all.length * UNIT_BYTES_MAX
  if (scratch.length < room) scratch = Buffer.allocUnsafeSlow(room)
  return scratch.write(all, 0, room, 'utf8') === all.length ? scratch : undefined
}
