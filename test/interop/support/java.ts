import { execFile, spawnSync } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const FETCH_MS_MAX = 180_000
const RUN_MS_MAX = 240_000
const OUTPUT_BYTES_MAX = 64 * 2 ** 20
const run = promisify(execFile)

const hasJava = ['java', 'javac'].every((it) => spawnSync(it, ['-version']).status === 0)

/** A folder with a `pom.xml` of what its programs run, and the programs beside it. */
export type JavaProject = {
  /** Why its tests cannot run here; false where they can, or where a missing one is a failure. */
  readonly skip: string | false
  /** What is missing; undefined where nothing is. */
  readonly missing: string | undefined
  readonly libraries: string
  /** Compiles the programs into a folder; answers the class path to run them by. */
  readonly compile: (into: string, sources: readonly string[]) => Promise<string>
  /** Runs one to its end; answers what it says. */
  readonly run: (classpath: string, args: readonly string[]) => Promise<string>
}

/** Fetches what its `pom.xml` names where that was not done before; Git ignores it. */
export function javaProject(folder: string): JavaProject {
  const libraries = join(folder, 'build', 'lib')
  const missing = missingOf(folder, libraries)
  return {
    ...{ libraries, missing },
    skip: process.env.WAYMARK_TEST_STRICT === '1' ? false : (missing ?? false),
    async compile(into, sources) {
      const classpath = [join(libraries, '*'), into].join(':')
      const files = sources.map((it) => join(folder, it))
      const options = ['-nowarn', '-encoding', 'UTF-8', '-cp', classpath, '-d', into]
      await run('javac', [...options, ...files], { timeout: RUN_MS_MAX })
      return classpath
    },
    async run(classpath, args) {
      const options = { timeout: RUN_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX }
      return (await run('java', ['-cp', classpath, ...args], options)).stdout
    },
  }
}

function missingOf(folder: string, libraries: string): string | undefined {
  if (!hasJava) return 'Java is not installed: apt-get install -y default-jdk-headless maven'
  if (existsSync(libraries)) return undefined
  // Several tests may begin with it at once; each takes what is whole.
  const part = `${libraries}-${process.pid}`
  const goal = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${part}`]
  const fetched = spawnSync('mvn', goal, { cwd: folder, timeout: FETCH_MS_MAX })
  if (fetched.status === 0 && !existsSync(libraries)) renameSync(part, libraries)
  rmSync(part, { recursive: true, force: true })
  if (existsSync(libraries)) return undefined
  return `what it runs cannot be fetched: (cd ${folder} && mvn dependency:copy-dependencies -DoutputDirectory=build/lib)`
}
