import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** Builds the console into `dist/console` where its sources differ from those of the last build; otherwise returns at once. */
const ROOT = join(import.meta.dirname, '..')
const OUT = join(ROOT, 'dist', 'console')
const STAMP = join(OUT, '.built-from')
/** The checker is built into the page that verifies awards. */
const INPUTS = ['console/**/*', 'src/policy/checker/*.ts', 'package-lock.json', 'docs/openapi.json']
/** Below this a packed copy saves nothing. */
const PACK_BYTES_MIN = 1024

const stamp = digestOfInputs()
if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) process.exit(0)

const started = performance.now()
const { writeApiTypes } = await import('./types.ts')
writeApiTypes()
const { build } = await import('vite')
await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn' })
for (const path of globSync('**/*.{js,css,html,svg,json}', { cwd: OUT })) pack(join(OUT, path))
const { writePreloads } = await import('./preloads.ts')
writePreloads(OUT)
const { checkBudget } = await import('./budget.ts')
checkBudget(OUT)
writeFileSync(STAMP, stamp)
process.stderr.write(`console built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)

function digestOfInputs(): string {
  const hash = createHash('sha256')
  for (const path of INPUTS.flatMap((it) => globSync(it, { cwd: ROOT })).toSorted()) {
    // the types are made from the API document, which is counted itself
    if (path.endsWith('schema.d.ts') || !statSync(join(ROOT, path)).isFile()) continue
    hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)))
  }
  return hash.digest('hex')
}

/** The server sends packed copies as they lie; it packs nothing while it answers. */
function pack(path: string): void {
  const bytes = readFileSync(path)
  if (bytes.length < PACK_BYTES_MIN) return
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  )
}
