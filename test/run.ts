/**
 * The test suite: unit tests beside the code, contract, e2e and interop tests. What needs PostgreSQL, Chromium or other
 * software runs where it is found and is reported as skipped otherwise; `WAYMARK_TEST_STRICT=1` turns skips into failures,
 * `--long` (`WAYMARK_TEST_LONG=1`) runs what takes more than minutes. Other arguments go to the test runner.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

const args = process.argv.slice(2)
const isLong = args.includes('--long')
const options = args.filter((it) => it.startsWith('--') && it !== '--long')
const chosen = args.filter((it) => !it.startsWith('--'))
const files =
  chosen.length > 0 ? chosen : globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).sort()
/** Of one test: a million random inputs take hours on a small machine. */
const timeoutMs = isLong ? 21_600_000 : 600_000
/** Each file is a process: what one has compiled the next need not, a quarter of the time of a small one. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'waymark-tests-compiled')
/** One more than there are processors: tests wait, too. */
const concurrency = `--test-concurrency=${availableParallelism() + 1}`
const child = spawn(
  process.execPath,
  ['--test', concurrency, `--test-timeout=${timeoutMs}`, ...options, ...files],
  {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE, ...process.env, ...(isLong ? { WAYMARK_TEST_LONG: '1' } : {}) },
  },
)
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128)
})
