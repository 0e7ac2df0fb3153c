import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  formatCheckpoint,
  isKeyName,
  noteSigner,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
} from './note.ts'

const { notes } = JSON.parse(
  readFileSync(new URL('../../../spec/evidence/notes.json', import.meta.url), 'utf8'),
) as {
  readonly notes: readonly {
    readonly seed: string
    readonly name: string
    readonly verifierKey: string
    readonly text: string
    readonly note: string
  }[]
}

/** RFC 8410 §7: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = '302e020100300506032b657004220420'

function keyOf(seed: string) {
  const key = Buffer.from(PKCS8_HEAD + seed, 'hex')
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

test('the same key and text give the same note and verifier key as another implementation', () => {
  assert.equal(notes.length, 3)
  for (const { seed, name, verifierKey, text, note } of notes) {
    const signer = noteSigner(name, keyOf(seed))
    assert.equal(signer.verifierKey, verifierKey)
    assert.equal(signer.sign(text), note)
    const verifier = parseVerifierKey(verifierKey) ?? assert.fail()
    assert.deepEqual(openNote(note, verifier), { kind: 'signed', text })
  }
})

const signer = noteSigner('log.example', generateKeyPairSync('ed25519').privateKey)
const verifier = parseVerifierKey(signer.verifierKey) ?? assert.fail()
const TEXT = formatCheckpoint({ origin: 'log.example', size: 7, root: new Uint8Array(32).fill(9) })
const NOTE = signer.sign(TEXT)

test('a note with any one byte changed is not opened', () => {
  const bytes = Buffer.from(NOTE)
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i] = (changed[i] ?? 0) ^ 1
    assert.equal(openNote(changed.toString('latin1'), verifier).kind, 'refused', `byte ${i}`)
    assert.equal(openNote(changed.toString(), verifier).kind, 'refused', `byte ${i}`)
  }
})

test('a note is refused for the reason that is wrong with it', () => {
  const other = noteSigner('log.example', generateKeyPairSync('ed25519').privateKey)
  const [, line = ''] = NOTE.split('\n\n')
  const flipped = TEXT.replace('\n7\n', '\n8\n')
  const table: readonly (readonly [string, string])[] = [
    ['', 'malformed'],
    [TEXT, 'malformed'],
    [`${TEXT}\n`, 'malformed'],
    [NOTE.slice(0, -1), 'malformed'],
    [NOTE.replace('—', '-'), 'malformed'],
    [`${NOTE}\r\n`, 'malformed'],
    [NOTE.replace('log.example\n', 'log\u0000example\n'), 'malformed'],
    [`${TEXT}\n${line.repeat(65)}`, 'malformed'],
    [`x\n\n${TEXT}${'y'.repeat(70_000)}\n\n${line}`, 'malformed'],
    [other.sign(TEXT), 'unknown-key'],
    [`${flipped}\n${line}`, 'wrong-signature'],
    [`${NOTE.slice(0, -1)}\n${line.slice(0, 24)}AAAA${line.slice(28)}`, 'wrong-signature'],
  ]
  for (const [note, why] of table)
    assert.deepEqual(openNote(note, verifier), { kind: 'refused', why })
})

test('signatures of others beside a good one do not matter', () => {
  const witness = noteSigner('witness.example', generateKeyPairSync('ed25519').privateKey)
  const [, theirs = ''] = witness.sign(TEXT).split('\n\n')
  const [, ours = ''] = NOTE.split('\n\n')
  assert.deepEqual(openNote(`${TEXT}\n${theirs}${ours}`, verifier), { kind: 'signed', text: TEXT })
})

test('a verifier key with a wrong id, type, length or name is none', () => {
  const [name = '', id = '', key = ''] = signer.verifierKey.split('+', 3)
  assert.ok(parseVerifierKey(signer.verifierKey))
  const typed = Buffer.from(signer.verifierKey.slice(name.length + id.length + 2), 'base64')
  const withBytes = (bytes: Uint8Array) => `${name}+${id}+${Buffer.from(bytes).toString('base64')}`
  for (const wrong of [
    '',
    key,
    `${name}+${id}`,
    `x${signer.verifierKey}`,
    signer.verifierKey.replace(id, '00000000'),
    signer.verifierKey.replace(id, id.toUpperCase().replace(/^[0-9]+$/, 'x')),
    withBytes(Buffer.of(2, ...typed.subarray(1))),
    withBytes(typed.subarray(1)),
    `${signer.verifierKey}\n`,
  ]) {
    if (wrong === signer.verifierKey) continue
    assert.equal(parseVerifierKey(wrong), undefined, wrong)
  }
})

test('names of keys hold no spaces of any script, no plus and no control characters', () => {
  for (const good of ['a', 'node.example/evidence', '88.100', '标识节点'])
    assert.ok(isKeyName(good))
  for (const bad of [
    '',
    'a b',
    'a+b',
    'a\u3000b',
    'a\u00a0b',
    'a\u0085b',
    'a\nb',
    'a\u0007b',
    'x'.repeat(256),
    '\ud800',
  ]) {
    assert.ok(!isKeyName(bad), JSON.stringify(bad))
  }
  assert.throws(() => noteSigner('a b', keyOf('01'.repeat(32))), TypeError)
  assert.throws(() => noteSigner('a', generateKeyPairSync('ed448').privateKey), TypeError)
})

test('a checkpoint is read as it is written, and nothing else is one', () => {
  const checkpoint = { origin: 'log.example', size: 2 ** 53 - 1, root: Buffer.alloc(32, 3) }
  const text = formatCheckpoint(checkpoint)
  assert.deepEqual(parseCheckpoint(text), checkpoint)
  assert.deepEqual(parseCheckpoint(`${text}an extension line\n`), checkpoint)
  const root = checkpoint.root.toString('base64')
  for (const wrong of [
    '',
    'o\n1\n',
    `o\n1\n${root}`,
    `\n1\n${root}\n`,
    `o\n01\n${root}\n`,
    `o\n-1\n${root}\n`,
    `o\n1.0\n${root}\n`,
    `o\n9007199254740992\n${root}\n`,
    `o\n1\n${root.slice(4)}\n`,
    `o\n1\n${root}\n\n`,
    `o\n1\n${root.replace('=', '')}\n`,
    `o\n0\n${root}\n`,
  ]) {
    assert.equal(parseCheckpoint(wrong), undefined, JSON.stringify(wrong))
  }
})
