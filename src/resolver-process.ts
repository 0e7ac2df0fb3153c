import { once } from 'node:events'
import { Secret } from './config/settings.ts'
import { openPrefixBook } from './identifiers/prefixes/book.ts'
import { ResolutionCounts } from './identifiers/resolution/counts.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'
import { systemClock } from './lib/clock.ts'
import { openResolvingHandle } from './node-handle.ts'
import type { ResolverStart } from './node-processes.ts'
import { openRecursionDoor } from './node-recursion.ts'
import { fastPaths, openResolving, tlsOf } from './node-resolving.ts'
import { openDocuments } from './node-storage.ts'
import { dataFolder } from './server/data-folder.ts'
import { handOver } from './server/hand-over.ts'
import { askInner } from './server/handle-inner.ts'
import { serveHandle } from './server/handle-server.ts'
import { createNodeServer } from './server/http.ts'
import { openLog } from './server/log.ts'
import { reloadTls } from './server/tls-reload.ts'

/**
 * One more process on the node's port: it resolves from the same store and hands everything else to the first process. It
 * ends when the first one does, or says so.
 */
const [start] = (await once(process, 'message')) as [ResolverStart]
const stop = once(process, 'disconnect')
process.on('SIGINT', () => undefined)
await serve(start)

async function serve({
  config: told,
  port,
  handlePort,
  siteSerial,
  inner,
}: ResolverStart): Promise<void> {
  const { databaseUrl } = told
  const config = {
    ...told,
    databaseUrl: databaseUrl === undefined ? undefined : new Secret(databaseUrl),
  }
  const log = openLog(config.logLevel)
  const onError = (err: unknown) => log.error({ err }, 'background work failed')
  const clock = systemClock
  const folder = dataFolder(config.data)
  await using stack = new AsyncDisposableStack()
  const documents = stack.use(await openDocuments(config, folder, { clock }))
  const book = stack.use(await openPrefixBook({ documents, onError }))
  const store = stack.use(await openLmdbStore({ path: folder.identifiers, readOnly: true }))
  const counts = stack.use(new ResolutionCounts(documents, clock))
  const resolving = openResolving(config, { store, book, counts, clock })
  const others = stack.use(handOver(inner))
  const opened = openRecursionDoor(config, book)
  const recursion = opened && { ...opened, handOver: stack.use(handOver(inner)) }
  const { ask } = stack.use(askInner(inner, { onError }))
  const elsewhere = opened && { ...opened, ask: stack.use(askInner(inner, { onError })).ask }
  const parts = { config, clock, resolving, siteSerial, onError }
  const handle = openResolvingHandle(parts, { ask, elsewhere })
  const fast = fastPaths(resolving, { recursion, plain: handle.plain })
  const { tls } = tlsOf(config)
  const server = createNodeServer(tls, (request, response) => {
    if (!fast(request, response, others)) others(request, response)
  })
  stack.adopt(server, async (it) => {
    it.closeIdleConnections()
    await new Promise((resolve) => it.close(resolve))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: config.httpHost, port, reusePort: true }, resolve)
  })
  if (handlePort !== undefined) stack.use(await serveHandle(handle, config, handlePort))
  stack.use(reloadTls({ server, tls, onReload: () => undefined, onError }))
  // where the first process has gone meanwhile, `stop` tells
  process.send?.('ready', undefined, undefined, () => undefined)
  await stop
}
