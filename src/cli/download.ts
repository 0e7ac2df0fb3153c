import { open, rename, rm } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../lib/problem.ts'
import { keyHeader, noAnswer, nodeUrl } from './api.ts'
import { type Io, languageOfEnv } from './io.ts'

/** Streams what the node answers into a file, which appears when it is whole. */
export async function saveFrom(io: Pick<Io, 'env'>, path: string, file: string): Promise<void> {
  const part = `${file}.part`
  try {
    await using target = await open(part, 'w')
    await streamFrom(io, path, target.createWriteStream())
    await rename(part, file)
  } finally {
    await rm(part, { force: true })
  }
}

/** Streams what the node answers. The stream is ended. @throws Problem with what the node said */
export async function streamFrom(io: Pick<Io, 'env'>, path: string, to: Writable): Promise<void> {
  const headers = {
    accept: '*/*',
    'accept-language': languageOfEnv(io.env),
    ...keyHeader(io.env),
  }
  let response: Response
  try {
    response = await fetch(`${nodeUrl(io.env)}${path}`, { headers })
  } catch (cause) {
    throw noAnswer(nodeUrl(io.env), cause)
  }
  if (!response.ok || response.body === null) throw await refused(response)
  await pipeline(Readable.fromWeb(response.body as never), to)
}

async function refused(response: Response): Promise<Problem> {
  const told = (await response.json().catch(() => ({}))) as { detail?: string }
  const text = told.detail ?? `HTTP ${response.status}`
  return new Problem('unavailable', { en: text, zh: text })
}
