import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { parseArgs } from 'node:util'
import { Problem } from '../lib/problem.ts'
import type { Language, Text } from '../lib/text.ts'
import { compileColumns } from '../policy/columns/award-table.ts'
import type { PopulationCase } from '../policy/columns/population-file.ts'
import { batchPart } from '../policy/columns/result-lines.ts'
import { compileRules, readPacks, sourcesOf } from '../policy/rules.ts'
import { isMode, type Mode } from '../policy/standing.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io } from './io.ts'
import {
  casesOf,
  POPULATION_OPTIONS,
  type PopulationWish,
  populationFault,
} from './policy-population.ts'
import { startProgress } from './progress.ts'

/** Cases between two moments at which what was written is safe. */
const PART_CASES = 1_000
const TAIL_BYTES = 1_048_576
const HEAD_BYTES_MAX = 10_000

const OPTIONS = {
  ...POPULATION_OPTIONS,
  out: { type: 'string' },
  resume: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const OUT: Text = { en: '--out FILE is needed', zh: '需要 --out 文件' }

/** `waymark policy batch …`. `help` is written where the use is wrong. */
export async function batchCommand(
  args: string[],
  io: Io,
  { language, help }: { readonly language: Language; readonly help: string },
): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS })
  const { out, mode } = values
  if (values.help) {
    io.stdout.write(help)
    return EXIT_DONE
  }
  const fault = out === undefined ? OUT : populationFault(values)
  if (out === undefined || fault !== undefined || !isMode(mode)) {
    io.stderr.write(`waymark: ${fault?.[language] ?? ''}\n\n${help}`)
    return EXIT_WRONG_USE
  }
  const isWhole = await writeBatch({ ...values, out, mode }, io, language)
  return isWhole ? EXIT_DONE : EXIT_FAILED
}

type BatchWish = PopulationWish & {
  readonly out: string
  readonly mode: Mode
  readonly resume?: boolean | undefined
}

/** Whether all cases are written; not where a signal ended it. */
async function writeBatch(wish: BatchWish, io: Io, language: Language): Promise<boolean> {
  const { out, resume = false, mode } = wish
  const sources = sourcesOf(await readPacks(REGION_KINDS))
  const rules = compileRules(sources)
  const digest = createHash('sha256').update(JSON.stringify(sources)).digest('hex')
  const { population = null, synthetic = null, seed } = wish
  using file = openOut(out, {
    resume,
    head: JSON.stringify({ rules: digest, mode, population, synthetic, seed }),
  })
  using stop = stopOnSignal()
  const columnRules = compileColumns(rules)
  const progress = startProgress(io, { total: Number(synthetic ?? 0), language })
  let part: PopulationCase[] = []
  let done = file.lines
  const flush = () => {
    file.append(batchPart(columnRules, part, mode).lines)
    done += part.length
    part = []
    progress.update(done, String(done))
  }
  let seen = 0
  for await (const it of casesOf(rules, wish)) {
    if (++seen <= file.lines) continue
    part.push(it)
    if (part.length === PART_CASES) {
      flush()
      // a signal is heard between two parts
      await new Promise(setImmediate)
      if (stop.isAsked) break
    }
  }
  if (!stop.isAsked && part.length > 0) flush()
  progress.end()
  io.stderr.write(`${lastWord(done, stop.isAsked, language)}\n`)
  return !stop.isAsked
}

function lastWord(done: number, isStopped: boolean, language: Language): string {
  if (language === 'zh')
    return isStopped ? `已停止：完成 ${done} 个案例；加 --resume 继续` : `完成 ${done} 个案例`
  return isStopped
    ? `stopped: ${done} cases are done; go on with --resume`
    : `${done} cases are done`
}

function stopOnSignal(): Disposable & { readonly isAsked: boolean } {
  let isAsked = false
  const stop = () => {
    isAsked = true
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop)
  return {
    get isAsked() {
      return isAsked
    },
    [Symbol.dispose]() {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
    },
  }
}

function openFile(path: string, flags: 'r+' | 'w+'): number {
  try {
    return openSync(path, flags)
  } catch (cause) {
    throw new Problem(
      'unreadable-input',
      { en: `${path} cannot be written`, zh: `无法写入 ${path}` },
      { cause },
    )
  }
}

type OutFile = Disposable & { readonly lines: number; append(lines: readonly string[]): void }

/**
 * The result file: a head that tells by what rules it is made, then a line for each case. Resuming cuts off a torn last line and goes
 * on behind the last whole one. Throws `already-exists` where it is there and not to be resumed, `wrong-state` where it is of other rules.
 */
function openOut(
  path: string,
  { resume, head }: { readonly resume: boolean; readonly head: string },
): OutFile {
  if (!resume && existsSync(path)) {
    throw new Problem('already-exists', {
      en: `${path} is there already; go on with --resume, or name another file`,
      zh: `${path} 已存在；加 --resume 继续，或另选文件`,
    })
  }
  const file = openFile(path, resume && existsSync(path) ? 'r+' : 'w+')
  const { bytes, lines } = wholeLines(file, head)
  ftruncateSync(file, bytes)
  let at = bytes
  const write = (text: string) => {
    const buffer = Buffer.from(text)
    for (let from = 0; from < buffer.length; )
      from += writeSync(file, buffer, from, buffer.length - from, at + from)
    at += buffer.length
    fdatasyncSync(file)
  }
  if (bytes === 0) write(`${head}\n`)
  return {
    lines: Math.max(0, lines - 1),
    append: (added) => write(added.map((it) => `${it}\n`).join('')),
    [Symbol.dispose]: () => closeSync(file),
  }
}

/** How many lines are whole, the head among them, and where they end. */
function wholeLines(file: number, head: string): { bytes: number; lines: number } {
  const first = Buffer.alloc(HEAD_BYTES_MAX)
  const length = readSync(file, first, 0, first.length, 0)
  const start = first.subarray(0, length).toString('utf8')
  if (!start.includes('\n')) return { bytes: 0, lines: 0 }
  if (start.slice(0, start.indexOf('\n')) !== head) {
    throw new Problem('wrong-state', {
      en: 'the file was made by other rules, of another population or in another mode; it cannot be gone on with',
      zh: '该文件由其他规则、其他对象或其他模式生成，不能继续',
    })
  }
  const buffer = Buffer.alloc(TAIL_BYTES)
  let [bytes, lines, from] = [0, 0, 0]
  for (let read = readSync(file, buffer, 0, buffer.length, 0); read > 0; ) {
    for (let at = buffer.indexOf(10); at >= 0 && at < read; at = buffer.indexOf(10, at + 1)) {
      bytes = from + at + 1
      lines++
    }
    from += read
    read = readSync(file, buffer, 0, buffer.length, from)
  }
  return { bytes, lines }
}
