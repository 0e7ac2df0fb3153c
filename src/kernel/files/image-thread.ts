import { parentPort } from 'node:worker_threads'
import { Problem } from '../../lib/problem.ts'
import type { ImageAnswer } from './images.ts'
import { reencode } from './reencode.ts'

/** One picture, then the thread ends: whatever its decoder did goes with it. */
parentPort?.once('message', (bytes: Uint8Array) => {
  parentPort?.postMessage(answerTo(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)))
})

function answerTo(bytes: Buffer): ImageAnswer {
  try {
    return { picture: reencode(bytes) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { refused: { code: error.code, text: error.text, cause: String(error.cause ?? '') } }
  }
}
