import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { call, must } from '../support/api-client.ts'
import { scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { CALL, FORM } from '../support/support-world.ts'
import { makeTenants } from '../support/tenants.ts'

const ROUNDS = process.env.WAYMARK_TEST_LONG === '1' ? 20 : 2
const WORKERS = 8
/** Told receipts after which the node is killed, whatever else is under way. */
const RECEIPTS = 60
const HOUR_MS = 3_600_000

type Sent = { readonly key: string; readonly case?: string; readonly receipt?: string }

test('a node killed in the last hour of a window has every application whose receipt was given, and none twice', async () => {
  await using folder = await scratchFolder()
  const data = join(folder.path, 'data')
  let node = await startNodeProcess(data)
  try {
    const { a, operator } = await makeTenants(node.url, node.setupCode)
    const enterprise = a.names.enterprise
    const window = {
      opensAt: new Date(Date.now() - HOUR_MS).toISOString(),
      closesAt: new Date(Date.now() + HOUR_MS).toISOString(),
    }
    const opened = await must(
      call(node.url, 'POST', '/api/v1/policy/calls', {
        headers: { ...operator, 'idempotency-key': 'call' },
        // no term: which calendar knows the day of the test is not what it is about
        body: { ...CALL, ...window, procedure: { stages: ['site-visit', 'special-audit'] } },
      }),
    )
    const send = async (key: string) =>
      await call(node.url, 'POST', '/api/v1/policy/applications', {
        headers: { ...a.key, 'idempotency-key': key },
        body: { call: opened.id, enterprise, form: { ...FORM, project: `project ${key}` } },
      })
    const sent = new Map<string, Sent>()
    for (let round = 0; round < ROUNDS; round++) {
      await sendUntilKilled({ send, sent, round, kill: () => node.stop('SIGKILL') })
      await node[Symbol.asyncDispose]()
      node = await startNodeProcess(data)
    }
    for (const { key, case: id, receipt } of sent.values()) {
      // what was told stands; what was not is taken now, or was and is found by its key
      const again = await send(key)
      assert.equal(again.status, 201, again.text)
      if (id === undefined) continue
      assert.deepEqual(
        [again.json.case, again.json.receipt, again.json.isRepeat],
        [id, receipt, true],
      )
    }
    const { steps } = await must(
      call(node.url, 'GET', `/api/v1/policy/cases/counts?call=${opened.id}`, { headers: operator }),
    )
    assert.equal(steps[0].open, sent.size, 'one case a key')
  } finally {
    await node[Symbol.asyncDispose]()
  }
})

type Sending = {
  readonly send: (key: string) => ReturnType<typeof call>
  readonly sent: Map<string, Sent>
  readonly round: number
  readonly kill: () => Promise<unknown>
}

/** Several at once hand in one after the other; at so many receipts the node is killed. */
async function sendUntilKilled({ send, sent, round, kill }: Sending): Promise<void> {
  let told = 0
  let killed: Promise<unknown> | undefined
  const work = async (worker: number) => {
    for (let n = 0; killed === undefined; n++) {
      const key = `r${round}-w${worker}-${n}`
      sent.set(key, { key })
      const reply = await send(key).catch(() => undefined)
      if (reply === undefined) return
      assert.equal(reply.status, 201, reply.text)
      sent.set(key, { key, case: reply.json.case, receipt: reply.json.receipt })
      told++
      if (told >= RECEIPTS) killed ??= kill()
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, (_, at) => work(at)))
  await killed
}
