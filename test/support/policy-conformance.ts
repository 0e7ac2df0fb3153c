import { relative } from 'node:path'
import type { PackEntry, PackKind } from '../../src/kernel/packs/kind.ts'
import type { Pack } from '../../src/kernel/packs/pack.ts'
import { readRegion } from '../../src/kernel/packs/regions.ts'
import { packageRoot } from '../../src/lib/package-root.ts'
import { REGION_KINDS } from '../../src/region-kinds.ts'
import { type ClauseRow, readClauses } from './policy-spec.ts'
import { packVectors } from './policy-vectors.ts'

const VECTORS_SHOWN_MAX = 4

type Held = { readonly entry: PackEntry; readonly pack: Pack }
type Vectors = {
  readonly vectors: readonly { readonly id: string; readonly measure: string }[]
  readonly target_vectors: readonly { readonly id: string; readonly target: string }[]
}

const HEAD = `# Support measures: conformance

Every clause of the five papers: the file that holds it, what tests it, and the readings it rests on (an *assumption* is computed
and shown beside the number; what is *open* gives bounds until somebody supplies or decides what is missing). Generated from the
packs by \`npm run docs\`; a test fails where it is not what they say, or where a measure has no vector.

Vectors (\`WV-…\`) stand in [spec/policy](../../spec/policy/README.md) and are run by the engine (\`src/policy/vectors.test.ts\`) and by the
second evaluator (\`src/policy/checker/vectors.test.ts\`); both evaluators are held against each other on random cases of every
measure (\`src/policy/checker/evaluate.test.ts\`), and the packs against the clauses and the parameter sheet (\`test/regions.test.ts\`).

| clause | held in | tests | readings |
| --- | --- | --- | --- |
`

/** \`docs/conformance/policy.md\`: clause → file → test → assumption or open point. */
export async function policyConformancePage(): Promise<string> {
  const packs = new Map<string, Pack>()
  for (const code of new Set(readClauses().map((it) => it.region))) {
    const { pack } = await readRegion(code, { kinds: REGION_KINDS })
    if (pack !== undefined) packs.set(code, pack)
  }
  const vectors = packVectors() as Vectors
  const rows = readClauses().map((row) => rowOf(row, heldIn(packs.get(row.region), row), vectors))
  return `${HEAD}${rows.join('\n')}\n`
}

function heldIn(pack: Pack | undefined, { clause }: ClauseRow): Held {
  for (const kind of pack === undefined ? [] : REGION_KINDS) {
    const entry = pack?.own(kind.folder).find((it) => idsOf(it, kind).includes(clause))
    if (entry !== undefined && pack !== undefined) return { entry, pack }
  }
  throw new Error(`no pack holds ${clause}`)
}

function idsOf({ id, value }: PackEntry, kind: PackKind): string[] {
  return [id, ...(kind.innerIds?.(value as never) ?? []).map((it) => it.id)]
}

function rowOf(row: ClauseRow, { entry, pack }: Held, vectors: Vectors): string {
  const file = relative(packageRoot(), entry.file)
  return `| ${row.clause} | \`${file}\` | ${testsOf(row, vectors)} | ${readingsOf(entry, pack)} |`
}

function testsOf(
  { clause, kind }: ClauseRow,
  { vectors, target_vectors: targets }: Vectors,
): string {
  const found = [
    ...vectors.filter((it) => it.measure.split(/[+:]/).includes(clause)),
    ...targets.filter((it) => it.target === clause),
  ].map((it) => it.id)
  if (kind === 'measure' && found.length === 0) throw new Error(`no vector of ${clause}`)
  if (found.length === 0) return '`test/regions.test.ts`'
  const more = found.length - VECTORS_SHOWN_MAX
  return `${found.slice(0, VECTORS_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function readingsOf({ value }: PackEntry, pack: Pack): string {
  const { readings = [] } = value as { readonly readings?: readonly string[] }
  return readings.map((id) => `${id} ${treatmentOf(pack, id)}`).join(', ')
}

function treatmentOf(pack: Pack, id: string): string {
  const reading = pack.find('readings', id)?.value as
    | { readonly treatment: string; readonly until?: { readonly en: string } }
    | undefined
  if (reading === undefined) throw new Error(`no reading ${id}`)
  return reading.until === undefined ? '*assumption*' : `*open* until ${reading.until.en}`
}
