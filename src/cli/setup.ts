import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import { Problem } from '../lib/problem.ts'
import { newSetupCode } from '../node-offline.ts'
import { nodeUrl, postJson } from './api.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io } from './io.ts'

const HELP = `waymark setup --code CODE --name NAME --password-stdin --node PREFIX [--display-name TEXT] [--node-name TEXT] [--region CODE]
waymark setup --new-code

Creates the first operator of a node that was just started, with the code it printed; the password is read from standard
input. --new-code issues another code for the node whose data folder WAYMARK_DATA names (the old one is void).
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
  const answer = await postJson(io, '/api/v1/setup', {
    code: values.code,
    name: values.name,
    password,
    nodePrefix: values.node,
    ...(values['display-name'] === undefined ? {} : { displayName: values['display-name'] }),
    ...(values['node-name'] === undefined ? {} : { nodeName: values['node-name'] }),
    ...(values.region === undefined ? {} : { region: values.region }),
  })
  if (answer === undefined) {
    throw new Problem('unavailable', { en: 'The node gave no answer', zh: '节点没有应答' })
  }
  io.stdout.write(values.json ? `${JSON.stringify(answer)}\n` : `operator ${values.name}\n`)
  return EXIT_DONE
}
