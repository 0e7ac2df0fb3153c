import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Fault, formatFault } from '../kernel/packs/fault.ts'
import { readPack } from '../kernel/packs/pack.ts'
import { Problem } from '../lib/problem.ts'
import type { Language } from '../lib/text.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io } from './io.ts'

const REGION_FILE = 'region.yaml'

/** `waymark policy check FOLDER|FILE [--json]`: a pack, or what is wrong in one file of it. */
export async function checkCommand(
  args: string[],
  io: Io,
  { language, help }: { readonly language: Language; readonly help: string },
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  const [path, ...more] = positionals
  if (values.help) {
    io.stdout.write(help)
    return EXIT_DONE
  }
  if (path === undefined || more.length > 0) {
    io.stderr.write(help)
    return EXIT_WRONG_USE
  }
  const { faults, measures } = await checked(path)
  if (values.json)
    io.stdout.write(`${JSON.stringify({ ok: faults.length === 0, measures, faults })}\n`)
  else if (faults.length === 0) io.stdout.write(summary(measures, language))
  for (const fault of values.json ? [] : faults)
    io.stderr.write(`${formatFault(fault, language)}\n`)
  return faults.length === 0 ? EXIT_DONE : EXIT_FAILED
}

async function checked(path: string): Promise<{ faults: readonly Fault[]; measures: number }> {
  const folder = packFolderOf(path)
  const { pack, faults } = await readPack(folder, REGION_KINDS)
  const measures = pack?.own('measures').length ?? 0
  if (folder === path) return { faults, measures }
  return { faults: faults.filter((it) => resolve(it.file) === resolve(path)), measures }
}

/** The folder itself, or the pack that a file stands in. */
function packFolderOf(path: string): string {
  if (existsSync(path) && statSync(path).isDirectory()) return path
  for (let at = dirname(path), up = 0; up < 3; up++, at = join(at, '..')) {
    if (existsSync(join(at, REGION_FILE))) return at
  }
  throw new Problem('unreadable-input', {
    en: `${path} is neither a region pack nor a file of one`,
    zh: `${path} 既不是区域包，也不是其中的文件`,
  })
}

function summary(measures: number, language: Language): string {
  return language === 'zh'
    ? `措施 ${measures} 项；没有错误\n`
    : `${measures} measures; nothing is wrong\n`
}
