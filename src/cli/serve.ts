import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import { letHelpersYield } from '../lib/thread-priority.ts'
import { startNode } from '../node.ts'
import { EXIT_DONE, type Io } from './io.ts'

/** A third of the time of a thread that answers, where both want a core: it waits for what they collect. */
const HELPERS_NICE = 5

/**
 * `waymark serve`: on standard output `ready URL` and, while there is no operator, `setup URL/console/setup#CODE`, and
 * nothing else. Ends on SIGINT or SIGTERM, after what is in flight is finished.
 */
export async function serveCommand(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help) {
    io.stdout.write(
      'waymark serve\n\nSettings come from WAYMARK_… variables: waymark check --help\n',
    )
    return EXIT_DONE
  }
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  await using node = await startNode(readConfig(io.env))
  // now that it has begun: until then there are no answers that wait, and much to compile
  letHelpersYield(HELPERS_NICE)
  const { url, setupCode } = node
  const setup = setupCode === undefined ? '' : `setup ${url}/console/setup#${setupCode}\n`
  io.stdout.write(`ready ${url}\n${setup}`)
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
  return EXIT_DONE
}
