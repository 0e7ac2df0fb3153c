import { damaged } from './tar.ts'

/** Takes a stream of chunks apart by counted bytes. Holds one chunk at a time. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #left: Uint8Array = new Uint8Array(0)

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** Exactly so many bytes, in one piece: for what is small. Throws `unreadable-input` where the stream ends before. */
  async read(bytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for await (const chunk of this.chunks(bytes)) pieces.push(chunk)
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
  }

  /** Exactly so many bytes, as they come. */
  async *chunks(bytes: number): AsyncGenerator<Uint8Array> {
    for (let wanted = bytes; wanted > 0; ) {
      if (this.#left.length === 0) await this.#more()
      const chunk = this.#left.subarray(0, wanted)
      this.#left = this.#left.subarray(chunk.length)
      wanted -= chunk.length
      yield chunk
    }
  }

  /** Throws `unreadable-input` where anything follows. */
  async end(): Promise<void> {
    const next = await this.#chunks.next()
    if (this.#left.length > 0 || next.done !== true) throw damaged('the end')
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next()
    if (next.done === true) throw damaged('the end')
    this.#left = next.value
  }
}
