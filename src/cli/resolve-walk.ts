import { createPrivateKey } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Site } from '../identifiers/values/site.ts'
import { Problem } from '../lib/problem.ts'
import type { Text } from '../lib/text.ts'
import {
  type Authentication,
  type ClientOptions,
  canonicalAddress,
  type HandleClient,
  OP_FLAG,
  openHandleClient,
  type Protocol,
  type Question,
  RESPONSE,
  type Resolved,
  type Step,
  siteAt,
  USUAL_FLAGS,
} from '../protocols/client/index.ts'
import { readSites } from '../protocols/recursion/site-files.ts'
import { callNode, nodeUrl } from './api.ts'
import { EXIT_DONE, EXIT_FAILED, type Io, languageOfEnv } from './io.ts'
import { traceJson, traceText, valueLines } from './trace-text.ts'
import { failureText } from './trace-words.ts'

export type WalkOptions = {
  readonly trace?: boolean | undefined
  readonly json?: boolean | undefined
  readonly server?: string | undefined
  readonly root?: readonly string[] | undefined
  readonly type?: readonly string[] | undefined
  readonly index?: readonly string[] | undefined
  readonly signed?: boolean | undefined
  readonly key?: string | undefined
  readonly 'secret-file'?: string | undefined
  readonly 'private-key'?: string | undefined
}

/** What is told of a walk. */
export type Walk = {
  readonly name: string
  readonly begins: Text
  readonly steps: readonly Step[]
  readonly outcome: Resolved
  /** Whether there are values that not everybody may read; absent where that was not asked, or not to be learned. */
  readonly hidden?: 'none' | 'administrators' | 'nobody'
  /** Which they are, as the node tells those who may know. */
  readonly hiddenValues?: readonly HiddenValue[]
}

export type HiddenValue = {
  readonly index: number
  readonly type: string
  /** Four bits: administrators read and write, everybody reads and writes. */
  readonly permissions: string
  readonly readers: 'administrators' | 'nobody'
}

const WALK_MS_MAX = 60_000
const HANDLE_PORT = 2641
const HTTP_PORT = 80
const HTTPS_PORT = 443

/** `waymark resolve NAME` by the Handle protocol; answers the exit code. */
export async function walkCommand(name: string, options: WalkOptions, io: Io): Promise<number> {
  const auth = await authOf(options)
  const { begins, ...start } = await startOf(options, io)
  const steps: Step[] = []
  const context = {
    signal: AbortSignal.timeout(WALK_MS_MAX),
    trace: (step: Step) => void steps.push(step),
  }
  using client = openHandleClient(await toldStart(start, name, context))
  const question = { handle: name, types: options.type ?? [], indexes: indexesOf(options.index) }
  const flags = flagsOf(auth, options.signed)
  const outcome = await client.resolve({ ...question, flags, ...(auth && { auth }) }, context)
  const asksMore = options.trace === true && auth === undefined && outcome.kind === 'found'
  const again = { ...question, handle: outcome.kind === 'found' ? outcome.handle : name }
  const hidden = asksMore ? await hiddenIn(client, again, context) : {}
  const isHidden = hidden.hidden !== undefined && hidden.hidden !== 'none'
  const asksNode = isHidden && options.server === undefined && options.root === undefined
  const which = asksNode ? await hiddenByNode(again.handle, io) : {}
  report({ name, begins, steps, outcome, ...hidden, ...which }, options, io)
  return outcome.kind === 'found' ? EXIT_DONE : EXIT_FAILED
}

/** Who shows who they are wants to see all that they may. */
function flagsOf(auth: Authentication | undefined, isSigned: boolean | undefined): number {
  const asked = auth === undefined ? USUAL_FLAGS : USUAL_FLAGS - OP_FLAG.publicOnly
  return isSigned === true ? asked + OP_FLAG.certified : asked
}

function report(walk: Walk, { trace, json }: WalkOptions, io: Io): void {
  const language = languageOfEnv(io.env)
  const { outcome, name } = walk
  if (json) io.stdout.write(`${JSON.stringify(traceJson(walk))}\n`)
  else if (trace) io.stdout.write(traceText(walk, language))
  else if (outcome.kind === 'found') io.stdout.write(valueLines(outcome.values))
  if (outcome.kind === 'found' || (trace && !json)) return
  io.stderr.write(`waymark: ${name}: ${failureText(outcome)[language]}\n`)
}

/** Asked again for more than what is public, a server says whether there is more. */
async function hiddenIn(
  client: HandleClient,
  question: Question,
  context: Context,
): Promise<Pick<Walk, 'hidden'>> {
  const flags = USUAL_FLAGS - OP_FLAG.publicOnly
  const outcome = await client.resolve({ ...question, flags, followAliases: false }, context)
  if (outcome.kind === 'found') return { hidden: 'none' }
  if (outcome.kind !== 'refused') return {}
  if (outcome.code === RESPONSE.authenticationNeeded) return { hidden: 'administrators' }
  return outcome.code === RESPONSE.insufficientPermissions ? { hidden: 'nobody' } : {}
}

/** Whoever has a key of the node may be told which values are hidden. */
async function hiddenByNode(handle: string, io: Io): Promise<Pick<Walk, 'hiddenValues'>> {
  if (!io.env.WAYMARK_API_KEY) return {}
  const path = `/api/v1/explain/${encodeURIComponent(handle)}`
  const told = (await callNode(io, { method: 'GET', path })) as {
    readonly values?: { readonly hidden?: readonly HiddenValue[] }
  }
  const hiddenValues = told.values?.hidden
  return hiddenValues === undefined ? {} : { hiddenValues }
}

type Start = Pick<ClientOptions, 'roots' | 'sitesForAll' | 'hostOf'>

async function startOf(
  { server, root = [] }: WalkOptions,
  io: Io,
): Promise<Start & { readonly begins: Text }> {
  const roots = (await Promise.all(root.map(rootSites))).flat()
  if (server === undefined && roots.length > 0) {
    return {
      roots,
      begins: { en: `root sites in ${root.join(', ')}`, zh: `根站点 ${root.join('，')}` },
    }
  }
  const place = server ?? nodeUrl(io.env)
  const { sites, ...named } = await sitesAt(place)
  const begins = { en: place, zh: place }
  return { sitesForAll: sites, ...named, ...(roots.length > 0 && { roots }), begins }
}

async function rootSites(path: string): Promise<Site[]> {
  try {
    return readSites(await readFile(path))
  } catch (cause) {
    throw wrongFile('--root', path, cause)
  }
}

function wrongFile(option: string, path: string, cause: unknown): Problem {
  const why = cause instanceof Problem ? cause.text : sameText(String((cause as Error).message))
  const text = { en: `${option} ${path}: ${why.en}`, zh: `${option} ${path}：${why.zh}` }
  return new Problem('invalid-input', text, { cause })
}

/** A place as it is given on the command line; of a name with several addresses each is a site, so that one of them answers. */
async function sitesAt(place: string): Promise<Pick<Start, 'hostOf'> & { sites: Site[] }> {
  const { host, port, protocols } = placeIn(place)
  if (isIP(host) !== 0) return { sites: [siteAt({ address: host, port, protocols })] }
  const addresses = await addressesOf(host)
  return {
    sites: addresses.map((address) => siteAt({ address, port, protocols })),
    hostOf: (it) => (addresses.includes(it) ? host : undefined),
  }
}

const PLACE =
  /^(?:(?<scheme>udp|tcp|https?):(?:\/\/)?)?(?<host>\[[^\]]+\]|[^:/[\]]+)(?::(?<port>\d{1,5}))?(?:\/.*)?$/i
const USUAL: readonly Protocol[] = ['UDP', 'TCP']
const PORTS: Readonly<Record<string, number>> = { HTTP: HTTP_PORT, HTTPS: HTTPS_PORT }

function placeIn(place: string) {
  const { scheme, host = '', port } = PLACE.exec(place)?.groups ?? {}
  const number = port === undefined ? undefined : Number(port)
  if (host === '' || number === 0 || (number ?? 1) > 65_535) throw wrongPlace(place)
  const protocol = scheme?.toUpperCase() as Protocol | undefined
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: number ?? PORTS[protocol ?? ''] ?? HANDLE_PORT,
    protocols: protocol === undefined ? USUAL : [protocol],
  }
}

function wrongPlace(place: string): Problem {
  return new Problem('invalid-input', {
    en: `${place} is no server: HOST:PORT, tcp:HOST:PORT, udp:HOST:PORT, http://HOST:PORT or https://HOST:PORT`,
    zh: `${place} 不是服务器位置：应为 主机:端口、tcp:主机:端口、udp:主机:端口、http://主机:端口 或 https://主机:端口`,
  })
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map((it) => it.address)
  } catch (cause) {
    const text = { en: `There is no address of ${host}`, zh: `找不到 ${host} 的地址` }
    throw new Problem('unavailable', text, { cause })
  }
}

type Context = { readonly signal: AbortSignal; readonly trace: (step: Step) => void }

/**
 * A single server is asked for its record first, which tells version and key; it is asked further in the way it was given all the
 * same, as the address of its record may not be reachable from here.
 */
async function toldStart(start: Start, name: string, context: Context): Promise<ClientOptions> {
  if (start.sitesForAll === undefined) return start
  using client = openHandleClient(start)
  const told = await client.siteInfo(name, context)
  const [server, ...others] = told.kind === 'found' ? told.site.servers : []
  if (told.kind !== 'found' || server === undefined) return start
  if (others.length > 0) return { ...start, sitesForAll: [told.site] }
  const { address } = told.from
  const ways = start.sitesForAll.flatMap((it) => it.servers)
  const [asked = server] = ways.filter((it) => canonicalAddress(it.address) === address)
  const given = { ...server, address: asked.address, interfaces: asked.interfaces }
  return { ...start, sitesForAll: [{ ...told.site, servers: [given] }] }
}

function indexesOf(given: readonly string[] = []): number[] {
  return given.map((it) => {
    const index = Number(it)
    if (/^\d+$/.test(it) && index > 0 && index < 2 ** 31) return index
    throw new Problem('invalid-input', sameText(`--index ${it}: 1 … ${2 ** 31 - 1}`))
  })
}

async function authOf(options: WalkOptions): Promise<Authentication | undefined> {
  const { key, 'secret-file': secretFile, 'private-key': keyFile } = options
  if (key === undefined && secretFile === undefined && keyFile === undefined) return undefined
  const [, index, handle] = /^(\d+):(.+)$/.exec(key ?? '') ?? []
  if (
    index === undefined ||
    handle === undefined ||
    (secretFile === undefined) === (keyFile === undefined)
  ) {
    throw new Problem('invalid-input', WRONG_KEY)
  }
  const identity = { handle, index: Number(index) }
  const [option, path] =
    keyFile === undefined ? ['--secret-file', secretFile ?? ''] : ['--private-key', keyFile]
  try {
    const text = await readFile(path, 'utf8')
    if (keyFile !== undefined) return { kind: 'key', identity, privateKey: createPrivateKey(text) }
    return { kind: 'secret', identity, secret: Buffer.from(text.replace(/\r?\n$/, '')) }
  } catch (cause) {
    throw wrongFile(option, path, cause)
  }
}

const WRONG_KEY: Text = {
  en: '--key takes INDEX:HANDLE, such as 300:0.NA/88.100, and one of --secret-file and --private-key goes with it',
  zh: '--key 的形式是 索引:标识，例如 300:0.NA/88.100，并须同时给出 --secret-file 或 --private-key 之一',
}

function sameText(text: string): Text {
  return { en: text, zh: text }
}
