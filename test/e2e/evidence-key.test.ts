import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { run, scratchFolder, startNodeProcess } from '../support/node-process.ts'

test('a node’s log is published as files, its key is changed, and either key verifies what is published', async () => {
  await using folder = await scratchFolder()
  const data = join(folder.path, 'data')
  const place = join(folder.path, 'public')
  const env = { WAYMARK_DATA: data }
  const keyFile = (name: string) => join(folder.path, `${name}.key`)
  const verify = async (name: string) => (await run(['verify', place, '--key', keyFile(name)])).code

  /** Starts the node, publishes its log, verifies the node itself, and stops. */
  const publish = async (name: string) => {
    await using node = await startNodeProcess(data)
    const key = await (await fetch(`${node.url}/evidence/key`)).text()
    await writeFile(keyFile(name), key)
    const ran = await run(['export', '--evidence', place, '--json'], { env: node.env })
    assert.equal(ran.code, 0, ran.stderr)
    const { code, stderr } = await run(['verify', node.url, '--key', keyFile('old')])
    assert.equal(code, 0, stderr)
    const busy = await run(['setup', '--new-evidence-key'], { env })
    assert.deepEqual([busy.code, /already serves/.test(busy.stderr)], [1, true])
    assert.equal(await node.stop(), 0)
    return { key: key.trim(), ...(JSON.parse(ran.stdout) as { size: number }) }
  }

  const first = await publish('old')
  assert.equal((await run(['setup', '--end-evidence-key'], { env })).code, 1, 'there is one key')
  const made = await run(['setup', '--new-evidence-key', '--json'], { env })
  assert.equal(made.code, 0, made.stderr)
  const again = await run(['setup', '--new-evidence-key', '--json'], { env })
  assert.equal(again.stdout, made.stdout, 'asked twice, made once')
  const second = await publish('new')
  assert.equal(second.key, (JSON.parse(made.stdout) as { key: string }).key)
  assert.notEqual(second.key, first.key)
  assert.equal(second.size, first.size + 1, 'the log says that it begins')
  assert.deepEqual([await verify('old'), await verify('new')], [0, 0])

  const pem = await readFile(join(data, 'keys', 'node.pem'), 'utf8')
  const ended = await run(['setup', '--end-evidence-key'], { env })
  assert.deepEqual([ended.code, ended.stdout.trim()], [0, second.key])
  const keys = (await readdir(join(data, 'keys'))).filter((it) => /^node.*\.pem$/.test(it))
  assert.deepEqual(keys, ['node.pem'])
  assert.notEqual(await readFile(join(data, 'keys', 'node.pem'), 'utf8'), pem, 'deleted')
  const third = await publish('newest')
  assert.deepEqual([third.key, third.size], [second.key, second.size + 1])
  assert.deepEqual([await verify('old'), await verify('new')], [0, 0])
})
