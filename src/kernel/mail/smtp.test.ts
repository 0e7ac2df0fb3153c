import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSmtp as openBox } from '../../../test/support/smtp.ts'
import { openSmtp, smtpOptions } from './smtp.ts'

const FROM = '路标节点 <node@waymark.example>'
const LETTER = {
  ...{ id: '7d1b4c1e', to: 'mia@mail.example' },
  ...{ subject: '路标：确认', text: '您好\n\n<b>&amp; hello' },
}
const still = () => new AbortController().signal
const sendTo = (port: number, user = '') =>
  openSmtp({ url: `smtp://${user}127.0.0.1:${port}`, from: FROM })

test('beyond this machine nothing is sent in the clear; within it nothing is asked for', () => {
  const demands = (url: string) => {
    const { host, port, secure, requireTLS, ignoreTLS } = smtpOptions(url)
    return { host, port, secure, requireTLS, ignoreTLS }
  }
  const none = undefined
  const far = { host: 'mail.example', secure: false, requireTLS: true, ignoreTLS: none }
  assert.deepEqual(demands('smtp://mail.example'), { ...far, port: 587 })
  assert.deepEqual(demands('smtp://mail.example:25'), { ...far, port: 25 })
  assert.deepEqual(demands('smtp://localhost.example'), {
    ...far,
    host: 'localhost.example',
    port: 587,
  })
  assert.deepEqual(demands('smtps://mail.example'), {
    ...{ host: 'mail.example', port: 465, secure: true },
    ...{ requireTLS: none, ignoreTLS: none },
  })
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]']) {
    assert.equal(demands(`smtp://${host}:25`).ignoreTLS, true, host)
  }
  assert.deepEqual(smtpOptions('smtp://a%40b:p%2Fw@mail.example').auth, {
    user: 'a@b',
    pass: 'p/w',
  })
})

test('a letter arrives as it was written, in any script', { timeout: 60_000 }, async () => {
  await using box = await openBox()
  assert.deepEqual(await sendTo(box.port)(LETTER, still()), { kind: 'sent' })
  const { from, to, subject, text, raw } = await box.take(LETTER.to)
  assert.deepEqual(
    { from, to, subject },
    { from: 'node@waymark.example', to: [LETTER.to], subject: LETTER.subject },
  )
  assert.equal(text.trim().replaceAll('\r\n', '\n'), LETTER.text)
  assert.match(raw, /^auto-submitted: auto-generated/im)
  // sent again, it is known for the same
  assert.match(raw, /^message-id: <7d1b4c1e@waymark\.example>/im)
})

test('an address cannot bring a second recipient or a header', { timeout: 60_000 }, async () => {
  await using box = await openBox()
  for (const to of ['a@mail.example, b@mail.example', 'a@mail.example\r\nBcc: b@mail.example']) {
    await sendTo(box.port)({ ...LETTER, to }, still())
  }
  await sendTo(box.port)({ ...LETTER, subject: 'x\r\nBcc: b@mail.example' }, still())
  assert.deepEqual(
    box.letters.flatMap((it) => it.to).filter((it) => it.startsWith('b@')),
    [],
  )
  for (const { raw } of box.letters) assert.doesNotMatch(raw, /^bcc:/im)
})

test('a server that cannot encrypt gets nothing where that is demanded', {
  timeout: 60_000,
}, async () => {
  const { createTransport } = await import('nodemailer')
  let seen = ''
  await using box = await openBox({
    onMailFrom({ address }, _session, done) {
      seen += address
      done()
    },
  })
  const demanding = { ...smtpOptions('smtp://u:p@mail.example'), host: '127.0.0.1', port: box.port }
  await assert.rejects(createTransport(demanding).sendMail({ ...LETTER, from: FROM }), {
    code: 'ETLS',
  })
  assert.equal(seen, '')
})

test('what the server says decides whether it is tried again; its words are not kept', {
  timeout: 60_000,
}, async () => {
  const saying = (responseCode: number) => async () => {
    await using box = await openBox({
      onRcptTo(_address, _session, done) {
        done(Object.assign(new Error('mia@mail.example is odd'), { responseCode }))
      },
    })
    return await sendTo(box.port)(LETTER, still())
  }
  assert.deepEqual(await saying(550)(), { kind: 'refused', why: 'EENVELOPE 550' })
  assert.deepEqual(await saying(451)(), { kind: 'later', why: 'EENVELOPE 451' })
  await using wrong = await openBox({
    authOptional: false,
    onAuth: (_auth, _session, done) => done(new Error('who is u?')),
  })
  assert.deepEqual(await sendTo(wrong.port, 'u:hush@')(LETTER, still()), {
    kind: 'later',
    why: 'EAUTH 535',
  })
})

test('a server that is away is tried later; a stop does not wait for a silent one', {
  timeout: 60_000,
}, async () => {
  await using box = await openBox()
  box.isAway = true
  assert.deepEqual(await sendTo(box.port)(LETTER, still()), { kind: 'later', why: 'ECONNECTION' })
  const reached = Promise.withResolvers<void>()
  await using silent = await openBox({ onConnect: () => reached.resolve() })
  const stop = new AbortController()
  const sending = sendTo(silent.port)(LETTER, stop.signal)
  await reached.promise
  stop.abort()
  await assert.rejects(sending, { name: 'AbortError' })
})
