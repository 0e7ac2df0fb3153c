import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Static, TSchema } from 'typebox'
import { packageRoot } from '../../lib/package-root.ts'
import { Problem } from '../../lib/problem.ts'
import { fieldProblems } from '../../lib/schema-problems.ts'

/**
 * A file of `spec/policy` by its schema. The reader of YAML is loaded when it is first needed.
 * @throws Problem `unreadable-input` with everything that is wrong in it
 */
export async function readSpec<S extends TSchema>(
  schema: S,
  ...steps: readonly string[]
): Promise<Static<S>> {
  const { readYaml } = await import('../../kernel/packs/yaml-text.ts')
  const path = join(packageRoot(), 'spec', 'policy', ...steps)
  const { value, faults } = readYaml(readFileSync(path, 'utf8'))
  const wrong =
    faults.length > 0
      ? faults.map((it) => it.reason.en)
      : fieldProblems(schema, value).map((it) => `${it.path} ${it.reason.en}`)
  if (wrong.length === 0) return value as Static<S>
  const list = wrong.join('; ')
  throw new Problem('unreadable-input', { en: `${path}: ${list}`, zh: `${path}：${list}` })
}
