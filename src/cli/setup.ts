import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import type { Permission } from '../kernel/access/permissions.ts'
import { endEvidenceKey, newEvidenceKey, newSetupCode } from '../node-offline.ts'
import { askNode, callNode, nodeUrl } from './api.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io } from './io.ts'

const HELP = `waymark setup --code CODE --name NAME --password-stdin --node PREFIX [--display-name TEXT] [--node-name TEXT] [--region CODE] [--no-key] [--json]
waymark setup --new-code [--json]
waymark setup --new-evidence-key [--json]
waymark setup --end-evidence-key [--json]

Creates the first operator of a node that was just started, with the code it printed; the password is read from standard
input. Prints an API key for the commands of this program (WAYMARK_API_KEY), good for 30 days and for prefixes, templates and
identifiers only; --no-key makes none. --new-code issues another code for the node whose data folder WAYMARK_DATA names (the old one is void).
WAYMARK_URL names the node (default http://127.0.0.1:8080).

--new-evidence-key makes another key for the evidence log of the data folder, while no node serves from it, and prints its
verifier key: from the next start both keys sign. Give the new one to everybody who verifies; then --end-evidence-key ends
the old one, says so in the log and deletes it.
`

const OPTIONS = {
  code: { type: 'string' },
  name: { type: 'string' },
  'password-stdin': { type: 'boolean' },
  node: { type: 'string' },
  'display-name': { type: 'string' },
  'node-name': { type: 'string' },
  region: { type: 'string' },
  'new-code': { type: 'boolean' },
  'new-evidence-key': { type: 'boolean' },
  'end-evidence-key': { type: 'boolean' },
  'no-key': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export async function setupCommand(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS })
  if (values.help) {
    io.stdout.write(HELP)
    return EXIT_DONE
  }
  const done = await onDataFolder(values, io)
  if (done !== undefined) return done
  if (!values.code || !values.name || !values.node || !values['password-stdin']) {
    io.stderr.write(HELP)
    return EXIT_WRONG_USE
  }
  const password = (await text(io.stdin)).replace(/\r?\n$/, '')
  const session = await redeem(io, {
    code: values.code,
    name: values.name,
    password,
    nodePrefix: values.node,
    ...(values['display-name'] === undefined ? {} : { displayName: values['display-name'] }),
    ...(values['node-name'] === undefined ? {} : { nodeName: values['node-name'] }),
    ...(values.region === undefined ? {} : { region: values.region }),
  })
  const key = values['no-key'] ? undefined : await commandLineKey(io, session)
  if (values.json) {
    const told = { operator: values.name, node: values.node, ...(key && { key }) }
    io.stdout.write(`${JSON.stringify(told)}\n`)
    return EXIT_DONE
  }
  io.stdout.write(`operator ${values.name}\nnode ${values.node}\n`)
  if (key !== undefined) io.stdout.write(`key ${key}\n`)
  return EXIT_DONE
}

type Wanted = {
  readonly 'new-code'?: boolean
  readonly 'new-evidence-key'?: boolean
  readonly 'end-evidence-key'?: boolean
  readonly json?: boolean
}

/** What is done on the data folder, without asking the node; undefined where nothing of it is wanted. */
async function onDataFolder(values: Wanted, io: Io): Promise<number | undefined> {
  const tell = (told: object, line: string): number => {
    io.stdout.write(values.json ? `${JSON.stringify(told)}\n` : `${line}\n`)
    return EXIT_DONE
  }
  if (values['new-code']) {
    const { code } = await newSetupCode(readConfig(io.env))
    const link = `${nodeUrl(io.env)}/console/setup#${code}`
    return tell({ code, link }, `setup ${link}`)
  }
  if (values['new-evidence-key']) {
    const told = await newEvidenceKey(readConfig(io.env))
    return tell(told, told.key)
  }
  if (values['end-evidence-key']) {
    const told = await endEvidenceKey(readConfig(io.env))
    return tell(told, told.key)
  }
  return undefined
}

type Session = { readonly cookie: string; readonly csrf: string }

async function redeem(io: Io, body: unknown): Promise<Session> {
  const { answer, headers } = await askNode(io, { method: 'POST', path: '/api/v1/setup', body })
  const cookie = headers.getSetCookie().map((it) => it.split(';')[0])
  return { cookie: cookie.join('; '), csrf: (answer as { csrf: string }).csrf }
}

/** What the commands of this program need, and no more: people, settings and keys stay with people who signed in. */
const SCOPES: readonly Permission[] = [
  'prefixes.read',
  'prefixes.manage',
  'templates.read',
  'templates.write',
  'identifiers.read',
  'identifiers.write',
]
const KEY_DAYS = 30
const DAY_MS = 86_400_000

async function commandLineKey(io: Io, { cookie, csrf }: Session): Promise<string> {
  const expiresAt = new Date(Date.now() + KEY_DAYS * DAY_MS).toISOString()
  const answer = await callNode(io, {
    method: 'POST',
    path: '/api/v1/keys',
    headers: { cookie, 'x-waymark-csrf': csrf },
    body: { label: 'command line', scopes: SCOPES, expiresAt },
  })
  return (answer as { token: string }).token
}
