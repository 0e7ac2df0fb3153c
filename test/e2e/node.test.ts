import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { PASSWORD, run, scratchFolder, setUp, startNodeProcess } from '../support/node-process.ts'
import { openPostgresDatabase, postgresSkip } from '../support/postgres.ts'

const RECORDS = JSON.stringify([
  { handle: '88.100/pump-7', values: [{ index: 1, type: 'URL', data: 'https://maker.example/7' }] },
  { handle: '88.100/泵-8', values: [{ index: 1, type: 'DESC', data: '离心泵' }] },
])

test('a node starts with nothing, says exactly where it is, is set up once, and stops cleanly', async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(join(folder.path, 'data'))
  const code = node.setupCode ?? ''
  assert.equal(node.out.stdout, `ready ${node.url}\nsetup ${node.url}/console/setup#${code}\n`)
  assert.match(code, /^[A-Za-z0-9_-]{22}$/)
  assert.match(node.url, /^http:\/\/127\.0\.0\.1:\d+$/)

  const wrong = [
    'setup',
    '--code',
    'x'.repeat(22),
    '--name',
    'ops',
    '--password-stdin',
    '--node',
    '88.100',
  ]
  assert.equal((await run(wrong, { env: node.env, input: PASSWORD })).code, 1)
  const key = await setUp(node)
  const again = ['setup', '--code', code, '--name', 'two', '--password-stdin', '--node', '88.100']
  const { code: status, stderr } = await run(again, { env: node.env, input: PASSWORD })
  assert.equal(status, 1)
  assert.match(stderr, /has an operator already/)

  const log = node.out.stderr
  for (const secret of [code, PASSWORD, key]) assert.ok(!log.includes(secret))
  assert.equal(await node.stop('SIGTERM'), 0)
  assert.deepEqual(
    (await readdir(join(folder.path, 'data'))).filter((it) => /wal|shm|journal/.test(it)),
    [],
    'everything was closed',
  )

  await using second = await startNodeProcess(join(folder.path, 'data'))
  assert.equal(
    second.out.stdout,
    `ready ${second.url}\n`,
    'no setup line once there is an operator',
  )
  assert.equal(await second.stop('SIGINT'), 0)
})

test('all threads of a node share one store of free memory, and what was compiled of the program', {
  skip: process.platform !== 'linux' && 'only glibc has more than one',
}, async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(join(folder.path, 'data'))
  const environment = readFileSync(`/proc/${node.child.pid}/environ`, 'latin1').split('\0')
  assert.ok(environment.includes('MALLOC_ARENA_MAX=1'))
  assert.ok(environment.some((it) => it.startsWith('NODE_COMPILE_CACHE=/')))
  assert.ok(
    environment.includes(`WAYMARK_DATA=${join(folder.path, 'data')}`),
    'and all it was given',
  )
})

test('a second node on the same folder is refused with the folder named, and the first goes on', async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(folder.path)
  const second = await run(['serve'], {
    env: { WAYMARK_DATA: folder.path, WAYMARK_HTTP_PORT: '0' },
  })
  assert.equal(second.code, 1)
  assert.equal(second.stdout, '')
  assert.ok(second.stderr.includes(folder.path))
  assert.equal((await fetch(`${node.url}/health/ready`)).status, 200)
})

test('another setup code makes the first one void', async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(folder.path)
  const { stdout } = await run(['setup', '--new-code', '--json'], { env: node.env })
  const { code } = JSON.parse(stdout) as { code: string }
  assert.notEqual(code, node.setupCode)
  const ask = (it: string | undefined) =>
    fetch(`${node.url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: it, name: 'ops', password: PASSWORD, nodePrefix: '88.100' }),
    })
  assert.equal((await ask(node.setupCode)).status, 403)
  assert.equal((await ask(code)).status, 201)
})

test('what was imported resolves, survives kill -9, and a restored backup answers the same', async () => {
  await using folder = await scratchFolder()
  const data = join(folder.path, 'data')
  await using node = await startNodeProcess(data)
  const key = await setUp(node)
  const file = join(folder.path, 'records.json')
  await writeFile(file, RECORDS)
  const env = { ...node.env, WAYMARK_API_KEY: key }
  const imported = await run(['import', file, '--format', 'handle-json', '--json'], { env })
  assert.equal(imported.code, 0, imported.stderr)
  const answer = async (url: string) =>
    await (await fetch(`${url}/api/handles/88.100/PUMP-7`)).text()
  const before = await answer(node.url)
  assert.match(before, /"responseCode":1/)

  const backup = join(folder.path, 'backup.tar.zst')
  assert.equal((await run(['backup', backup], { env: node.env })).code, 0)
  await node.stop('SIGKILL')
  await using again = await startNodeProcess(data)
  assert.equal(await answer(again.url), before)

  const restored = join(folder.path, 'restored')
  const restoring = await run(['restore', backup], { env: { WAYMARK_DATA: restored } })
  assert.equal(restoring.code, 0, restoring.stderr)
  await using other = await startNodeProcess(restored)
  assert.equal(await answer(other.url), before)
  const logKey = (url: string) => fetch(`${url}/evidence/key`).then((it) => it.text())
  assert.equal(await logKey(other.url), await logKey(again.url))
})

test('records of another server bring their prefix along, for an operator', async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(join(folder.path, 'data'))
  const env = { ...node.env, WAYMARK_API_KEY: await setUp(node) }
  const file = join(import.meta.dirname, '..', '..', 'spec', 'handle', 'handle-json.json')
  const { code, stderr } = await run(['import', file, '--format', 'handle-json'], { env })
  assert.equal(code, 0, stderr)
  const answer = await fetch(`${node.url}/api/handles/20.500.99999/URL1`)
  assert.equal(answer.status, 200)
  assert.equal(((await answer.json()) as { responseCode: number }).responseCode, 1)
})

test('a backup that was cut or changed is refused, and nothing is made of it', async () => {
  await using folder = await scratchFolder()
  const data = join(folder.path, 'data')
  const node = await startNodeProcess(data)
  await node.stop()
  const backup = join(folder.path, 'backup')
  assert.equal((await run(['backup', backup], { env: { WAYMARK_DATA: data } })).code, 0)
  const bytes = readFileSync(backup)
  const changed = Buffer.from(bytes)
  changed[bytes.length >> 1] = (changed[bytes.length >> 1] ?? 0) ^ 1
  for (const bad of [bytes.subarray(0, bytes.length - 100), changed]) {
    await writeFile(join(folder.path, 'bad'), bad)
    const target = join(folder.path, 'made')
    const { code } = await run(['restore', join(folder.path, 'bad')], {
      env: { WAYMARK_DATA: target },
    })
    assert.equal(code, 1)
    assert.ok(!(await readdir(folder.path)).includes('made'))
  }
})

test('a node moves to PostgreSQL by backup and restore', {
  skip: await postgresSkip(),
}, async () => {
  await using folder = await scratchFolder()
  const data = join(folder.path, 'data')
  await using node = await startNodeProcess(data)
  const key = await setUp(node)
  const backup = join(folder.path, 'backup')
  const env = { ...node.env, WAYMARK_API_KEY: key }
  assert.equal(
    (await run(['backup', backup], { env })).code,
    0,
    'a key without the right does not hinder',
  )
  await node.stop()
  await using database = await openPostgresDatabase()
  const settings = { WAYMARK_DATA: join(folder.path, 'moved'), WAYMARK_DATABASE_URL: database.url }
  const restoring = await run(['restore', backup], { env: settings })
  assert.equal(restoring.code, 0, restoring.stderr)
  await using moved = await startNodeProcess(settings.WAYMARK_DATA, settings)
  assert.equal(moved.out.stdout, `ready ${moved.url}\n`, 'it has its operator')
  const answer = await fetch(`${moved.url}/api/v1/prefixes`, {
    headers: { authorization: `Bearer ${key}` },
  })
  assert.deepEqual(
    ((await answer.json()) as { items: { prefix: string }[] }).items.map((it) => it.prefix),
    ['88.100'],
  )
})

test('two processes on one port answer alike, and both end with the first', async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(folder.path, { WAYMARK_PROCESSES: '2' })
  const key = await setUp(node)
  const file = join(folder.path, 'records.json')
  await writeFile(file, RECORDS)
  const env = { ...node.env, WAYMARK_API_KEY: key }
  assert.equal((await run(['import', file, '--format', 'handle-json'], { env })).code, 0)
  // each process learns of a new prefix by itself, within a second or so
  for (let knowing = 0; knowing < 20; ) {
    const response = await fetch(`${node.url}/api/handles/88.100/x`, {
      headers: { connection: 'close' },
    })
    const { responseCode } = (await response.json()) as { responseCode: number }
    knowing = responseCode === 301 ? 0 : knowing + 1
  }
  const answers = new Map<string, Set<string>>()
  for (let i = 0; i < 40; i++) {
    for (const path of ['/api/handles/88.100/pump-7', '/api/v1/node', '/88.100/泵-8?show']) {
      const response = await fetch(`${node.url}${path}`, {
        headers: { connection: 'close', accept: 'application/json' },
      })
      const told = answers.get(path) ?? new Set()
      answers.set(path, told.add(`${response.status} ${await response.text()}`))
    }
  }
  for (const [path, told] of answers) assert.equal(told.size, 1, `${path}: ${[...told].join('\n')}`)
  assert.equal(await node.stop(), 0)
  await assert.rejects(fetch(`${node.url}/health/live`), 'nobody holds the port any more')
})

test('every error of the configuration is told at once, by check as by serve', async () => {
  await using folder = await scratchFolder()
  const env = {
    WAYMARK_DATA: folder.path,
    WAYMARK_HTTP_PORT: 'many',
    WAYMARK_DATABASE_URL: 'mysql://user:hush@host/db',
  }
  for (const command of ['check', 'serve']) {
    const { code, stderr, stdout } = await run([command], { env })
    assert.equal(code, 2)
    assert.match(stderr, /WAYMARK_HTTP_PORT.*WAYMARK_DATABASE_URL/s)
    assert.doesNotMatch(stdout + stderr, /hush/)
  }
  const fine = await run(['check', '--json'], { env: { WAYMARK_DATA: folder.path } })
  assert.equal(fine.code, 0)
  assert.equal((JSON.parse(fine.stdout) as { httpPort: number }).httpPort, 8080)
})

test('wrong use of the command line exits with 2, help with 0', async () => {
  for (const args of [[], ['nonsense'], ['serve', '--loud'], ['import'], ['restore'], ['user']]) {
    assert.equal((await run(args)).code, 2, args.join(' '))
  }
  for (const command of ['serve', 'setup', 'import', 'resolve', 'register', 'export', 'user']) {
    const { code, stdout } = await run([command, '--help'])
    assert.equal(code, 0, command)
    assert.match(stdout, /waymark /, command)
  }
})
