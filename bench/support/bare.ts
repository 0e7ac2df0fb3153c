import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { cpuMs, type NodeProcess } from './node.ts'

export type BareServer = AsyncDisposable & Pick<NodeProcess, 'port' | 'cpuMs'>

const RECORDED = 4_096
/** What Node's server writes by itself. */
const OWN_HEADERS = new Set(['date', 'connection', 'keep-alive', 'content-length'])

/** Asks the node for the first paths and starts a bare `node:http` server that gives the same bytes. */
export async function startBareServer(
  node: NodeProcess,
  { folder, paths }: { readonly folder: string; readonly paths: readonly string[] },
): Promise<BareServer> {
  const bodies: string[] = []
  let headers: string[] = []
  for (const path of paths.slice(0, RECORDED)) {
    const answer = await get(node.url + path)
    bodies.push(answer.body)
    headers = answer.headers
  }
  const file = join(folder, 'recorded.json')
  writeFileSync(file, JSON.stringify({ headers, bodies }))
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), [file])
  const killed = () => void child.kill('SIGKILL')
  process.once('exit', killed)
  const [port] = await once(child, 'message')
  return {
    port,
    cpuMs: () => cpuMs(child.pid),
    async [Symbol.asyncDispose]() {
      process.off('exit', killed)
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
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
