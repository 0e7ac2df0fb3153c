import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type Outcome = {
  readonly line: number
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'refused'
  readonly handle?: string
  readonly fields?: readonly { readonly path: string; readonly detail: string }[]
}

export type Uploaded = {
  /** Of the job, once the node has named it. */
  readonly id: string
  /** 0 when the connection ended before there was an answer. */
  readonly status: number
  readonly outcomes: readonly Outcome[]
  /** The job, when the answer came to its end. */
  // biome-ignore lint/suspicious/noExplicitAny: replies are read freely in tests
  readonly summary: any
  /** What the answer was when it was no stream of outcomes. */
  readonly text: string
}

export type Upload = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | Iterable<Buffer> | AsyncIterable<Buffer>
  readonly onOutcome?: (count: number) => void
}

/** Sends a file to be imported and hears every outcome until the end, or until the connection is no more. */
export async function upload(url: string, wish: Upload): Promise<Uploaded> {
  const outcomes: Outcome[] = []
  const told = { id: '', status: 0, text: '', summary: undefined }
  await new Promise<void>((resolve) => {
    const end = () => resolve()
    const headers = { accept: 'application/x-ndjson', ...wish.headers }
    const sending = request(url + wish.path, { method: 'POST', headers, agent: false })
    sending.on('error', end).on('close', end)
    sending.on('response', (response) => {
      told.status = response.statusCode ?? 0
      told.id = response.headers.location?.split('/').at(-1) ?? ''
      response.on('error', end)
      const heard = createInterface({ input: response })
      heard.on('error', end)
      heard.on('line', (text) => {
        const line = parsed(text)
        if (line?.summary !== undefined) told.summary = line.summary
        else if (line?.outcome !== undefined) outcomes.push(line)
        else told.text += text
        wish.onOutcome?.(outcomes.length)
      })
      heard.on('close', end)
    })
    send(sending, wish.body)
  })
  return { ...told, outcomes }
}

function send(to: ReturnType<typeof request>, body: Upload['body']): void {
  if (Buffer.isBuffer(body)) to.end(body)
  // An answer that comes before all is sent ends the sending, too.
  else pipeline(Readable.from(body, { objectMode: false }), to).catch(() => undefined)
}

/** Undefined for a line that was cut off. */
// biome-ignore lint/suspicious/noExplicitAny: replies are read freely in tests
function parsed(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
