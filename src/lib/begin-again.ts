import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Begins the program again, once and as the same process, with what only the surroundings that a program begins with can say:
 * - One store of free memory for all of its threads. glibc otherwise gives each thread one of its own, and what one of a
 *   node's dozen threads has let go of is of no use to the others: of the 700 MB a node held while ten million lines came in,
 *   some 140 lay in such stores. Who has set `MALLOC_ARENA_MAX` is heeded.
 * - That what was compiled of the program is kept, from its first file on, for all of its threads: a start otherwise spends
 *   a fifth of its time on what the start before has done, mostly in threads. Who has set `NODE_COMPILE_CACHE` is heeded.
 * - Few threads that compile and collect for the others. Node begins four on any machine: on two cores they keep a thread
 *   whose memory they collect from its own core, and it waits for the last of them. An import is a tenth quicker with one,
 *   and keeps its pace beside other work. Who has said `--v8-pool-size` is heeded.
 */
export function beginAgain(): void {
  const { platform, env, argv, execArgv, execPath, execve } = process
  if (platform !== 'linux' || execve === undefined || env[ARENAS] !== undefined) return
  // A channel to the parent would not be found again.
  if (env.NODE_CHANNEL_FD !== undefined) return
  const args = [execPath, ...helpersOf(execArgv), ...execArgv, ...argv.slice(1)]
  execve.call(process, execPath, args, { [COMPILED]: compiledFolder(), ...env, [ARENAS]: '1' })
}

/** What threads and processes that begin from now on compile is kept, and what others have compiled is found. */
export function keepCompiledOfThreads(): void {
  process.env[COMPILED] ??= compiledFolder()
}

/** One is left to the thread they work for. */
function helpersOf(given: readonly string[]): string[] {
  const isSaid = [...given, process.env.NODE_OPTIONS ?? ''].some((it) => it.includes(HELPERS))
  const count = Math.min(HELPERS_MAX, Math.max(1, availableParallelism() - 1))
  return isSaid ? [] : [`${HELPERS}=${count}`]
}

const HELPERS = '--v8-pool-size'
/** As many as Node begins by itself. */
const HELPERS_MAX = 4
const ARENAS = 'MALLOC_ARENA_MAX'
const COMPILED = 'NODE_COMPILE_CACHE'

/** Where Node keeps it by itself. */
function compiledFolder(): string {
  return join(tmpdir(), 'node-compile-cache')
}
