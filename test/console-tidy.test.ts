import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const LINES_MAX = 500
const sources = globSync('console/src/**/*.{ts,tsx}').filter((path) => !path.endsWith('.d.ts'))
const VERIFY = 'console/src/rooms/support-awards/verify.ts'
const CHECKER = ['evaluate', 'rules'].map((it) => `src/policy/checker/${it}.ts`)
const partOf = (path: string) =>
  path
    .split('/')
    .slice(2, path.includes('/rooms/') ? 4 : 3)
    .join('/')

/** Awards are recomputed by the evaluator of the checker (ADR 20); the frame asks whoever's session has ended to sign in again. */
function isAllowed(path: string, to: string): boolean {
  if (path === VERIFY && CHECKER.includes(to)) return true
  return path === 'console/src/frame/sign-in-dialog.tsx' && to.startsWith('console/src/')
}

test('tidy console: rooms stand on the frame and not on each other', () => {
  const wrong: string[] = []
  for (const path of sources) {
    for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(
      /(?:from|import\() ?'(\.[^']+)'/g,
    )) {
      const to = join(dirname(path), target)
      if (isAllowed(path, to)) continue
      if (!to.startsWith('console/src/')) wrong.push(`${path} -> ${to}`)
      if (!to.includes('/rooms/') || partOf(to) === partOf(path)) continue
      wrong.push(`${path} -> ${to}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('tidy console: a file can be read in one sitting', () => {
  const tooLong = sources.filter(
    (path) => readFileSync(path, 'utf8').split('\n').length > LINES_MAX,
  )
  assert.deepEqual(tooLong, [])
})

test('tidy console: no words in components, and nothing that puts markup in', () => {
  const wrong: string[] = []
  for (const path of sources.filter((it) => it.endsWith('.tsx'))) {
    const text = readFileSync(path, 'utf8')
    if (text.includes('dangerouslySetInnerHTML')) wrong.push(`${path}: dangerouslySetInnerHTML`)
    for (const [, words = ''] of text.matchAll(
      /<\/?[A-Za-z][\w.]*(?:\s[^<>{}=]*)?>([^<>{}]+)<\//g,
    )) {
      if (/\p{L}{2,}/u.test(words)) wrong.push(`${path}: ${words.trim()}`)
    }
    for (const [, name, words = ''] of text.matchAll(
      /\b(aria-label|placeholder|title|label|alt)="([^"]*\p{L}{2,}[^"]*)"/gu,
    )) {
      if (words !== 'https://') wrong.push(`${path}: ${name}="${words}"`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('tidy console: values in a text are the same in both languages', () => {
  const wrong: string[] = []
  for (const path of globSync('console/src/**/*texts.ts')) {
    const text = readFileSync(path, 'utf8')
    for (const [entry, key] of text.matchAll(/^ {2}'?([\w.-]+)'?: \{[\s\S]*?\n? ?\},?$/gm)) {
      const names = (part: string) =>
        [...new Set([...part.matchAll(/\{\{(\w+)\}\}/g)].map((it) => it[1]))].toSorted().join()
      const [zh = '', en = ''] = entry.split(/\ben:/)
      if (names(zh) !== names(en) && !entry.includes('one:')) wrong.push(`${path} ${key}`)
    }
  }
  assert.deepEqual(wrong, [])
})
