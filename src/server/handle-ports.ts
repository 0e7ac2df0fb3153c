import { once } from 'node:events'
import type { Server } from 'node:net'
import { Problem } from '../lib/problem.ts'
import type { Address } from './handle-tcp.ts'

/** The port, once something listens there. @throws Problem that says which setting to change */
export async function listening(server: Server, at: Address, protocol: string): Promise<number> {
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw portProblem(at, protocol, cause)
  }
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : at.port
}

export function portProblem({ host, port }: Address, protocol: string, cause: unknown): Problem {
  const place = `${host}, ${protocol} ${port}`
  const { code } = cause as { code?: unknown }
  const text =
    code === 'EADDRINUSE'
      ? {
          en: `The port of the Handle protocol is taken (${place}): set WAYMARK_HANDLE_PORT to another, or WAYMARK_HANDLE=false`,
          zh: `Handle 协议端口已被占用（${place}）：请用 WAYMARK_HANDLE_PORT 换一个端口，或设 WAYMARK_HANDLE=false`,
        }
      : {
          en: `The Handle protocol cannot be served at WAYMARK_HANDLE_HOST and WAYMARK_HANDLE_PORT (${place}): ${code}`,
          zh: `无法在 WAYMARK_HANDLE_HOST 与 WAYMARK_HANDLE_PORT 提供 Handle 协议（${place}）：${code}`,
        }
  return new Problem('wrong-state', text, { cause })
}
