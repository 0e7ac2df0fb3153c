import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets other threads of this process go first where cores are short: answers before bulk work. `nice` is 0 … 19. Only Linux
 * gives threads priorities of their own; elsewhere nothing changes.
 */
export function yieldToOthers(nice: number): void {
  try {
    // PID/task/TID
    const tid = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(tid, nice)
  } catch {
    // not Linux, or not allowed: the scheduler's own fairness has to do
  }
}
