import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import { newResetLink } from '../node-offline.ts'
import { nodeUrl } from './api.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io } from './io.ts'

const HELP = `waymark user reset NAME [--json]

Makes a one-time link, good for 24 hours, by which the user sets a new password. Works on the data folder that WAYMARK_DATA
names, whether its node serves or not. WAYMARK_URL is the address the link begins with.
`

export async function userCommand(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  })
  if (values.help) {
    io.stdout.write(HELP)
    return EXIT_DONE
  }
  const [act, name, ...rest] = positionals
  if (act !== 'reset' || name === undefined || rest.length > 0) {
    io.stderr.write(HELP)
    return EXIT_WRONG_USE
  }
  const { token, expiresAt } = await newResetLink(readConfig(io.env), name)
  const link = `${nodeUrl(io.env)}/console/reset#${token}`
  const expires = new Date(expiresAt).toISOString()
  io.stdout.write(values.json ? `${JSON.stringify({ link, token, expires })}\n` : `${link}\n`)
  return EXIT_DONE
}
