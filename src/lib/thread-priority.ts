import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const NICE_MAX = 19

/**
 * Lets other threads of this process go first where cores are short: answers before bulk work. `nice` is 0 … 19, on top of
 * what the program was started with. Only Linux gives threads priorities of their own; elsewhere nothing changes.
 */
export function yieldToOthers(nice: number): void {
  try {
    // PID/task/TID
    makeNicer(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), nice)
  } catch {
    // not Linux, or not allowed: the scheduler's own fairness has to do
  }
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
