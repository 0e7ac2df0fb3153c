/**
 * Begins the program again, once and as the same process, with one store of free memory for all of its threads. glibc
 * otherwise gives each thread one of its own, and what one of a node's dozen threads has let go of is of no use to the
 * others: of the 700 MB a node held while ten million lines came in, some 140 lay in such stores. Only the environment that a
 * program begins with says so; who has set `MALLOC_ARENA_MAX` there is heeded.
 */
export function beginWithOneArena(): void {
  const { platform, env, argv, execArgv, execPath, execve } = process
  if (platform !== 'linux' || execve === undefined || env[NAME] !== undefined) return
  // A channel to the parent would not be found again.
  if (env.NODE_CHANNEL_FD !== undefined) return
  const args = [execPath, ...execArgv, ...argv.slice(1)]
  execve.call(process, execPath, args, { ...env, [NAME]: '1' })
}

const NAME = 'MALLOC_ARENA_MAX'
