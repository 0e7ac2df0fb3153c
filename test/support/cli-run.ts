import { Readable, Writable } from 'node:stream'
import { runCli } from '../../src/cli/cli.ts'

export type CliRan = { readonly code: number; readonly out: string; readonly err: string }

/** Runs a command in this process, and takes what it says. */
export async function ranCli(
  args: readonly string[],
  { lang = 'en_US.UTF-8', isTty = false }: { lang?: string; isTty?: boolean } = {},
): Promise<CliRan> {
  const texts = { out: '', err: '' }
  const into = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[name] += chunk
        done()
      },
    })
  const io = { stdout: into('out'), stderr: into('err'), stdin: Readable.from([]), isTty }
  const code = await runCli(args, { ...io, env: { LANG: lang } })
  return { code, ...texts }
}
