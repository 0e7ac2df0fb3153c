import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { configurePage } from '../src/config/page.ts'
import { fileSchemas } from '../src/kernel/packs/file-schema.ts'
import { REGION_KINDS } from '../src/region-kinds.ts'
import { policyConformancePage } from './support/policy-conformance.ts'

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

test('no schema stands there that no kind of a region pack has', () => {
  const expected = Object.keys(GENERATED).filter((it) => it.startsWith('docs/schema/'))
  assert.deepEqual(globSync('docs/schema/region/*').toSorted(), expected.toSorted())
})
