import { useSyncExternalStore } from 'react'
import { answer, api } from '../../api/client.ts'
import { asProblem, problemOf } from '../../api/problem.ts'
import { session } from '../../api/session.ts'
import { currentLanguage } from '../../frame/language.ts'
import { canGoOn, type Job } from './jobs.ts'

export type Format = 'csv' | 'ndjson' | 'xlsx'

export type Wish = {
  readonly prefix: string
  readonly template?: string
  readonly format: Format
  readonly sheet?: string
  /** By column, what it is; '' leaves it out. */
  readonly map: Readonly<Record<string, string>>
  readonly dryRun: boolean
}

/** A file on its way from this window; it goes on while other pages are looked at. */
export type Upload = {
  readonly file: File
  /** Undefined for one that another window began. */
  readonly wish: Wish | undefined
  readonly state: 'sending' | 'waiting' | 'over'
}

const uploads = new Map<string, Upload>()
const stops = new Map<string, AbortController>()
const listeners = new Set<() => void>()

/** The upload of a job from this window, if there is one. */
export function useUpload(id: string): Upload | undefined {
  return useSyncExternalStore(subscribe, () => uploads.get(id))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(id: string, upload: Upload): void {
  uploads.set(id, upload)
  for (const listener of listeners) listener()
}

/** A window that is closed now would break off what it sends. */
addEventListener('beforeunload', (event) => {
  if ([...uploads.values()].some((it) => it.state === 'sending')) event.preventDefault()
})

/** Begins an import. Resolves with the job's id as soon as the node has it. @throws ApiProblem */
export async function startUpload(file: File, wish: Wish): Promise<string> {
  const key = randomKey()
  const stop = new AbortController()
  const sent = send(file, { query: queryOf(file, wish), key, signal: stop.signal })
  const id = await Promise.race([sent.then(idOf), idByKey(key, sent)])
  stops.set(id, stop)
  tell(id, { file, wish, state: 'sending' })
  void follow(id, sent)
  return id
}

/** Sends the rest of the file of a job that broke off. @throws ApiProblem */
export function resumeUpload(job: Job, file: File): void {
  const { resume, id } = job
  if (resume === undefined) return
  const stop = new AbortController()
  stops.set(id, stop)
  tell(id, { file, wish: uploads.get(id)?.wish, state: 'sending' })
  void follow(id, sendRest(file, resume, stop.signal))
}

/** Nothing more is sent for this job. */
export function stopUpload(id: string): void {
  stops.get(id)?.abort()
}

const PAUSES_MS = [1000, 2000, 5000, 10_000, 20_000]

/** Sees an upload through: where the connection is lost, the rest is sent once it is back. */
async function follow(id: string, first: Promise<unknown>): Promise<void> {
  const signal = stops.get(id)?.signal
  let isLost = await isLostIn(first)
  for (let tries = 0; isLost && signal?.aborted !== true; tries++) {
    isLost = await sendAgain(id, tries, signal)
  }
  mark(id, 'over')
}

/** Whether it ended for want of a connection, so that it can go on later. */
async function isLostIn(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent
    return false
  } catch (error) {
    const { status, code } = asProblem(error)
    return status === 0 || code === 'too-many-requests'
  }
}

/** Waits a while, then sends what the node does not have yet. True where the connection was lost again. */
async function sendAgain(
  id: string,
  tries: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  mark(id, 'waiting')
  for (let at = tries; signal?.aborted !== true; at++) {
    await pause(PAUSES_MS[Math.min(at, PAUSES_MS.length - 1)] ?? 1000)
    const job = await jobNow(id)
    const file = uploads.get(id)?.file
    if (job !== undefined && canGoOn(job) && file !== undefined) {
      // a file that was moved or changed has to be chosen again
      if (!(await isReadable(file))) return false
      mark(id, 'sending')
      return await isLostIn(sendRest(file, job.resume, signal))
    }
    // the node notices a lost connection a little later
    if (job !== undefined && job.state !== 'receiving') return false
  }
  return false
}

async function isReadable(file: File): Promise<boolean> {
  return await file
    .slice(-1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )
}

function mark(id: string, state: Upload['state']): void {
  const upload = uploads.get(id)
  if (upload !== undefined) tell(id, { ...upload, state })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    addEventListener('online', done, { once: true })
    function done() {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
  })
}

async function jobNow(id: string): Promise<Job | undefined> {
  try {
    return await answer(api.GET('/api/v1/imports/{id}', { params: { path: { id } } }))
  } catch {
    return undefined
  }
}

const ASK_MS = 250

/** The job is there before its upload is over; the answer of the upload comes after it. */
async function idByKey(key: string, sent: Promise<unknown>): Promise<string> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  sent.then(over, over)
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS))
    // then the upload's own answer, or its failure, is the word
    if (isOver) return await sent.then(idOf)
    const found = await answer(api.GET('/api/v1/imports', { params: { query: { key } } })).catch(
      () => undefined,
    )
    const id = found?.items[0]?.id
    if (id !== undefined) return id
  }
}

function idOf(job: unknown): string {
  return (job as Job).id
}

type Sending = {
  readonly query: URLSearchParams
  readonly key?: string
  readonly signal?: AbortSignal | undefined
}

function sendRest(
  file: File,
  { token, bytes }: NonNullable<Job['resume']>,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return send(file.slice(bytes), { query: new URLSearchParams({ resume: token }), signal })
}

/** The browser reads the file from the disk while it sends it; it is never in memory as a whole. */
async function send(body: Blob, sending: Sending): Promise<unknown> {
  const reply = await post(body, sending)
  if (reply.status !== 401 || !session.isOpen()) return await read(reply)
  await session.reopen()
  return await read(await post(body, sending))
}

async function post(body: Blob, { query, key, signal }: Sending): Promise<Response> {
  const csrf = session.csrf()
  try {
    return await fetch(`/api/v1/imports?${query}`, {
      method: 'POST',
      body,
      headers: {
        accept: 'application/json',
        'accept-language': currentLanguage() === 'zh' ? 'zh-CN' : 'en',
        'content-type': 'application/octet-stream',
        ...(csrf !== undefined && { 'x-waymark-csrf': csrf }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(signal !== undefined && { signal }),
    })
  } catch (error) {
    throw asProblem(error)
  }
}

async function read(reply: Response): Promise<unknown> {
  const body: unknown = await reply.json().catch(() => undefined)
  if (!reply.ok) throw problemOf(reply.status, body)
  return body
}

function queryOf(file: File, wish: Wish): URLSearchParams {
  const { prefix, template, format, sheet, map, dryRun } = wish
  const query = new URLSearchParams({ prefix, format, dryRun: String(dryRun), file: nameOf(file) })
  if (template !== undefined) query.set('template', template)
  if (sheet !== undefined && sheet !== '') query.set('sheet', sheet)
  for (const [column, field] of Object.entries(map)) query.append('map', `${column}=${field}`)
  return query
}

const NAME_CHARS_MAX = 255

export function nameOf(file: File): string {
  return file.name.toWellFormed().slice(-NAME_CHARS_MAX) || 'file'
}

/** `crypto.randomUUID` is only there over TLS; a node in a workshop may have none. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (it) =>
    it.toString(16).padStart(2, '0'),
  ).join('')
}
