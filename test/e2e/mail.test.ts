import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CAST, usccOf } from '../../src/cli/demo-cast.ts'
import { call, must, setUpBy, signIn } from '../support/api-client.ts'
import { PASSWORD, scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { openSmtp, type SmtpBox } from '../support/smtp.ts'
import { eventually } from '../support/tenants.ts'

const LIMIT = { timeout: 120_000 }

const settings = (box: SmtpBox) => ({
  WAYMARK_SMTP_URL: `smtp://node:hush-hush@127.0.0.1:${box.port}`,
  WAYMARK_SMTP_FROM: '路标 <node@waymark.example>',
  WAYMARK_PUBLIC_URL: 'https://node.example/',
})

/** A server that lets in who gives the password of `settings`. */
const openBox = () =>
  openSmtp({
    onAuth({ username, password }, _session, done) {
      if (username === 'node' && password === 'hush-hush') done(null, { user: username })
      else done(new Error('who is that?'))
    },
  })

test(
  'a letter that was acknowledged survives a kill and a mail server that is away',
  LIMIT,
  async () => {
    await using folder = await scratchFolder()
    await using box = await openBox()
    box.isAway = true
    const first = await startNodeProcess(folder.path, settings(box))
    const operator = await setUpBy(first.url, first.setupCode)
    const body = { nodeRole: 'auditor', mail: 'audrey@mail.example' }
    const headers = { ...operator, 'accept-language': 'zh-CN' }
    await must(call(first.url, 'POST', '/api/v1/invitations', { headers, body }))
    await first.stop('SIGKILL')
    await using second = await startNodeProcess(folder.path, settings(box))
    const health = () => must(call(second.url, 'GET', '/api/v1/node/health', { headers: operator }))
    const { mail } = await eventually(health, (it) => it.mail.why !== undefined)
    assert.deepEqual([mail.waiting, mail.failed, mail.why], [1, 0, 'ECONNECTION'])
    box.isAway = false
    const letter = await box.take('audrey@mail.example')
    assert.equal(letter.from, 'node@waymark.example')
    assert.match(letter.text, /^您被邀请加入本节点/)
    assert.match(letter.text, /https:\/\/node\.example\/console\/invitation#/)
    const token = letter.path.split('#')[1]
    const account = { token, name: 'audrey', password: PASSWORD }
    const accepted = await call(second.url, 'POST', '/api/v1/invitations/accept', { body: account })
    assert.equal(accepted.status, 201)
    const idle = await eventually(health, (it) => it.mail.waiting === 0)
    assert.equal(idle.mail.why, undefined)
    const said = first.out.stderr + second.out.stderr
    assert.doesNotMatch(said, /hush-hush/)
    assert.ok(!said.includes(token ?? 'none'))
  },
)

test(
  'who applies confirms an address, sees without signing in how it stands, and hears what was decided in their language',
  LIMIT,
  async () => {
    await using folder = await scratchFolder()
    await using box = await openBox()
    await using node = await startNodeProcess(folder.path, settings(box))
    const { url } = node
    const operator = await setUpBy(url, node.setupCode)
    const [cast] = CAST
    assert.ok(cast)
    const to = 'applicant@mail.example'
    const { enterprise, statusToken } = await must(
      call(url, 'POST', '/api/v1/applications', {
        headers: { 'accept-language': 'en' },
        body: {
          ...{ uscc: usccOf(cast), name: cast.name, region: cast.region, sector: cast.sector },
          legalPerson: { name: cast.person },
          contact: { name: cast.person, phone: '0755-26001234', email: to },
          account: { name: 'anna', password: PASSWORD },
        },
      }),
    )
    const both = [await box.take(to), await box.take(to)]
    const confirm = both.find((it) => it.subject.endsWith('Confirm your address'))
    const arrived = both.find((it) => it.subject.endsWith('The application has arrived'))
    assert.ok(confirm && arrived, both.map((it) => it.subject).join())
    assert.match(arrived.path, /^\/console\/application#/)
    const statusOf = async (it: string) =>
      await call(url, 'GET', `/api/v1/applications/status?token=${encodeURIComponent(it)}`)
    const mailed = arrived.path.split('#')[1] ?? ''
    for (const it of [mailed, statusToken]) assert.equal((await statusOf(it)).json.state, 'applied')
    const last = mailed.endsWith('A') ? 'B' : 'A'
    assert.equal((await statusOf(`${mailed.slice(0, -1)}${last}`)).status, 404)
    const token = confirm.path.split('#')[1]
    const confirmed = await call(url, 'POST', '/api/v1/mail-address/confirm', { body: { token } })
    assert.deepEqual(confirmed.json, { name: 'anna', address: to })
    const about = `/api/v1/enterprises/${enterprise}`
    const { version } = await must(call(url, 'GET', about, { headers: operator }))
    const decision = { decision: 'approve', version }
    await must(call(url, 'POST', `${about}/decision`, { headers: operator, body: decision }))
    const letter = await box.take(to)
    assert.match(letter.subject, /The application was approved$/)
    assert.ok(letter.text.startsWith(`${cast.name}: The application was approved.`))
    assert.equal(letter.path, '/console/enterprise')
    const own = await signIn(url, 'anna')
    const { address } = await must(call(url, 'GET', '/api/v1/me/mail-address', { headers: own }))
    assert.equal(address, to)
  },
)
