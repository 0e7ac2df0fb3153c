import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

const OFFLINE = new Error('nothing is fetched with --offline')
const INSTALL_MS_MAX = 120_000
const run = promisify(execFile)

/** Why a peer is not there. */
export type Missing = { readonly missing: string }

/** The run's own folder; undefined where nothing is to be installed. */
export type Place = string | undefined

/** What `npx` tells those it runs is not meant for another npm: of it only where packages come from is handed on. */
function outsideNpm(): NodeJS.ProcessEnv {
  const isOfNpx = (name: string) => /^npm_/.test(name) && !/_(?:registry|userconfig)$/.test(name)
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOfNpx(name)))
}

/** Installed by npm into the run's own folder, without its scripts. */
export async function openNpm<T>(folder: Place, wish: string): Promise<T | Missing> {
  const name = wish.slice(0, wish.lastIndexOf('@'))
  if (folder === undefined) return missing(name, OFFLINE)
  const place = join(folder, name.replaceAll(/\W/g, '-'))
  const quiet = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  try {
    const options = { timeout: INSTALL_MS_MAX, env: outsideNpm() }
    await run('npm', ['install', '--prefix', place, ...quiet, wish], options)
    return createRequire(join(place, 'bench.cjs'))(name) as T
  } catch (error) {
    return missing(name, error)
  }
}

/** A Python of its own in the run's folder with one package of PyPI; answers its interpreter. */
export async function openPip(folder: Place, wish: string): Promise<string | Missing> {
  if (folder === undefined) return missing(wish, OFFLINE)
  const place = join(folder, 'python')
  const python = join(place, 'bin', 'python')
  const options = { timeout: INSTALL_MS_MAX, env: { ...process.env, PIP_NO_INPUT: '1' } }
  const quiet = ['--quiet', '--no-compile', '--disable-pip-version-check']
  try {
    await run('python3', ['-m', 'venv', '--without-pip', place], options)
    await run('python3', ['-m', 'pip', '--python', python, 'install', ...quiet, wish], options)
    return python
  } catch (error) {
    return missing(wish, error)
  }
}

export function isMissing(it: unknown): it is Missing {
  return typeof it === 'object' && it !== null && 'missing' in it
}

function missing(name: string, error: unknown): Missing {
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
  process.stderr.write(`SKIPPED ${name}: ${why}\n`)
  return { missing: `${name} cannot be installed here: ${why}` }
}
