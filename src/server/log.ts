import { pino } from 'pino'
import type { App } from '../lib/http.ts'

export type Log = pino.Logger

/** JSON lines on standard error; what could be a secret is left out wherever it stands. */
export function openLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS, censor: '[secret]' },
      serializers: { err: pino.stdSerializers.err, req: () => undefined, res: () => undefined },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}

const SECRETS = [
  // Of a setup; the code of an error is what one looks for in a log.
  ...['code', 'body.code'],
  ...['password', 'token', 'secret', 'authorization', 'cookie'].flatMap((it) => [it, `*.${it}`]),
]

/** What this node does not do is told to who asked for it; nothing failed. */
const UNSUPPORTED = 501

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * One line a request: of writes at `info`, of reads at `debug`. By route and not by address: names, codes and queries stay
 * out of the log.
 */
export function logRequests(app: App): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      request: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '-',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    }
    if (reply.statusCode >= 500 && reply.statusCode !== UNSUPPORTED)
      request.log.error(line, 'request failed')
    else if (READS.has(request.method)) request.log.debug(line, 'request')
    else request.log.info(line, 'request')
  })
}
