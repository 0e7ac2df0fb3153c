import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHEAP } from '../../../test/support/test-clock.ts'
import { COMMON_PASSWORDS } from './common-passwords.ts'
import { judgePassword, PASSWORD_BYTES_MAX, PASSWORD_COST, Passwords } from './password.ts'

const refused: readonly [string, string, string][] = [
  ['one character too short', 'bvq7!xK2m', 'is too short'],
  ['one byte too long', 'aB3$'.repeat(256).concat('x'), 'is too long'],
  ['long in bytes, not in characters', '长江黄河'.repeat(86), 'is too long'],
  ['of one character', 'aaaaaaaaaaaa', 'is one of those tried first'],
  ['of three characters', 'abcabcabcabc', 'is one of those tried first'],
  ['a run upwards', '1234567890', 'is one of those tried first'],
  ['a run downwards', 'zyxwvutsrq', 'is one of those tried first'],
  ['a common one in capitals', 'QWERTYUIOP', 'is one of those tried first'],
  ['a common one in full-width letters', 'ｐａｓｓｗｏｒｄ１２３', 'is one of those tried first'],
  ['the name inside', 'my zhang.wei 9', 'contains the sign-in name'],
  ['the name in full-width capitals', 'ＺＨＡＮＧ．ＷＥＩ-2026', 'contains the sign-in name'],
]

for (const [what, password, reason] of refused) {
  test(`a password is refused: ${what}`, () => {
    const [problem, ...more] = judgePassword(password, 'Zhang.Wei')
    assert.equal(problem?.reason.en, reason)
    assert.equal(problem?.path, '/password')
    assert.deepEqual(more, [])
  })
}

test('good passwords of every script are taken, at the limits too', () => {
  const good = [
    'bvq7!xK2mz',
    '床前明月光疑是地上霜',
    'correct horse battery',
    'aB3$'.repeat(PASSWORD_BYTES_MAX / 4),
    'li has a short name',
  ]
  for (const password of good) assert.deepEqual(judgePassword(password, 'li'), [], password)
})

test('every listed common password is refused as one, in capitals too', () => {
  for (const password of COMMON_PASSWORDS) {
    const [problem] = judgePassword(password.toUpperCase(), 'somebody-else')
    assert.equal(problem?.reason.en, 'is one of those tried first', password)
  }
})

test('a hash is argon2id with the cost in it, and no two of one password are alike', async () => {
  const passwords = new Passwords()
  const [a, b] = [
    await passwords.hash('床前明月光疑是地上霜'),
    await passwords.hash('床前明月光疑是地上霜'),
  ]
  const { memoryKiB, passes } = PASSWORD_COST
  assert.ok(a.startsWith(`$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$`))
  assert.ok(memoryKiB >= 19_456 && passes >= 2)
  assert.notEqual(a, b)
  assert.deepEqual(await passwords.check('床前明月光疑是地上霜', a), {
    matches: true,
    outdated: false,
  })
  assert.deepEqual(await passwords.check('床前明月光疑是地上雪', a), {
    matches: false,
    outdated: false,
  })
})

test('the same text typed in another normal form is the same password', async () => {
  const passwords = new Passwords(CHEAP)
  const hash = await passwords.hash('Café crème brûlée'.normalize('NFC'))
  assert.ok((await passwords.check('Café crème brûlée'.normalize('NFD'), hash)).matches)
})

test('a hash made at another cost still matches and says that it is outdated', async () => {
  const old = await new Passwords({ memoryKiB: 32, passes: 1 }).hash('plum blossom')
  const checked = await new Passwords(CHEAP).check('plum blossom', old)
  assert.deepEqual(checked, { matches: true, outdated: true })
})

test('nobody is checked by the same work and never matches', async () => {
  const passwords = new Passwords(CHEAP)
  assert.equal((await passwords.check('anything at all', undefined)).matches, false)
})

test('a damaged stored hash is a bug and not a wrong password', async () => {
  const passwords = new Passwords(CHEAP)
  await assert.rejects(passwords.check('plum blossom', '$argon2id$v=19$m=64'), /damaged/)
})
