import { parseArgs } from 'node:util'
import { formatFault } from '../kernel/packs/fault.ts'
import { type Pack, type PackRead, readPack } from '../kernel/packs/pack.ts'
import type { Language, Text } from '../lib/text.ts'
import { vectorFaults } from '../policy/pack-vectors.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'

const HELP: Text = {
  en: `Usage: waymark region check FOLDER [--json]

Checks a region pack without a node: its files, their schemas, and every name in them, with the regions above it, whose
folders stand beside it; then its vectors (vectors/NAME.json), evaluated with its rules. Each fault is told as FILE:LINE:COLUMN: REASON, all at once.

  --json  one JSON object on standard output

Exit code: 0 nothing is wrong, 1 something is, 2 wrong use.
`,
  zh: `用法：waymark region check 目录 [--json]

无需节点即可校验区域包：检查其文件、结构和其中的每个名称，并连同放在同级目录的上级区域一起检查；
随后用其规则计算其向量（vectors/名称.json）。每处错误以“文件:行:列: 原因”列出，一次列全。

  --json  在标准输出上输出一个 JSON 对象

退出码：0 没有错误，1 有错误，2 用法错误。
`,
}

/** `waymark region check FOLDER [--json]`. */
export async function regionCommand(args: string[], io: Io): Promise<number> {
  const language = languageOfEnv(io.env)
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  const [deed, folder, ...more] = positionals
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  if (deed !== 'check' || folder === undefined || more.length > 0) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const read = withVectors(await readPack(folder, REGION_KINDS))
  const isRight = read.faults.length === 0
  if (values.json) io.stdout.write(`${JSON.stringify(jsonOf(read))}\n`)
  else if (isRight && read.pack !== undefined) io.stdout.write(summary(read.pack, language))
  else tellFaults(read, io, language)
  return isRight ? EXIT_DONE : EXIT_FAILED
}

/** What is read right is also to compute what its own vectors say. */
function withVectors({ pack, faults }: PackRead): PackRead {
  return { pack, faults: pack === undefined || faults.length > 0 ? faults : vectorFaults(pack) }
}

function jsonOf({ pack, faults }: PackRead) {
  return {
    ok: faults.length === 0,
    region: pack?.region ?? null,
    entries: pack === undefined ? {} : Object.fromEntries(countsOf(pack)),
    faults,
  }
}

function countsOf(pack: Pack): [string, number][] {
  return REGION_KINDS.map(({ folder }) => [folder, pack.own(folder).length])
}

function summary(pack: Pack, language: Language): string {
  const { code, name } = pack.region
  const counts = REGION_KINDS.filter(({ folder }) => pack.own(folder).length > 0).map(
    ({ folder, word }) =>
      language === 'zh'
        ? `${word.zh} ${pack.own(folder).length}`
        : `${folder} ${pack.own(folder).length}`,
  )
  const list = counts.join(language === 'zh' ? '，' : ', ')
  return language === 'zh'
    ? `${code} ${name.zh}：${list}；没有错误\n`
    : `${code} ${name.en}: ${list}; nothing is wrong\n`
}

function tellFaults({ faults }: PackRead, io: Io, language: Language): void {
  for (const fault of faults) io.stderr.write(`${formatFault(fault, language)}\n`)
  io.stderr.write(
    language === 'zh'
      ? `共 ${faults.length} 处错误\n`
      : `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n`,
  )
}
