import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSignedBy, readVerifyingKey } from './public-keys.ts'

// Made by OpenSSL 3 with the signer's name 0.NA/88.100.1, over the message and over its SM3.
const KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEPxKAed10fkG995XJ6kX56KLfH0PF
OeUfe8oN7Pxx2GoekHYSTGjqeKl63eMqhZK3DRwcD13cs9jJGemHb3wxKg==
-----END PUBLIC KEY-----
`
const OF_MESSAGE =
  '30450221009a8725584a426467f9b4dd85025bf103690d5d9255bb30ada92a83207f1c58c2022032fa9a5243209847d8aa46138f6e8e3a9162bca5e6d89f6ee3c11accbc07b7c7'
const OF_DIGEST =
  '30440220555ba0cf742cba5102a26fe3db8bfd2f349689d76853e9f341722fcf05c4b9f5022059cce034da128065f278d9ec9c54b38c92be2224ef8b80eaa8de5f4e7e4e2491'

test('SM2 with the name of its signer: over the message, or over its digest as clients of the national system do', () => {
  const key = readVerifyingKey(Buffer.from(KEY))
  assert.ok(key)
  const signed = {
    message: Buffer.from('nonce and digest'),
    digest: 'SM3',
    signer: '0.NA/88.100.1',
  }
  for (const hex of [OF_MESSAGE, OF_DIGEST]) {
    const signature = Buffer.from(hex, 'hex')
    assert.equal(isSignedBy(key, { ...signed, signature }), true)
    assert.equal(isSignedBy(key, { ...signed, signature, signer: '0.NA/88.100.2' }), false)
    assert.equal(isSignedBy(key, { ...signed, signature, digest: 'SHA-256' }), false)
    const message = Buffer.from('another')
    assert.equal(isSignedBy(key, { ...signed, signature, message }), false)
  }
})
