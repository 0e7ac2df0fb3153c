import { Problem } from '../../lib/problem.ts'
import { HANDOVERS_BYTES_MAX, HANDOVERS_FILE, parseHandovers } from './handover.ts'
import { NOTE_BYTES_MAX, openNote, parseVerifierKey } from './note.ts'
import type { PublishedLog } from './publish.ts'
import { publishedAt, Unreachable } from './published.ts'
import { TILE_WIDTH } from './tiles.ts'

const KEY_BYTES_MAX = 1024
const PROOF_BYTES_MAX = 65_536
/** A bundle of as many entries as a tile holds, each of the greatest length. */
const TILE_BYTES_MAX = TILE_WIDTH * 65_537

/**
 * The log of a node, asked over HTTP: what anybody needs to publish it elsewhere. Throws `unavailable` for what a node should
 * answer and does not.
 */
export async function logOfNode(address: string): Promise<PublishedLog> {
  const published = publishedAt(address)
  const bytesOf = async (path: string, bytesMax: number): Promise<Uint8Array | undefined> => {
    try {
      return await published(path, bytesMax)
    } catch (error) {
      throw error instanceof Unreachable ? noAnswer(error.message, error) : error
    }
  }
  const textOf = async (path: string, bytesMax: number): Promise<string> => {
    const bytes = await bytesOf(path, bytesMax)
    if (bytes === undefined) throw noAnswer(`${address}/${path}`)
    return Buffer.from(bytes).toString()
  }
  const verifierKey = (await textOf('evidence/key', KEY_BYTES_MAX)).trim()
  const verifier = parseVerifierKey(verifierKey)
  if (verifier === undefined) throw noAnswer(`${address}/evidence/key`)
  return {
    verifierKey,
    async checkpoint() {
      const note = await textOf('evidence/checkpoint', NOTE_BYTES_MAX)
      if (openNote(note, verifier).kind === 'signed') return note
      throw noAnswer(`${address}/evidence/checkpoint`)
    },
    tile: (path) => bytesOf(`evidence/tile/${path}`, TILE_BYTES_MAX),
    async handovers() {
      const handovers = parseHandovers(
        await textOf(`evidence/${HANDOVERS_FILE}`, HANDOVERS_BYTES_MAX),
      )
      if (handovers === undefined) throw noAnswer(`${address}/evidence/${HANDOVERS_FILE}`)
      return handovers
    },
    async consistencyProof(from, to) {
      const path = `api/v1/evidence/proofs/consistency?from=${from}&to=${to}`
      const { proof } = JSON.parse(await textOf(path, PROOF_BYTES_MAX)) as { proof?: unknown }
      if (Array.isArray(proof) && proof.every((it) => typeof it === 'string')) return proof
      throw noAnswer(`${address}/${path}`)
    },
  }
}

function noAnswer(where: string, cause?: unknown): Problem {
  const text = {
    en: `The evidence log cannot be read: ${where}`,
    zh: `无法读取存证日志：${where}`,
  }
  return new Problem('unavailable', text, { cause })
}
