import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const NICE_MAX = 19

/**
 * Lets other threads of this process go first where cores are short: answers before bulk work. `nice` is 0 … 19, on top of
 * what the program was started with. Only Linux gives threads priorities of their own; elsewhere nothing changes.
 */
export function yieldToOthers(nice: number): void {
  try {
    makeNicer(ownThread(), nice)
  } catch {
    // not Linux, or not allowed: the scheduler's own fairness has to do
  }
}

/** To run another program, this one's memory is marked page by page, and all its threads wait meanwhile. */
const FORKED_BYTES_MAX = 402_653_184

/**
 * As `yieldToOthers`, and at the very moment another thread has something to do: however nice, a thread keeps its core for
 * some milliseconds, which are many where answers take fractions of one. Begins in a moment, where util-linux is there.
 */
export function yieldAtOnce(nice: number): void {
  yieldToOthers(nice)
  try {
    const thread = String(ownThread())
    if (ownBytes() > FORKED_BYTES_MAX) return
    // without `chrt`, or the right to it, nice has to do
    execFile('chrt', ['--idle', '--pid', '0', thread], () => undefined).unref()
  } catch {
    // as above
  }
}

function ownThread(): number {
  // PID/task/TID
  return Number(readlinkSync('/proc/thread-self').split('/').at(-1))
}

function ownBytes(): number {
  const kib = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return kib === undefined ? Number.POSITIVE_INFINITY : Number(kib) * 1024
}

/**
 * The same for the threads of the runtime that compile and collect for all of the program's threads: what they do for bulk
 * work would otherwise go as far ahead as the answers. Little `nice`: who collects waits for them.
 */
export function letHelpersYield(nice: number): void {
  try {
    for (const tid of readdirSync('/proc/self/task')) {
      const name = readFileSync(`/proc/self/task/${tid}/comm`, 'utf8')
      if (name.includes('V8Worker')) makeNicer(Number(tid), nice)
    }
  } catch {
    // as above
  }
}

/** Never the other way, whatever the program's own nice value is. */
function makeNicer(tid: number, nice: number): void {
  // the first thread of a process has its number
  setPriority(tid, Math.min(NICE_MAX, getPriority(process.pid) + nice))
}
