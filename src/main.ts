import { enableCompileCache } from 'node:module'
import { beginWithOneArena } from './lib/one-arena.ts'

if (process.argv[2] === 'serve') beginWithOneArena()

// before anything else is loaded: most of a start is reading the program
enableCompileCache()
const { runCli } = await import('./cli/cli.ts')

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  isTty: process.stderr.isTTY === true,
})
