import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { mayDo } from '../kernel/access/permissions.ts'
import type { App } from '../lib/http.ts'
import { Problem } from '../lib/problem.ts'
import { isLoopback } from './connection.ts'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30]

export type Numbers = Readonly<
  Record<string, { readonly help: string; read(): number | Promise<number> }>
>

/**
 * Prometheus metrics of the process, of requests by route and status, and of what `numbers` reads. No label names a
 * prefix or a person. Only for callers on this machine, or with a key that may read metrics.
 */
export function metricsRoutes(app: App, numbers: Numbers): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Counter({
    name: 'waymark_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'waymark_http_request_seconds',
    help: 'Time to answer',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  })
  for (const [name, { help, read }] of Object.entries(numbers)) {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read())
      },
    })
  }
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '-'
    requests.inc({ method: request.method, route, status: String(reply.statusCode) })
    seconds.observe({ route }, reply.elapsedTime / 1000)
  })
  app.get(
    '/metrics',
    { schema: { tags: ['health'], operationId: 'metrics', summary: 'Prometheus metrics' } },
    async (request, reply) => {
      const local =
        isLoopback(request.socket.remoteAddress) && request.headers['x-forwarded-for'] === undefined
      if (!local && !mayDo(request.caller, 'metrics.read')) {
        throw new Problem('not-found', { en: 'There is nothing here', zh: '此处没有内容' })
      }
      return reply.type(registry.contentType).send(await registry.metrics())
    },
  )
}
