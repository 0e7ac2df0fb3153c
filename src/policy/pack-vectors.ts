import type { Fault } from '../kernel/packs/fault.ts'
import type { Pack } from '../kernel/packs/pack.ts'
import type { PackFile } from '../kernel/packs/pack-files.ts'
import { readYaml } from '../kernel/packs/yaml-text.ts'
import { Problem } from '../lib/problem.ts'
import { compileRules, type Rules, sourcesOf } from './rules.ts'
import { formatJudgement, judgeVector, readVectors, type Vector } from './vectors.ts'

/** Every vector of a pack that its rules, with those of the regions above, answer otherwise than it says; at its line. */
export function vectorFaults(pack: Pack): Fault[] {
  if (pack.vectors.length === 0) return []
  const rules = compileRules(sourcesOf(withAbove(pack)))
  return pack.vectors.flatMap((file) => faultsIn(file, rules))
}

function withAbove(pack: Pack): Pack[] {
  return pack.parent === undefined ? [pack] : [...withAbove(pack.parent), pack]
}

function faultsIn(file: PackFile, rules: Rules): Fault[] {
  let vectors: readonly Vector[]
  try {
    vectors = readVectors(file.text)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return [{ file: file.path, line: 1, column: 1, reason: error.text }]
  }
  const failed = vectors
    .map((it) => judgeVector(rules, it))
    .filter(({ differs }) => differs.length > 0)
  if (failed.length === 0) return []
  const placeOf = placesIn(file)
  return failed.map((it) => {
    const said = formatJudgement(it)
    return { file: file.path, ...placeOf(it.id), reason: { en: said, zh: said } }
  })
}

/** Where the vector with an id stands. What reads as JSON reads as YAML 1.2 too, and that keeps places. */
function placesIn({ text }: PackFile): (id: string) => Pick<Fault, 'line' | 'column'> {
  const { value, at } = readYaml(text)
  const places = new Map<string, string>()
  for (const list of ['vectors', 'target_vectors']) {
    const entries = (value as Readonly<Record<string, readonly { readonly id: string }[]>>)[list]
    for (const [index, { id }] of (entries ?? []).entries()) places.set(id, `/${list}/${index}`)
  }
  return (id) => at(places.get(id) ?? '')
}
