import { parseArgs } from 'node:util'
import { parseVerifierKey } from '../kernel/evidence/note.ts'
import { Problem } from '../lib/problem.ts'
import type { Language, Text } from '../lib/text.ts'
import { checkBundle } from '../policy/checker/bundle.ts'
import { readText } from './input-text.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io } from './io.ts'

const USAGE: Text = {
  en: `waymark policy verify BUNDLE --key FILE

Recomputes a published decision offline: the signed head of the evidence log, the proof that the decision stands under it, the digests of
rules, readings, facts and result, and the result itself by the second evaluator. FILE holds the log's verifier key
(/evidence/key of the node). Exit code 0 where everything is right, else 1. The same as \`node waymark-check.mjs\`.
`,
  zh: `waymark policy verify 决定包 --key 公钥文件

离线重算已公布的决定：存证日志的签名、决定在日志中的证明、规则、解释、事实与结果的摘要，并用第二套计算程序重算结果。公钥文件为日志的验证公钥（节点的 /evidence/key）。
全部正确时退出码为 0，否则为 1。与 \`node waymark-check.mjs\` 相同。
`,
}

const RIGHT: Text = {
  en: '✓ the decision stands in the signed log and comes out the same\n',
  zh: '✓ 决定已在签名日志中，重算结果一致\n',
}

/** Verifies a bundle as anybody may. @throws Problem `unreadable-input` */
export async function verifyBundle(args: string[], io: Io, language: Language): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { key: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  const [path, ...more] = positionals
  if (values.help) {
    io.stdout.write(USAGE[language])
    return EXIT_DONE
  }
  if (path === undefined || more.length > 0 || values.key === undefined) {
    io.stderr.write(USAGE[language])
    return EXIT_WRONG_USE
  }
  const verifier = parseVerifierKey((await readText(values.key)).trim())
  if (verifier === undefined) throw unreadable(values.key, 'no verifier key', '不是验证公钥')
  const findings = checkBundle(parsed(path, await readText(path)), verifier)
  for (const { fault, detail } of findings) io.stderr.write(`✗ ${fault}: ${detail}\n`)
  if (findings.length > 0) return EXIT_FAILED
  io.stdout.write(RIGHT[language])
  return EXIT_DONE
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable(path, 'no JSON', '不是 JSON')
  }
}

function unreadable(path: string, en: string, zh: string): Problem {
  return new Problem('unreadable-input', { en: `${path}: ${en}`, zh: `${path}：${zh}` })
}
