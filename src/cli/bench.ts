import { existsSync } from 'node:fs'
import { EXIT_WRONG_USE, type Io } from './io.ts'

const RUN = new URL('../../bench/run.ts', import.meta.url)

/** `waymark bench …`: measures this machine; in the checkout only, for a packed copy brings no benches. */
export async function benchCommand(args: string[], io: Io): Promise<number> {
  if (!existsSync(RUN)) {
    io.stderr.write(
      'waymark bench: the benches are not part of a packed copy; run this in a checkout of the repository\n',
    )
    return EXIT_WRONG_USE
  }
  const bench: { runBench(args: string[], io: Io): Promise<number> } = await import(RUN.href)
  return await bench.runBench(args, io)
}
