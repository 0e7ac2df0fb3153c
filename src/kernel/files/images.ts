import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Problem, type ProblemCode } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { readImageHeader, unreadable } from './image-header.ts'
import type { Picture } from './reencode.ts'

/** What the thread sends back. */
export type ImageAnswer =
  | { readonly picture: Picture }
  | {
      readonly refused: { readonly code: ProblemCode; readonly text: Text; readonly cause: string }
    }

const WAITING_MAX = 16
const DECODE_MS_MAX = 30_000
/** JavaScript heap of the thread; pixels lie outside it and are bounded by their number. */
const THREAD_HEAP_MIB_MAX = 512
/** A packed copy runs as JavaScript. */
const THREAD = new URL(`./image-thread${extname(import.meta.filename)}`, import.meta.url)

/**
 * Makes pictures anew, one at a time, in a thread that has so much memory and so much time: a picture made to be costly
 * costs nobody else anything.
 */
export class Images {
  readonly #decodeMsMax: number
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor({ decodeMsMax = DECODE_MS_MAX } = {}) {
    this.#decodeMsMax = decodeMsMax
  }

  /** @throws Problem `too-large`, `unreadable-input`; `too-many-requests` when too many wait */
  async reencode(bytes: Buffer): Promise<Picture> {
    readImageHeader(bytes)
    if (this.#waiting >= WAITING_MAX) throw busy()
    this.#waiting++
    const turn = this.#last.then(() => inThread(bytes, this.#decodeMsMax))
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting--
    }
  }
}

async function inThread(bytes: Buffer, decodeMsMax: number): Promise<Picture> {
  const worker = new Worker(THREAD, {
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MIB_MAX },
    execArgv: [],
    env: {},
  })
  let late: NodeJS.Timeout | undefined
  try {
    const answer = await new Promise<ImageAnswer>((resolve, reject) => {
      late = setTimeout(() => reject(unreadable('it takes too long')), decodeMsMax)
      worker.once('message', resolve)
      worker.once('error', (cause) => reject(unreadable('it cannot be decoded', { cause })))
      worker.once('exit', () => reject(unreadable('it cannot be decoded')))
      worker.postMessage(new Uint8Array(bytes))
    })
    return pictureOf(answer)
  } finally {
    clearTimeout(late)
    await worker.terminate()
  }
}

function pictureOf(answer: ImageAnswer): Picture {
  if ('refused' in answer) {
    const { code, text, cause } = answer.refused
    throw new Problem(code, text, cause === '' ? {} : { cause })
  }
  const { bytes, ...rest } = answer.picture
  return { ...rest, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) }
}

function busy(): Problem {
  return new Problem(
    'too-many-requests',
    { en: 'Many pictures are being read just now', zh: '当前处理的图片过多，请稍后再试' },
    { retryAfterS: 5 },
  )
}
