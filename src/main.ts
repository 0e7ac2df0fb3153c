import { enableCompileCache } from 'node:module'
import { beginAgain, keepCompiledOfThreads } from './lib/begin-again.ts'

if (process.argv[2] === 'serve') beginAgain()

// before anything else is loaded: most of a start is reading the program
enableCompileCache()
keepCompiledOfThreads()
const { runCli } = await import('./cli/cli.ts')

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  isTty: process.stderr.isTTY === true,
})
