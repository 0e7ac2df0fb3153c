import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import type { Permission } from '../kernel/access/permissions.ts'
import { newSetupCode } from '../node-offline.ts'
import { askNode, callNode, nodeUrl } from './api.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io } from './io.ts'

const HELP = `waymark setup --code CODE --name NAME --password-stdin --node PREFIX [--display-name TEXT] [--node-name TEXT] [--region CODE] [--no-key] [--json]
waymark setup --new-code [--json]

Creates the first operator of a node that was just started, with the code it printed; the password is read from standard
input. Prints an API key for the commands of this program (WAYMARK_API_KEY), good for 30 days and for prefixes, templates and
identifiers only; --no-key makes none. --new-code issues another code for the node whose data folder WAYMARK_DATA names (the old one is void).
WAYMARK_URL names the node (default http://127.0.0.1:8080).
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
  if (values['new-code']) {
    const { code } = await newSetupCode(readConfig(io.env))
    const link = `${nodeUrl(io.env)}/console/setup#${code}`
    io.stdout.write(values.json ? `${JSON.stringify({ code, link })}\n` : `setup ${link}\n`)
    return EXIT_DONE
  }
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
