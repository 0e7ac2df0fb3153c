import { createReadStream } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '../lib/problem.ts'
import { callNode, keyHeader, nodeUrl } from './api.ts'
import { type Io, languageOfEnv } from './io.ts'

/** What the node tells of an import; see `JobSchema` of the imports. */
export type ImportSummary = {
  readonly id: string
  readonly state: 'receiving' | 'running' | 'done' | 'broken' | 'cancelled'
  readonly lines: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly refused: number
  readonly bytes: number
  readonly encoding?: string
  readonly unmapped?: readonly string[]
  readonly problem?: { readonly detail: string; readonly errors: readonly ToldField[] }
  readonly resume?: { readonly token: string; readonly lines: number; readonly bytes: number }
}

export type ToldField = {
  readonly path: string
  readonly detail: string
  readonly expected?: string
}

export type RefusedLine = {
  readonly line: number
  readonly handle?: string
  readonly fields: readonly ToldField[]
}

export type Upload = {
  readonly file: string
  /** Query of the first request; a resumed one needs none. */
  readonly query: URLSearchParams
  readonly idempotencyKey: string
  /** Token of an import that broke earlier. */
  readonly resume?: string | undefined
  readonly onRefused: (line: RefusedLine) => void
  readonly onProgress: (progress: Pick<ImportSummary, 'lines' | 'bytes'>) => void
  /** The connection broke and is tried again; how often in a row it has been. */
  readonly onBreak: (tries: number, cause: Error) => void
}

/** Tries in a row that made no headway; between them it waits twice as long each time. */
const TRIES_MAX = 8
const WAIT_MS_MIN = 500
const WAIT_MS_MAX = 15_000

/**
 * Sends a file to be imported, and goes on by itself where the connection broke. Resolves with how it ended.
 * @throws Problem with what the node said
 */
export async function uploadFile(io: Pick<Io, 'env'>, upload: Upload): Promise<ImportSummary> {
  let id = upload.resume?.split('.')[0]
  let reached = -1
  for (let tries = 0; ; tries++) {
    try {
      const from = await startOf(io, upload, id)
      if ('summary' in from) return from.summary
      if (from.bytes > reached) tries = 0
      reached = Math.max(reached, from.bytes)
      const summary = await attempt(io, upload, { ...from, isAgain: tries > 0 }, (it) => {
        id = it
      })
      if (!isTorn(summary)) return summary
      throw new Broken('the upload was cut off')
    } catch (error) {
      if (!(error instanceof Error) || !isBreak(error) || tries >= TRIES_MAX) throw error
      upload.onBreak(tries + 1, error)
      await sleep(Math.min(WAIT_MS_MIN * 2 ** tries, WAIT_MS_MAX))
    }
  }
}

type Start = { readonly bytes: number; readonly token?: string }

/** Where the next attempt begins: at the beginning, or where the node says it broke; or what came of it meanwhile. */
async function startOf(
  io: Pick<Io, 'env'>,
  upload: Upload,
  id: string | undefined,
): Promise<Start | { readonly summary: ImportSummary }> {
  if (id === undefined) return { bytes: 0 }
  const path = `/api/v1/imports/${encodeURIComponent(id)}`
  const job = (await callNode(io, { method: 'GET', path })) as ImportSummary
  // A node that has not noticed yet that the connection is gone is asked again.
  if (job.state === 'receiving' || job.state === 'running')
    throw new Broken('the node still waits for the old connection')
  if (job.resume === undefined && upload.resume === undefined) return { summary: job }
  // The node says why this token leads nowhere.
  if (job.resume === undefined) return { bytes: 0, ...(upload.resume && { token: upload.resume }) }
  return { bytes: job.resume.bytes, token: job.resume.token }
}

/** The node ended the import because its input ended early, and not because something was wrong with it. */
function isTorn({ state, problem }: ImportSummary): boolean {
  return state === 'broken' && problem === undefined
}

class Broken extends Error {}

const BREAKS = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
])

function isBreak(error: Error): boolean {
  if (error instanceof Broken) return true
  const cause = error instanceof Problem ? error.cause : error
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : ''
  return BREAKS.has(code)
}

/** One connection. Resolves with the summary the node sends last. */
async function attempt(
  io: Pick<Io, 'env'>,
  upload: Upload,
  from: Start & { readonly isAgain: boolean },
  onId: (id: string) => void,
): Promise<ImportSummary> {
  const { isAgain } = from
  const request = open(io, upload, from)
  const answered = Promise.withResolvers<IncomingMessage>()
  request.on('response', answered.resolve)
  request.on('error', answered.reject)
  request.on('close', () => answered.reject(new Broken('the connection was closed')))
  const sending = pipeline(createReadStream(upload.file, { start: from.bytes }), request)
  // The node may answer before it has everything, and close: then its answer counts.
  const sent = sending.then(
    () => undefined,
    (error) => error as Error,
  )
  const response = await answered.promise.catch(async (error) => {
    throw (await sent) ?? error
  })
  const id = response.headers.location?.split('/').at(-1)
  if (id !== undefined) onId(id)
  if (response.statusCode !== 200) {
    const problem = await refusedBy(response)
    // Cut off before it was told the import's id, the client can only ask for it by its key, and the node may not have
    // noticed yet that the old connection is gone.
    if (isAgain && from.token === undefined && response.statusCode === 409)
      throw new Broken(problem.message)
    throw problem
  }
  const summary = await readOutcomes(response, upload)
  if (summary !== undefined) return summary
  throw (await sent) ?? new Broken('the answer was cut off')
}

function open(io: Pick<Io, 'env'>, upload: Upload, { token }: Start) {
  const query = new URLSearchParams(token === undefined ? upload.query : { resume: token })
  query.set('outcomes', 'refused')
  const url = new URL(`${nodeUrl(io.env)}/api/v1/imports?${query}`)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return send(url, {
    method: 'POST',
    agent: false,
    headers: {
      accept: 'application/x-ndjson',
      'accept-language': languageOfEnv(io.env),
      'content-type': 'application/octet-stream',
      ...(token === undefined && { 'idempotency-key': upload.idempotencyKey }),
      ...keyHeader(io.env),
    },
  })
}

type Told = {
  readonly outcome?: string
  readonly progress?: Pick<ImportSummary, 'lines' | 'bytes'>
  readonly summary?: ImportSummary
}

/** Undefined where the answer ended before its summary. */
async function readOutcomes(
  response: IncomingMessage,
  { onRefused, onProgress }: Upload,
): Promise<ImportSummary | undefined> {
  let summary: ImportSummary | undefined
  try {
    for await (const text of createInterface({ input: response })) {
      const told = parseLine(text)
      if (told?.summary !== undefined) summary = told.summary
      else if (told?.progress !== undefined) onProgress(told.progress)
      else if (told?.outcome === 'refused') onRefused(told as unknown as RefusedLine)
    }
  } catch (error) {
    if (!(error instanceof Error) || !isBreak(error)) throw error
  }
  return summary
}

/** Undefined for a line that was cut off. */
function parseLine(text: string): Told | undefined {
  try {
    return JSON.parse(text) as Told
  } catch {
    return undefined
  }
}

async function refusedBy(response: IncomingMessage): Promise<Problem> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const told = (parseLine(text) ?? {}) as {
    readonly code?: string
    readonly detail?: string
    readonly errors?: readonly ToldField[]
  }
  const said = (it: string) => ({ en: it, zh: it })
  const fields = (told.errors ?? []).map(({ path, detail, expected }) => ({
    path,
    reason: said(detail),
    ...(expected !== undefined && { expected: said(expected) }),
  }))
  const code = told.code === 'invalid-input' ? 'invalid-input' : 'unavailable'
  return new Problem(code, said(told.detail ?? `HTTP ${response.statusCode}`), { fields })
}
