/**
 * waymark-check: recomputes a published decision on plain Node, offline. `node waymark-check.mjs BUNDLE --key FILE`; exit code 0
 * where everything is right, 1 where anything is not or cannot be read.
 */
import { readFileSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parseVerifierKey } from '../../kernel/evidence/note.ts'
import { BUNDLE_BYTES_MAX, checkBundle } from './bundle.ts'

const USAGE =
  'Usage: node waymark-check.mjs BUNDLE --key FILE\n用法：node waymark-check.mjs 决定包 --key 公钥文件\n'

process.exitCode = run(process.argv.slice(2))

function run(args: string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { key: { type: 'string' } },
    })
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0 || values.key === undefined) return refuse(USAGE)
    return check(path, values.key)
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n`)
  }
}

function check(path: string, keyPath: string): number {
  const verifier = parseVerifierKey(readText(keyPath).trim())
  if (verifier === undefined)
    return refuse(`${keyPath}: not a verifier key (NAME+HASH+KEY) 不是验证公钥\n`)
  const findings = checkBundle(JSON.parse(readText(path)), verifier)
  for (const { fault, detail } of findings) process.stderr.write(`✗ ${fault}: ${detail}\n`)
  if (findings.length > 0) return 1
  process.stdout.write(
    '✓ the decision stands in the signed log and comes out the same 决定已在签名日志中，重算结果一致\n',
  )
  return 0
}

function readText(path: string): string {
  if (statSync(path).size > BUNDLE_BYTES_MAX) {
    throw new RangeError(`${path} is larger than ${BUNDLE_BYTES_MAX} bytes`)
  }
  return readFileSync(path, 'utf8')
}

function refuse(text: string): number {
  process.stderr.write(text)
  return 1
}
