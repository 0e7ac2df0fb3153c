import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { readAhead } from './ahead.ts'
import { RulesShelf } from './rules-shelf.ts'

/** A shelf that cannot be read, and how often it was asked for. */
function shelf() {
  let asked = 0
  const kinds = () => {
    asked++
    return Promise.reject(new Error('no packs here'))
  }
  return { rules: new RulesShelf(kinds), asked: () => asked }
}

for (const page of ['/support', '/support/fits?mode=live', '/papers/D1', '/letters/']) {
  test(`rules are read ahead for ${page}, and what fails there is told to who asks`, async () => {
    const { rules, asked } = shelf()
    readAhead({ rules })(page)
    await turn()
    assert.equal(asked(), 1)
    await assert.rejects(() => rules.open(), /no packs/)
  })
}

for (const page of ['/', '/identifiers', '/supporters', '/evidence/1']) {
  test(`rules are left alone for ${page}`, async () => {
    const { rules, asked } = shelf()
    readAhead({ rules })(page)
    await turn()
    assert.equal(asked(), 0)
  })
}
