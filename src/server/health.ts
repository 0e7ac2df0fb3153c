import { Type } from 'typebox'
import type { App } from '../lib/http.ts'

const Ready = Type.Object({
  ready: Type.Boolean(),
  parts: Type.Record(Type.String(), Type.String()),
})

export type Probe = () => Promise<void> | void

/** `/health/live`: the program runs. `/health/ready`: every part it needs answers; else 503 with the part's name. */
export function healthRoutes(app: App, probes: Readonly<Record<string, Probe>>): void {
  app.get(
    '/health/live',
    {
      schema: {
        tags: ['health'],
        operationId: 'live',
        summary: 'The program runs',
        response: { 200: Type.Object({ live: Type.Literal(true) }) },
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ live: true }),
  )
  app.get(
    '/health/ready',
    {
      schema: {
        tags: ['health'],
        operationId: 'ready',
        summary: 'Every part the node needs answers',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const parts: Record<string, string> = {}
      for (const [name, probe] of Object.entries(probes)) parts[name] = await answerOf(probe)
      const ready = Object.values(parts).every((it) => it === 'ok')
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ready, parts })
    },
  )
}

/** The public answer names the part, never the cause: that is in the log. */
async function answerOf(probe: Probe): Promise<string> {
  try {
    await probe()
    return 'ok'
  } catch {
    return 'failed'
  }
}
