import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Starts a program that tells each thing it did in a line, and kills it some milliseconds after the first; answers the lines.
 * The moment of the kill is what such a test is about, so it is the one thing here that goes by time.
 */
export async function linesUntilKilled(
  program: string,
  parameters: readonly string[],
  afterMs: number,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  const told: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => told.push(line))
  const read = once(lines, 'close')
  await Promise.race([once(lines, 'line'), gone])
  await sleep(afterMs)
  child.kill('SIGKILL')
  await Promise.all([gone, read])
  assert.equal(child.signalCode, 'SIGKILL', 'the writer ended by itself')
  return told
}
