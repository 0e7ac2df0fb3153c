import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import type { Config } from '../config/settings.ts'
import { readArchive } from '../kernel/backup/read-archive.ts'
import { Problem } from '../lib/problem.ts'
import { restoreNode } from '../node-backup.ts'
import { backupOffline } from '../node-offline.ts'
import { dataFolder } from '../server/data-folder.ts'
import { LOCAL_TOKEN_HEADER, readLocalToken } from '../server/local-token.ts'
import { callNode, isThisMachine, keyHeader, nodeUrl } from './api.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io } from './io.ts'

const BACKUP_HELP = `waymark backup FILE [--json]

Writes the whole node (documents, identifiers, evidence, files, its key) at one point to one file, while it serves: a tar
file in zstd. On the node's own machine WAYMARK_DATA is enough; elsewhere WAYMARK_URL and WAYMARK_API_KEY with the right
node.configure. When no node serves from the data folder, the folder itself is backed up. The file holds every secret of
the node: keep it as safe as the node.
`
const RESTORE_HELP = `waymark restore FILE [--json]

Checks a backup and makes a data folder of it, at WAYMARK_DATA, which must be empty or absent. Documents go to PostgreSQL
where WAYMARK_DATABASE_URL names one.
`
const OPTIONS = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

export async function backupCommand(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const [file] = positionals
  if (values.help || file === undefined || positionals.length > 1) {
    return help(io, BACKUP_HELP, values.help)
  }
  refuseExisting(file)
  const config = readConfig(io.env)
  const headers = authorisation(config, io)
  if (headers === undefined || !(await serves(io))) await backupOffline(config, file)
  else await fetchBackup(io, file, headers)
  const manifest = await readArchive(file, async ({ content }) => {
    for await (const _chunk of content());
  })
  return tell(io, values.json, { file, at: manifest.at, parts: manifest.parts.length })
}

export async function restoreCommand(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const [file] = positionals
  if (values.help || file === undefined || positionals.length > 1) {
    return help(io, RESTORE_HELP, values.help)
  }
  const config = readConfig(io.env)
  const manifest = await restoreNode(config, file)
  return tell(io, values.json, {
    folder: config.data,
    at: manifest.at,
    parts: manifest.parts.length,
  })
}

function help(io: Io, text: string, asked: boolean | undefined): number {
  if (asked) io.stdout.write(text)
  else io.stderr.write(text)
  return asked ? EXIT_DONE : EXIT_WRONG_USE
}

function tell(io: Io, asJson: boolean | undefined, told: Record<string, unknown>): number {
  const lines = Object.entries(told).map(([name, value]) => `${name} ${String(value)}`)
  io.stdout.write(asJson ? `${JSON.stringify(told)}\n` : `${lines.join('\n')}\n`)
  return EXIT_DONE
}

function refuseExisting(file: string): void {
  if (!existsSync(file)) return
  throw new Problem('already-exists', { en: `${file} is there already`, zh: `${file} 已存在` })
}

type Headers = Readonly<Record<string, string>>

/** The token of the node on this machine, a key, or both; undefined when there is neither. */
function authorisation(config: Config, { env }: Io): Headers | undefined {
  const isHere = isThisMachine(new URL(nodeUrl(env)))
  const token = isHere ? readLocalToken(dataFolder(config.data)) : undefined
  if (!token && !env.WAYMARK_API_KEY) return undefined
  return { ...(token && { [LOCAL_TOKEN_HEADER]: token }), ...keyHeader(env) }
}

/** A node that was killed leaves its token behind. With a key, a node elsewhere is meant, and must answer. */
async function serves(io: Io): Promise<boolean> {
  if (io.env.WAYMARK_API_KEY) return true
  return await fetch(`${nodeUrl(io.env)}/health/live`).then(
    (it) => it.ok,
    () => false,
  )
}

/** Made on the node, fetched, and deleted there. */
async function fetchBackup(io: Io, file: string, headers: Headers): Promise<void> {
  const made = await callNode(io, { method: 'POST', path: '/api/v1/backups', headers })
  const path = `/api/v1/backups/${(made as { name: string }).name}`
  const partial = `${file}.partial`
  try {
    await ready(io, path, headers)
    const response = await fetch(`${nodeUrl(io.env)}${path}`, { headers })
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`)
    const target = await open(partial, 'w', 0o600)
    const body = Readable.fromWeb(response.body as ReadableStream)
    await pipeline(body, target.createWriteStream({ flush: true }))
    await rename(partial, file)
  } finally {
    await rm(partial, { force: true })
    await callNode(io, { method: 'DELETE', path, headers })
  }
}

const ASK_EVERY_MS = 200

async function ready(io: Io, path: string, headers: Headers): Promise<void> {
  for (;;) {
    const told = await callNode(io, { method: 'GET', path: `${path}/state`, headers })
    const { state } = told as { state: 'running' | 'ready' | 'failed' }
    if (state === 'ready') return
    if (state === 'failed') {
      throw new Problem('unavailable', {
        en: 'The node could not make the backup; its log says why',
        zh: '节点未能完成备份，原因见其日志',
      })
    }
    await sleep(ASK_EVERY_MS)
  }
}
