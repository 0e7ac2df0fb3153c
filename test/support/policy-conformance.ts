import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { PackEntry, PackKind } from '../../src/kernel/packs/kind.ts'
import type { Pack } from '../../src/kernel/packs/pack.ts'
import { readRegion } from '../../src/kernel/packs/regions.ts'
import { packageRoot } from '../../src/lib/package-root.ts'
import { REGION_KINDS } from '../../src/region-kinds.ts'
import { SECTIONS, type Section } from './policy-sections.ts'
import {
  type ClauseRow,
  type ParameterRow,
  readClauses,
  readParameterSheet,
} from './policy-spec.ts'
import { packVectors } from './policy-vectors.ts'

const VECTORS_SHOWN_MAX = 4
const PACK_TEST = 'test/regions.test.ts'
/** `MISSING_DETERMINATION:<name>` stands for any. */
const ANY_NAME = '<name>'

type Vector = {
  readonly id: string
  readonly measure: string
  readonly expected: { readonly reasons: readonly string[] }
}
type TargetVector = { readonly id: string; readonly target: string }
type Held = { readonly entry: PackEntry; readonly pack: Pack }
type Words = { readonly zh: string; readonly en: string }
type Reading = {
  readonly words: Words
  readonly reading: Words
  readonly treatment: string
  readonly until?: Words
  readonly reasonCodes?: readonly string[]
}
type World = {
  readonly packs: ReadonlyMap<string, Pack>
  readonly vectors: readonly Vector[]
  readonly targets: readonly TargetVector[]
  readonly sheet: ReadonlyMap<string, ParameterRow>
}

const HEAD = `# Support measures: conformance

Generated from the packs by \`npm run docs\`; a test fails where it is not what they say, where a clause or a reading has no row, or a row no
test.

Vectors (\`WV-…\`) stand in \`regions/*/vectors\` and are run by the engine (\`src/policy/vectors.test.ts\`) and by the
second evaluator (\`src/policy/checker/vectors.test.ts\`). Of random cases of every measure, a thousand each and in the long run a hundred
thousand, the engine's closures are held against the second evaluator (\`src/policy/checker/evaluate.test.ts\`) and against its columns
(\`src/policy/columns/columns.test.ts\`); the packs against the clauses and the parameter sheet (\`test/regions.test.ts\`,
[spec/policy](../../spec/policy/README.md)). A changed threshold, comparator, cap or day fails some vector (\`src/policy/mutation.test.ts\`).

## Clauses

Every clause of the five papers: its rule, the file that holds it, what tests it, and the readings it rests on (an *assumption* is computed
and shown beside the number; what is *open* gives bounds until somebody supplies or decides what is missing). Of a measure the rule is its
class and figures as in the parameter sheet, in yuan: F fixed, R rate, M match, RC and MC ceilings of these, C a ceiling alone, X tiers to
come, S selected.

| clause | rule | held in | tests | readings |
| --- | --- | --- | --- | --- |
`

const READINGS_HEAD = `
## Assumptions and open points

Every ambiguity of the papers: how it is treated, the reading that holds, which clauses rest on it, and what tests it. An official adopts
another reading as a new version of the pack's \`readings/\`; nothing in the program knows one.

| no. | words | treatment | reading | clauses | tests |
| --- | --- | --- | --- | --- | --- |
`

const SECTIONS_HEAD = `
## How things are done

What the papers ask of the desk beside its measures.

| section | rule | held in | tests | assumption or open point |
| --- | --- | --- | --- | --- |
`

/** `docs/conformance/policy.md`: clause → rule → file → test → assumption or open point; each reading; each section of procedure. */
export async function policyConformancePage(): Promise<string> {
  const world = await openWorld()
  const clauses = readClauses().map((row) => clauseRow(row, world))
  const readings = readingsOf(world).map((it) => readingRow(it, world))
  const sections = SECTIONS.map(sectionRow)
  return [
    `${HEAD}${clauses.join('\n')}\n`,
    `${READINGS_HEAD}${readings.join('\n')}\n`,
    `${SECTIONS_HEAD}${sections.join('\n')}\n`,
  ].join('')
}

async function openWorld(): Promise<World> {
  const packs = new Map<string, Pack>()
  for (const code of new Set(readClauses().map((it) => it.region))) {
    const { pack } = await readRegion(code, { kinds: REGION_KINDS })
    if (pack !== undefined) packs.set(code, pack)
  }
  const { vectors, target_vectors: targets } = packVectors<Vector, TargetVector>()
  return {
    packs,
    vectors,
    targets,
    sheet: new Map(readParameterSheet().map((it) => [it.measure, it])),
  }
}

function clauseRow(row: ClauseRow, world: World): string {
  const { entry, pack } = heldIn(world.packs.get(row.region), row)
  const own = (entry.value as { readonly readings?: readonly string[] }).readings ?? []
  const readings = own.map((id) => `${id} ${treatmentOf(findReading(pack, id))}`).join(', ')
  return tableRow([row.clause, ruleOf(row, world), fileOf(entry), testsOf(row, world), readings])
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

/** Of a measure its class and figures, of anything else what it is. */
function ruleOf({ clause, kind }: ClauseRow, { sheet }: World): string {
  if (kind !== 'measure') return kind
  const row = sheet.get(clause)
  if (row === undefined) throw new Error(`${clause} is not in the parameter sheet`)
  const figures = [
    row.rate,
    listed(row.fixed).join(' or '),
    capsOf(row),
    row.quota === '' ? '' : `${row.quota} places`,
    row.publicFunds === '' ? '' : `public money: ${row.publicFunds}`,
  ]
  return [`${kind}, ${row.class}`, ...figures.filter((it) => it !== '')].join('; ')
}

/** Several caps are counted per one thing, or each per its own. */
function capsOf({ cap, limit }: ParameterRow): string {
  const caps = listed(cap)
  const limits = listed(limit)
  const of = (amount: string, per: string | undefined) => `≤ ${amount} per ${per}`
  if (limits.length > 1) return caps.map((it, at) => of(it, limits[at])).join(', ')
  return caps.length === 0 ? '' : of(caps.join(' or '), limits[0])
}

/** Values of a cell, digits in threes. */
function listed(values: string): string[] {
  if (values === '') return []
  const grouped = values.replaceAll(/\d{4,}/g, (it) => Number(it).toLocaleString('en'))
  return grouped.split(';').map((it) => it.trim())
}

function testsOf({ clause, kind }: ClauseRow, { vectors, targets }: World): string {
  const found = [
    ...vectors.filter((it) => measuresOf(it).includes(clause)),
    ...targets.filter((it) => it.target === clause),
  ].map((it) => it.id)
  if (kind === 'measure' && found.length === 0) throw new Error(`no vector of ${clause}`)
  return found.length === 0 ? `\`${PACK_TEST}\`` : someOf(found)
}

function measuresOf({ measure }: Vector): string[] {
  return measure.split(/[+:]/)
}

function someOf(ids: readonly string[]): string {
  const more = ids.length - VECTORS_SHOWN_MAX
  return `${ids.slice(0, VECTORS_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

type ReadingHeld = { readonly id: string; readonly reading: Reading; readonly entries: PackEntry[] }

/** Each once, in order of its number; two packs may hold the same one. */
function readingsOf({ packs }: World): ReadingHeld[] {
  const found = new Map<string, ReadingHeld>()
  for (const pack of packs.values()) {
    for (const entry of pack.own('readings')) {
      const known = found.get(entry.id)
      const held = { id: entry.id, reading: entry.value as Reading, entries: [entry] }
      if (known === undefined) found.set(entry.id, held)
      else known.entries.push(entry)
    }
  }
  return [...found.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

function readingRow({ id, reading }: ReadingHeld, world: World): string {
  const clauses = clausesWith(id, world)
  const { words, reading: adopted } = reading
  const tests = testsOfReading(reading, clauses, world)
  const cells = [id, words.zh, treatmentOf(reading), adopted.en, clauses.join(', '), tests]
  return tableRow(cells)
}

function clausesWith(id: string, { packs }: World): string[] {
  const found = readClauses().filter((row) => {
    const { value } = heldIn(packs.get(row.region), row).entry
    return (value as { readonly readings?: readonly string[] }).readings?.includes(id)
  })
  return found.map((it) => it.clause)
}

/** Vectors that tell its codes: those of its clauses, where it has any; else vectors of its clauses; else the packs' own test. */
function testsOfReading(
  { reasonCodes = [] }: Reading,
  clauses: readonly string[],
  { vectors }: World,
): string {
  const own = vectors.filter((it) => measuresOf(it).some((one) => clauses.includes(one)))
  const tells = ({ expected }: Vector) => expected.reasons.some((it) => isAmong(it, reasonCodes))
  const telling = (clauses.length > 0 ? own : vectors).filter(tells)
  const found = telling.length > 0 ? telling : own
  return found.length === 0 ? `\`${PACK_TEST}\`` : someOf(found.map((it) => it.id))
}

function isAmong(reason: string, codes: readonly string[]): boolean {
  return codes.some((it) =>
    it.endsWith(ANY_NAME) ? reason.startsWith(it.slice(0, -ANY_NAME.length)) : reason === it,
  )
}

function findReading(pack: Pack, id: string): Reading {
  const found = pack.find('readings', id)?.value as Reading | undefined
  if (found === undefined) throw new Error(`no reading ${id}`)
  return found
}

function treatmentOf({ until }: Reading): string {
  return until === undefined ? '*assumption*' : `*open* until ${until.en}`
}

function sectionRow({ title, rule, files, tests, open }: Section): string {
  return tableRow([title, rule, pathsOf(files), pathsOf(tests), open])
}

function pathsOf(paths: readonly string[]): string {
  const absent = paths.find((it) => !existsSync(join(packageRoot(), it)))
  if (absent !== undefined) throw new Error(`there is no ${absent}`)
  return paths.map((it) => `\`${it}\``).join(', ')
}

function fileOf({ file }: PackEntry): string {
  return `\`${relative(packageRoot(), file)}\``
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((it) => it.replaceAll('|', '\\|')).join(' | ')} |`
}
