import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { configurePage } from '../src/config/page.ts'
import { fileSchemas } from '../src/kernel/packs/file-schema.ts'
import { REGION_KINDS } from '../src/region-kinds.ts'
import { policyConformancePage } from './support/policy-conformance.ts'
import { readClauses } from './support/policy-spec.ts'

const READINGS = 40
const policyPage = await policyConformancePage()

const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/guide/configure.md': configurePage,
  'docs/conformance/policy.md': () => policyPage,
  ...Object.fromEntries(
    [...fileSchemas(REGION_KINDS)].map(([name, schema]) => [
      `docs/schema/region/${name}`,
      () => `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  ),
}

for (const [path, page] of Object.entries(GENERATED)) {
  test(`${path} is what the code says`, () => {
    if (process.env.WAYMARK_TEST_WRITE === '1') writeFileSync(path, page())
    assert.equal(readFileSync(path, 'utf8'), page(), 'run: npm run docs')
  })
}

test('the conformance of support measures has one row for each clause of the papers and each reading', () => {
  const readings = Array.from(
    { length: READINGS },
    (_, it) => `A-${String(it + 1).padStart(2, '0')}`,
  )
  const rows = [...policyPage.matchAll(/^\| ([AD]\d?-\S+) \|/gm)].map(([, id]) => id)
  assert.deepEqual(
    rows.toSorted(),
    [...readClauses().map((it) => it.clause), ...readings].toSorted(),
  )
})

test('no schema stands there that no kind of a region pack has', () => {
  const expected = Object.keys(GENERATED).filter((it) => it.startsWith('docs/schema/'))
  assert.deepEqual(globSync('docs/schema/region/*').toSorted(), expected.toSorted())
})
