import { createReadStream, existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { authorise } from '../access/permissions.ts'

export type BackupDeps = {
  /** Holds finished backups until they are fetched and deleted. */
  readonly folder: string
  /** Makes the whole node's archive at `path`, while serving. */
  readonly make: (path: string, signal: AbortSignal) => Promise<unknown>
  readonly onError: (error: unknown) => void
  /** True for whoever proves to be able to write the data folder: the command line on this machine. */
  readonly isLocal: (request: FastifyRequest) => boolean
}

const NAME = /^waymark-\d{8}T\d{6}Z(?:-\d{1,6})?\.tar\.zst$/
const tags = ['backups']
const Item = Type.Object({
  name: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('ready'), Type.Literal('failed')]),
  bytes: Type.Optional(Type.Integer()),
})
const Params = Type.Object({ name: Type.String({ maxLength: 64 }) })

/** Backups of the whole node: made while it serves, fetched, deleted. For operators only: they hold every secret. */
export function backupRoutes(app: App, deps: BackupDeps): void {
  const backups = new Backups(deps)
  app.addHook('onClose', () => backups.stop())
  const entitle = (request: FastifyRequest) => {
    if (!deps.isLocal(request)) authorise(request.caller, 'node.configure')
  }
  const about = (operationId: string, summary: string) => ({ tags, operationId, summary })
  app.post(
    '/api/v1/backups',
    { schema: { ...about('makeBackup', 'Back up the whole node'), response: { 202: Item } } },
    async (request, reply) => {
      entitle(request)
      return reply.code(202).send(backups.begin())
    },
  )
  app.get(
    '/api/v1/backups/:name/state',
    {
      schema: {
        ...about('backupState', 'How far a backup is'),
        params: Params,
        response: { 200: Item },
      },
    },
    async (request) => {
      entitle(request)
      return await backups.find(request.params.name)
    },
  )
  app.get(
    '/api/v1/backups/:name',
    { schema: { ...about('readBackup', 'A backup, as a tar file in zstd'), params: Params } },
    async (request, reply) => {
      entitle(request)
      const { name, state, bytes } = await backups.find(request.params.name)
      if (state !== 'ready') throw NO_BACKUP
      return reply
        .type('application/zstd')
        .header('cache-control', 'no-store')
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(createReadStream(join(deps.folder, name)))
    },
  )
  app.delete(
    '/api/v1/backups/:name',
    { schema: { ...about('deleteBackup', 'Delete a backup from the node'), params: Params } },
    async (request, reply) => {
      entitle(request)
      await backups.remove(request.params.name)
      return reply.code(204).send()
    },
  )
}

type State = Static<typeof Item>

/** One at a time; what is finished waits in the folder. */
class Backups {
  readonly #deps: BackupDeps
  readonly #stop = new AbortController()
  #last: { readonly name: string; state: State['state']; readonly done: Promise<void> } | undefined

  constructor(deps: BackupDeps) {
    this.#deps = deps
  }

  begin(): State {
    if (this.#last?.state === 'running') throw BUSY
    const name = freeName(this.#deps.folder, new Date())
    const path = join(this.#deps.folder, name)
    const done = this.#deps.make(path, this.#stop.signal).then(
      () => this.#end('ready'),
      (error: unknown) => {
        this.#end('failed')
        this.#deps.onError(error)
      },
    )
    this.#last = { name, state: 'running', done }
    return { name, state: 'running' }
  }

  async find(name: string): Promise<State> {
    if (this.#last?.name === name && this.#last.state !== 'ready') {
      return { name, state: this.#last.state }
    }
    const path = join(this.#deps.folder, name)
    const found = NAME.test(name) ? await stat(path).catch(() => undefined) : undefined
    if (found === undefined) throw NO_BACKUP
    return { name, state: 'ready', bytes: found.size }
  }

  async remove(name: string): Promise<void> {
    const { state } = await this.find(name)
    if (state === 'running') throw BUSY
    await rm(join(this.#deps.folder, name), { force: true })
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#last?.done
  }

  #end(state: State['state']): void {
    if (this.#last !== undefined) this.#last.state = state
  }
}

const BUSY = new Problem('wrong-state', {
  en: 'A backup is being made',
  zh: '备份正在进行',
})
const NO_BACKUP = new Problem('not-found', { en: 'There is no such backup', zh: '没有这个备份' })

/** After the second it is begun in; numbered where another one of that second still lies there. */
function freeName(folder: string, now: Date): string {
  const stem = `waymark-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`
  let name = `${stem}.tar.zst`
  for (let n = 2; existsSync(join(folder, name)); n++) name = `${stem}-${n}.tar.zst`
  return name
}
