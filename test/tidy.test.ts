import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

/** The architecture. A folder may import those listed, `lib`, and itself; `src/*.ts` may import all. */
const mayImport: Record<string, readonly string[]> = {
  lib: [],
  config: [],
  kernel: [],
  identifiers: ['kernel'],
  protocols: ['kernel', 'identifiers'],
  policy: ['kernel'],
  server: ['kernel', 'config', 'identifiers', 'protocols'],
  // the command line starts nodes and asks them; it is an entry, not a room
  cli: ['kernel', 'identifiers', 'protocols', 'policy', 'server', 'config', '.'],
}
const LINES_MAX = 500
const sources = globSync('src/*/**/*.ts').filter((path) => !path.endsWith('.test.ts'))
const folderOf = (path: string) => (path.split('/').length > 2 ? (path.split('/')[1] ?? '') : '.')

test('tidy: imports point one way', () => {
  const wrong: string[] = []
  for (const path of sources) {
    const from = folderOf(path)
    const allowed = mayImport[from]
    assert.ok(allowed, `${path}: add ${from} to the table, and say why in an ADR`)
    for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(/ from '(\.[^']+)'/g)) {
      const to = folderOf(join(dirname(path), target))
      if (to !== from && to !== 'lib' && !allowed.includes(to)) wrong.push(`${path} -> ${to}`)
    }
  }
  assert.deepEqual(wrong, [])
})

/** What `waymark/handle` is made of, which other programs load: the codec, the client, and the forms and proofs of values. */
const CLIENT_PARTS =
  /^src\/(lib\/(clock|problem|text|turns)|identifiers\/(handle|record|values\/[\w-]+|authority\/(public-keys|secret-code|sm2))|protocols\/(client|wire)\/[\w-]+)\.ts$/

test('tidy: the client for other programs brings nothing of the node with it', () => {
  const seen = new Set<string>()
  const open = ['src/protocols/client/index.ts']
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(/ from '(\.[^']+)'/g)) {
      open.push(join(dirname(path), target))
    }
  }
  assert.deepEqual(
    [...seen].filter((path) => !CLIENT_PARTS.test(path)),
    [],
  )
  assert.ok(seen.size > 20)
})

test('tidy: a file can be read in one sitting', () => {
  const tooLong = sources.filter(
    (path) => readFileSync(path, 'utf8').split('\n').length > LINES_MAX,
  )
  assert.deepEqual(tooLong, [])
})

test('tidy: at most two folders below src', () => {
  assert.deepEqual(
    sources.filter((path) => path.split('/').length > 4),
    [],
  )
})

test('tidy: every dependency has its line', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: object
    devDependencies: object
  }
  const page = readFileSync('docs/dependencies.md', 'utf8')
  const names = Object.keys({ ...dependencies, ...devDependencies })
  assert.deepEqual(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
  )
})
