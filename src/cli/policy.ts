import { parseArgs } from 'node:util'
import { formatDigits, isJsonObject, type JsonDigits, parseDigits } from '../lib/json-digits.ts'
import { Problem } from '../lib/problem.ts'
import type { Language } from '../lib/text.ts'
import { evaluate } from '../policy/evaluate.ts'
import { explain, explanationLines, resultText } from '../policy/explain.ts'
import { readRules } from '../policy/rules.ts'
import { fieldsOf, formatJudgement, judgeVector, readVectors } from '../policy/vectors.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { readText } from './input-text.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'
import { batchCommand } from './policy-batch.ts'
import { checkCommand } from './policy-check.ts'
import { diffCommand } from './policy-diff.ts'
import { simulateCommand } from './policy-simulate.ts'
import { verifyBundle } from './policy-verify.ts'

const HELP: Readonly<Record<Language, string>> = {
  en: `waymark policy vectors FILE
waymark policy explain --measure ID --facts FILE [--line N] [--mode live|as_if_in_force] [--json]
waymark policy diff A B [--cases FILE] [--json]
waymark policy verify BUNDLE --key FILE
waymark policy check FOLDER|FILE [--json]
waymark policy simulate --all|--measure ID --population FILE|--synthetic COUNT [--seed N] [--day DAY] [--variant FILE] [--mode live|as_if_in_force] [--json]
waymark policy batch --population FILE|--synthetic COUNT --out FILE [--seed N] [--day DAY] [--resume] [--mode live|as_if_in_force]

vectors evaluates every vector of FILE with the rules of the region packs and prints one line for each: “ok ID”, or “FAIL ID: expected … got …” with
the fields that differ. Needs no node, no network and no data folder. Exit code 0 when none failed, else 1.

explain says what the rules make of one case (FILE holds the facts as a JSON object), and why: every test with what it saw, every limit with
what it would have allowed. Exit code 0 whatever comes of it.

diff tells in words what differs between two versions of a measure; A and B are a rule file each, or the id of a measure of the packs. With
--cases (a file of vectors, a JSON list or one JSON object of facts a line) it tells which of the cases change. Exit code 0 whatever differs.

verify recomputes a published decision offline from its bundle, and the proof that it stands in the evidence log. Exit code 0 where everything is right, else 1.

check says what is wrong with a region pack, or with one file of it, each fault as FILE:LINE:COLUMN: REASON. Exit code 1 where anything is.

simulate says what measures cost over a population: a file of cases (NDJSON, one object of facts a line, or CSV whose head names facts), or
enterprises made up by a seed. --variant puts measures of a rule file, as they would become, beside those in force: who wins, who loses,
which quotas and budgets come under pressure. Simulates as if everything were in force; --mode live asks for what pays today.

batch writes what all measures make of each case into FILE, a line each; SIGINT stops it, --resume goes on without doubling a line.
“waymark policy explain --measure ID --facts FILE --line N” opens line N of a result.
`,
  zh: `waymark policy vectors 文件
waymark policy explain --measure 编号 --facts 文件 [--line 行号] [--mode live|as_if_in_force] [--json]
waymark policy diff 甲 乙 [--cases 文件] [--json]
waymark policy verify 决定包 --key 公钥文件
waymark policy check 目录|文件 [--json]
waymark policy simulate --all|--measure 编号 --population 文件|--synthetic 数量 [--seed 种子] [--day 日期] [--variant 文件] [--mode live|as_if_in_force] [--json]
waymark policy batch --population 文件|--synthetic 数量 --out 文件 [--seed 种子] [--day 日期] [--resume] [--mode live|as_if_in_force]

vectors 用区域包的规则计算文件中的每条向量，逐行输出“ok 编号”或“FAIL 编号: expected … got …”（只列不同的字段）。不需要节点、网络和数据目录。全部通过时退出码为 0，否则为 1。

explain 说明一个案例（文件为事实的 JSON 对象）的结果及理由：每项检查及其所见、每个限额及其允许的金额。无论结果如何，退出码均为 0。

diff 用文字说明一项措施两个版本的差异；甲、乙各为规则文件，或区域包中措施的编号。给出 --cases（向量文件、JSON 列表，或每行一个事实的 JSON 对象）时，说明哪些案例会变化。无论有无差异，退出码均为 0。

verify 离线重算已公布的决定，并核对其在存证日志中的证明。全部正确时退出码为 0，否则为 1。

check 列出区域包或其中一个文件的错误，格式为“文件:行:列: 原因”。有错误时退出码为 1。

simulate 测算措施在一批对象上的支出：案例文件（NDJSON，每行一个事实对象；或以事实项为表头的 CSV），或按种子生成的虚构企业。--variant
将规则文件中拟变更的措施与现行措施对照：谁增加、谁减少，哪些名额和预算吃紧。默认视同全部有效；--mode live 只看当前可兑现的。

batch 将所有措施对每个案例的结果逐行写入文件；SIGINT 停止，--resume 继续且不重复。
“waymark policy explain --measure 编号 --facts 文件 --line 行号”可打开结果中的一行。
`,
}

export async function policyCommand(args: string[], io: Io): Promise<number> {
  const language = languageOfEnv(io.env)
  const [verb, ...rest] = args
  if (verb === 'vectors') return vectors(rest, io, language)
  if (verb === 'diff') return diffCommand(rest, io, { language, help: HELP[language] })
  if (verb === 'explain') return explainCase(rest, io, language)
  if (verb === 'verify') return verifyBundle(rest, io, language)
  if (verb === 'check') return checkCommand(rest, io, { language, help: HELP[language] })
  if (verb === 'simulate') return simulateCommand(rest, io, { language, help: HELP[language] })
  if (verb === 'batch') return batchCommand(rest, io, { language, help: HELP[language] })
  if (verb === '--help' || verb === '-h') {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  io.stderr.write(HELP[language])
  return EXIT_WRONG_USE
}

async function vectors(args: string[], io: Io, language: Language): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  })
  const [path, ...more] = positionals
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  if (path === undefined || more.length > 0) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const list = readVectors(await readText(path))
  const rules = await readRules(REGION_KINDS)
  let failed = 0
  const lines = list.map((vector) => {
    const judgement = judgeVector(rules, vector)
    if (judgement.differs.length > 0) failed++
    return `${formatJudgement(judgement)}\n`
  })
  io.stdout.write(`${lines.join('')}${list.length - failed} passed, ${failed} failed\n`)
  return failed === 0 ? EXIT_DONE : EXIT_FAILED
}

async function explainCase(args: string[], io: Io, language: Language): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      measure: { type: 'string' },
      facts: { type: 'string' },
      line: { type: 'string' },
      mode: { type: 'string', default: 'live' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const { measure, facts: path, mode } = values
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  if (measure === undefined || path === undefined) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const facts = readFacts(await readText(path), path, values.line)
  const rules = await readRules(REGION_KINDS)
  const outcome = evaluate(rules, { measure, mode, facts })
  const steps = explain(outcome, rules)
  if (values.json) {
    const explanation = parseDigits(JSON.stringify(steps))
    io.stdout.write(`${formatDigits({ ...fieldsOf(outcome), explanation })}\n`)
    return EXIT_DONE
  }
  const head = `${measure}: ${resultText(outcome)[language]}`
  const reasons = `  ${outcome.reasons.join(' ')}`
  io.stdout.write(`${[head, reasons, ...explanationLines(steps, language)].join('\n')}\n`)
  return EXIT_DONE
}

/** Facts alone, or a line of a batch's result with its facts in it. */
function readFacts(text: string, path: string, line: string | undefined): JsonDigits {
  try {
    const json = parseDigits(line === undefined ? text : lineOf(text, line))
    return isJsonObject(json) && isJsonObject(json.facts ?? null) ? (json.facts ?? null) : json
  } catch (cause) {
    const said = { en: `${path} is no JSON`, zh: `${path} 不是 JSON` }
    throw new Problem('invalid-input', said, { cause })
  }
}

/** The line of a result that says it is this one. */
function lineOf(text: string, line: string): string {
  return text.split('\n').find((it) => it.startsWith(`{"line":${line},`)) ?? ''
}
