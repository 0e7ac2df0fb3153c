import type { Readable } from 'node:stream'
import { MalformedBytes } from '../../identifiers/values/bytes.ts'
import { ENVELOPE_BYTES, readEnvelope } from '../wire/envelope.ts'
import { NoAnswer, noAnswerBy, type Received, received } from './endpoint.ts'

/** Cuts what comes into messages. No more is kept than one message may be long. */
export class Frames {
  #pieces: Buffer[] = []
  #bytes = 0
  #wanted = ENVELOPE_BYTES

  /** The messages that are whole with these bytes. @throws NoAnswer where something else than messages comes */
  add(piece: Buffer): Received[] {
    this.#pieces.push(piece)
    this.#bytes += piece.length
    if (this.#bytes < this.#wanted) return []
    try {
      return this.#cut(Buffer.concat(this.#pieces))
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause
      throw new NoAnswer('malformed', cause.message, { cause })
    }
  }

  get isBegun(): boolean {
    return this.#bytes > 0
  }

  #cut(bytes: Buffer): Received[] {
    const whole: Received[] = []
    let at = 0
    this.#wanted = ENVELOPE_BYTES
    while (bytes.length - at >= ENVELOPE_BYTES) {
      const envelope = readEnvelope(bytes.subarray(at))
      const end = at + ENVELOPE_BYTES + envelope.messageBytes
      this.#wanted = end - at
      if (end > bytes.length) break
      // a copy, as what is left of the bytes is kept no longer than they are needed
      const message = Uint8Array.from(bytes.subarray(at + ENVELOPE_BYTES, end))
      whole.push(received(envelope, message, end - at))
      at = end
      this.#wanted = ENVELOPE_BYTES
    }
    this.#pieces = at === bytes.length ? [] : [bytes.subarray(at)]
    this.#bytes = bytes.length - at
    return whole
  }
}

/** The messages in what is read, one after the other; each is whole within a time, however slowly it drips. */
export async function* messagesIn(source: Readable, answerMsMax: number): AsyncGenerator<Received> {
  const frames = new Frames()
  const late = () => source.destroy(new NoAnswer('timed-out', `no answer in ${answerMsMax} ms`))
  let timer = setTimeout(late, answerMsMax)
  try {
    for await (const piece of source) {
      const whole = frames.add(piece as Buffer)
      if (whole.length === 0) continue
      // who takes what came has as long for it as they like
      clearTimeout(timer)
      yield* whole
      timer = setTimeout(late, answerMsMax)
    }
  } catch (cause) {
    throw noAnswerBy(cause)
  } finally {
    clearTimeout(timer)
  }
}
