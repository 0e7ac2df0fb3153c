import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { Collection } from './kernel/documents/documents.ts'
import { NODE_COLLECTIONS } from './node-collections.ts'

const DECLARED =
  /export const (\w+) = \{(?:(?!\nexport )[\s\S])*?\n\} as const satisfies Collection/g

test('every collection there is is made when the node starts', async () => {
  const missing: string[] = []
  let found = 0
  for (const path of globSync('src/**/*.ts').filter((it) => !it.endsWith('.test.ts'))) {
    const names = [...readFileSync(path, 'utf8').matchAll(DECLARED)].map(([, name = '']) => name)
    if (names.length === 0) continue
    const module = (await import(resolve(path))) as Record<string, Collection>
    found += names.length
    for (const name of names) {
      const collection = module[name]
      if (collection === undefined || !NODE_COLLECTIONS.includes(collection)) missing.push(name)
    }
  }
  assert.deepEqual(missing, [])
  assert.equal(found, NODE_COLLECTIONS.length)
})
