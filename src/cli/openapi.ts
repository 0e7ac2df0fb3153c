import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import { startNode } from '../node.ts'
import { EXIT_DONE, EXIT_FAILED, type Io } from './io.ts'

const KEPT = 'docs/openapi.json'
const HELP = `waymark openapi [--check]

Prints the OpenAPI document that a node serves at /api/openapi.json. --check compares it with ${KEPT} instead.
`

/** Starts a node in a scratch folder on a free port, and asks it. */
export async function openApiCommand(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    io.stdout.write(HELP)
    return EXIT_DONE
  }
  const document = await readDocument()
  if (!values.check) {
    io.stdout.write(document)
    return EXIT_DONE
  }
  if (readFileSync(KEPT, 'utf8') === document) {
    io.stdout.write(`${KEPT} is what the routes say\n`)
    return EXIT_DONE
  }
  io.stderr.write(`${KEPT} is not what the routes say; run: npm run openapi\n`)
  return EXIT_FAILED
}

async function readDocument(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'waymark-openapi-'))
  try {
    const env = { WAYMARK_DATA: data, WAYMARK_HTTP_PORT: '0', WAYMARK_LOG_LEVEL: 'error' }
    await using node = await startNode(readConfig(env))
    const answer: unknown = await (await fetch(`${node.url}/api/openapi.json`)).json()
    return `${JSON.stringify(answer, undefined, 2)}\n`
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}
