import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readEntries } from '../kernel/packs/entries.ts'
import { type Fault, formatFault } from '../kernel/packs/fault.ts'
import type { PackEntry } from '../kernel/packs/kind.ts'
import { unknownName } from '../kernel/packs/nearest.ts'
import { formatYuan } from '../lib/money.ts'
import { Problem } from '../lib/problem.ts'
import type { Language, Text } from '../lib/text.ts'
import { measureFindings } from '../policy/check.ts'
import type { Measure } from '../policy/measure-schema.ts'
import { compileRules, type Rules, readPacks, sourcesOf } from '../policy/rules.ts'
import {
  type ComparedCase,
  compareCases,
  type GivenCase,
  rulesWith,
  type Side,
} from '../policy/versions/cases.ts'
import { type Change, differenceOf } from '../policy/versions/difference.ts'
import { readCases } from '../policy/versions/read-cases.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { readText } from './input-text.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io } from './io.ts'

/** One measure on both sides; one of them is absent where it came or went. */
type Pair = { readonly id: string; readonly before?: Measure; readonly after?: Measure }
type Compared = Pair & { readonly changes: readonly Change[]; readonly cases: ComparedCase[] }

/** `waymark policy diff A B [--cases FILE] [--json]`. `help` is written where the use is wrong. */
export async function diffCommand(
  args: string[],
  io: Io,
  { language, help }: { readonly language: Language; readonly help: string },
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      cases: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [a, b, ...more] = positionals
  if (values.help) {
    io.stdout.write(help)
    return EXIT_DONE
  }
  if (a === undefined || b === undefined || more.length > 0) {
    io.stderr.write(help)
    return EXIT_WRONG_USE
  }
  const rules = compileRules(sourcesOf(await readPacks(REGION_KINDS)))
  const pairs = pairsOf(await measuresIn(a, rules), await measuresIn(b, rules))
  const cases = values.cases === undefined ? [] : readCases(await readText(values.cases))
  const compared = pairs.map((it) => compare(it, rules, cases))
  io.stdout.write(
    values.json
      ? `${JSON.stringify({ measures: compared.map(jsonOf) })}\n`
      : compared.map((it) => textOf(it, language)).join(''),
  )
  return EXIT_DONE
}

/** The measures of a rule file, or the one of the packs that has this id. */
export async function measuresIn(name: string, rules: Rules): Promise<Measure[]> {
  const known = rules.measures.get(name)
  if (known !== undefined) return [known.measure]
  const isFile = existsSync(name) || /[./\\]/.test(name)
  if (!isFile) {
    const word = { en: 'measure or file', zh: '措施或文件' }
    throw new Problem('invalid-input', unknownName(name, rules.measures.keys(), word))
  }
  const kind = REGION_KINDS.find((it) => it.folder === 'measures')
  if (kind === undefined) return []
  const read = readEntries({ path: name, text: await readText(name) }, kind)
  const entries = read.entries as PackEntry<Measure>[]
  const faults = [...read.faults, ...ruleFaults(entries, rules)]
  if (faults.length === 0) return entries.map((it) => it.value)
  const told = (language: Language) => faults.map((it) => formatFault(it, language)).join('\n')
  throw new Problem('unreadable-input', { en: told('en'), zh: told('zh') })
}

/** What the schema cannot tell of measures that stand beside those of the packs: names, units, rates. */
function ruleFaults(entries: readonly PackEntry<Measure>[], rules: Rules): Fault[] {
  const held = [...rules.measures].map(([id, it]): [string, Measure] => [id, it.measure])
  const given = entries.map((it): [string, Measure] => [it.id, it.value])
  const known = {
    facts: rules.facts,
    applicantTypes: new Set(rules.types.keys()),
    measures: new Map([...held, ...given]),
  }
  return entries
    .flatMap((it) => measureFindings(it, known))
    .map(({ entry, pointer, reason }) => ({ file: entry.file, ...entry.at(pointer), reason }))
}

/** Two single measures are compared whatever they are called; of lists, those of one id. */
function pairsOf(before: readonly Measure[], after: readonly Measure[]): Pair[] {
  const [one, other] = [before[0], after[0]]
  if (before.length === 1 && after.length === 1 && one !== undefined && other !== undefined) {
    return [{ id: other.id, before: one, after: other }]
  }
  const old = new Map(before.map((it) => [it.id, it]))
  const next = new Map(after.map((it) => [it.id, it]))
  return [...new Set([...old.keys(), ...next.keys()])].map((id) => {
    const [was, is] = [old.get(id), next.get(id)]
    return {
      id,
      ...(was !== undefined && { before: was }),
      ...(is !== undefined && { after: is }),
    }
  })
}

function compare(pair: Pair, rules: Rules, cases: readonly GivenCase[]): Compared {
  const { id, before, after } = pair
  if (before === undefined || after === undefined) return { ...pair, changes: [], cases: [] }
  const place = rules.places.get(before.id) ?? rules.places.get(id) ?? ''
  const under = (measure: Measure) => rulesWith(rules, { ...measure, id }, place)
  const sides = { before: under(before), after: under(after) }
  return {
    ...pair,
    changes: differenceOf(before, after, rules),
    cases: compareCases(cases, id, sides),
  }
}

function textOf({ id, before, after, changes, cases }: Compared, language: Language): string {
  const say = (text: Text) => text[language]
  if (before === undefined) return say({ en: `${id}: new\n`, zh: `${id}：新增\n` })
  if (after === undefined) return say({ en: `${id}: dropped\n`, zh: `${id}：删除\n` })
  const count = changes.length
  const head =
    count === 0
      ? { en: `${id}: no difference\n`, zh: `${id}：没有差异\n` }
      : {
          en: `${id}: ${count} ${count === 1 ? 'change' : 'changes'}\n`,
          zh: `${id}：${count} 处变化\n`,
        }
  const changed = cases.filter((it) => it.changes)
  const sum = {
    en: `${changed.length} of ${cases.length} cases change\n`,
    zh: `${cases.length} 个案例中有 ${changed.length} 个变化\n`,
  }
  return [
    say(head),
    ...changes.map((it) => `  ${say(it.text)}\n`),
    ...(cases.length === 0 ? [] : [say(sum)]),
    ...changed.map(
      (it) => `  ${it.id}: ${sideText(it.before, language)} → ${sideText(it.after, language)}\n`,
    ),
    ...cases.flatMap(({ id: name, error }) =>
      error === undefined ? [] : [`  ${name}: ${error.text[language]}\n`],
    ),
  ].join('')
}

function sideText(side: Side | undefined, language: Language): string {
  const say = (text: Text) => text[language]
  if (side === undefined) return ''
  if (side.eligible === false) return say({ en: 'does not fit', zh: '不符合' })
  if (side.eligible === null) return say({ en: 'open', zh: '待定' })
  if (side.amountFen === null) return say({ en: 'fits, amount open', zh: '符合，金额待定' })
  const yuan = formatYuan(side.amountFen)
  return say({ en: `${yuan} yuan`, zh: `${yuan} 元` })
}

function jsonOf({ id, before, after, changes, cases }: Compared) {
  return {
    measure: id,
    state: before === undefined ? 'new' : after === undefined ? 'dropped' : 'compared',
    changes,
    cases: {
      total: cases.length,
      changed: cases.filter((it) => it.changes).length,
      items: cases.map((it) => ({
        id: it.id,
        changes: it.changes,
        ...(it.before !== undefined && { before: sideJson(it.before) }),
        ...(it.after !== undefined && { after: sideJson(it.after) }),
        ...(it.error !== undefined && { error: it.error.text }),
      })),
    },
  }
}

/** Money as fen in decimal text, as everywhere in JSON. */
function sideJson({ eligible, amountFen, basis, reasons }: Side) {
  return { eligible, amountFen: amountFen?.toString() ?? null, basis, reasons }
}
