import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { configurePage } from '../src/config/page.ts'

const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/guide/configure.md': configurePage,
}

for (const [path, page] of Object.entries(GENERATED)) {
  test(`${path} is what the code says`, () => {
    if (process.env.WAYMARK_TEST_WRITE === '1') writeFileSync(path, page())
    assert.equal(readFileSync(path, 'utf8'), page(), 'run: npm run docs')
  })
}
