import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { serveExchange } from '../../../test/support/handle-exchange.ts'
import { openHandleWorld, SECRET } from '../../../test/support/handle-world.ts'

const INDEX = new URL('./index.ts', import.meta.url).href
const GUIDE = fileURLToPath(new URL('../../../docs/guide/handle-client', import.meta.url))
const run = promisify(execFile)

/** The programs of a guide. */
async function programsOf(name: string): Promise<string[]> {
  const page = await readFile(name, 'utf8')
  return [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program = '']) => program)
}

test('the programs of both guides do what these say', async () => {
  const english = await programsOf(`${GUIDE}.md`)
  assert.equal(english.length, 2)
  const chinese = await programsOf(`${GUIDE}.zh.md`)
  assert.equal(chinese.length, 2)
  for (const [reads = '', writes = ''] of [english, chinese]) {
    await using world = await openHandleWorld('88.100.1')
    await using server = await serveExchange(world)
    await using folder = await mkdtempDisposable(join(tmpdir(), 'guide-'))
    const ran = async (program: string) => {
      const path = join(folder.path, 'program.mts')
      const local = program.replace("'waymark/handle'", `'${INDEX}'`)
      await writeFile(path, local.replace('2641', String(server.port)))
      return (await run(process.execPath, [path], { env: { ...process.env, SECRET } })).stdout
    }
    assert.match(await ran(reads), /^(there is no such identifier|没有该标识)\n$/)
    assert.equal(await ran(writes), 'done\n')
    assert.equal(await ran(reads), '1 URL https://a.example/\n')
    assert.deepEqual(server.errors, [])
  }
})
