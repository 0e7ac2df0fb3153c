import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { endChild } from './load.ts'
import { cpuMs, type NodeProcess, sumOf } from './node.ts'

export type BareServer = AsyncDisposable & Pick<NodeProcess, 'port' | 'cpuMs'>

const RECORDED = 4_096
/** What Node's server writes by itself. */
const OWN_HEADERS = new Set(['date', 'connection', 'keep-alive', 'content-length'])

/** Asks the node for the first paths and writes its answers down, for a bare server to give; answers the file. */
export async function recordAnswers(
  node: NodeProcess,
  { folder, paths }: { readonly folder: string; readonly paths: readonly string[] },
): Promise<string> {
  const bodies: string[] = []
  let headers: string[] = []
  for (const path of paths.slice(0, RECORDED)) {
    const answer = await get(node.url + path)
    bodies.push(answer.body)
    headers = answer.headers
  }
  const file = join(folder, 'recorded.json')
  writeFileSync(file, JSON.stringify({ headers, bodies }))
  return file
}

type BareOptions = {
  /** On one port. */
  readonly processes?: number
  /** A folder of identifiers in which each name is looked for. */
  readonly store?: string
}

/** A bare `node:http` server that gives the recorded answers. */
export async function startBareServer(
  recorded: string,
  { processes = 1, store = '' }: BareOptions = {},
): Promise<BareServer> {
  await using stack = new AsyncDisposableStack()
  const children: ChildProcess[] = []
  let port: number | undefined
  for (let i = 0; i < processes; i++) {
    const shared = processes > 1 ? String(port ?? 0) : ''
    const child = fork(join(import.meta.dirname, 'bare-server.ts'), [recorded, shared, store])
    children.push(child)
    stack.defer(() => endChild(child))
    const [told] = await once(child, 'message')
    port = told
  }
  if (port === undefined) throw new Error('a server without a process')
  const owned = stack.move()
  return {
    port,
    cpuMs: () => sumOf(children.map(({ pid }) => cpuMs(pid))),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function get(url: string): Promise<{ headers: string[]; body: string }> {
  const asking = request(url).end()
  const [response] = await once(asking, 'response')
  const body = await text(response)
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${body}`)
  const { rawHeaders } = response as { rawHeaders: string[] }
  const headers = rawHeaders.filter((_, i) => {
    const name = rawHeaders[i - (i % 2)] ?? ''
    return !OWN_HEADERS.has(name.toLowerCase())
  })
  return { headers, body }
}
