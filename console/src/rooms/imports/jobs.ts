import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { answer, api, type Json, type paths } from '../../api/client.ts'

export type Job = Json<paths['/api/v1/imports/{id}']['get']['responses']['200']>
export type JobList = Json<paths['/api/v1/imports']['get']['responses']['200']>
export type JobState = Job['state']

const LIVE_MS = 1000
/** Another window or a program may have begun one. */
const IDLE_MS = 10_000

export function isActive({ state, undo }: Pick<Job, 'state' | 'undo'>): boolean {
  return state === 'receiving' || state === 'running' || undo?.state === 'running'
}

/** It broke off for want of a connection or of the node, and not for what its file is. */
export function canGoOn(job: Job): job is Job & { readonly resume: NonNullable<Job['resume']> } {
  const isWrong = job.problem !== undefined && job.problem.code !== 'unavailable'
  return job.resume !== undefined && !isWrong
}

/** A job as it stands now: asked for every second while it runs, in every window that shows it. */
export function useJob(id: string) {
  return useQuery({
    queryKey: ['import', id],
    queryFn: ({ signal }): Promise<Job> =>
      answer(api.GET('/api/v1/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && isActive(data) ? LIVE_MS : IDLE_MS,
  })
}

/** How often a list of jobs is asked for again. */
export function listInterval(jobs: readonly Job[]): number {
  return jobs.some(isActive) ? 2 * LIVE_MS : IDLE_MS
}

export type Pace = {
  readonly linesPerS: number
  /** Undefined where nobody knows how much there is. */
  readonly secondsLeft?: number
}

type Sample = { readonly at: number; readonly lines: number; readonly bytes: number }
const WINDOW_MS = 8000

/** How fast a running job is, over the last seconds; just after a reload, since it began. */
export function usePace(job: Job): Pace | undefined {
  const samples = useRef<Sample[]>([])
  if (!isActive(job)) return undefined
  const now = Date.now()
  const newest = samples.current.at(-1)
  if (newest === undefined || newest.lines !== job.lines || now - newest.at > LIVE_MS) {
    samples.current = [
      ...samples.current.filter((it) => now - it.at < WINDOW_MS),
      { at: now, lines: job.lines, bytes: job.bytes },
    ]
  }
  const first = samples.current[0]
  const isFresh = first === undefined || now - first.at < 2 * LIVE_MS
  const from = isFresh ? { at: Date.parse(job.startedAt), lines: 0, bytes: 0 } : first
  const seconds = Math.max(0.5, (now - from.at) / 1000)
  const linesPerS = Math.max(0, (job.lines - from.lines) / seconds)
  const bytesPerS = Math.max(0, (job.bytes - from.bytes) / seconds)
  const left = job.bytesTotal === undefined ? undefined : job.bytesTotal - job.bytes
  if (left === undefined || left <= 0 || bytesPerS === 0) return { linesPerS }
  return { linesPerS, secondsLeft: left / bytesPerS }
}

/** Over the whole of a job that is over. */
export function averagePace({ lines, startedAt, finishedAt }: Job): number | undefined {
  if (finishedAt === undefined) return undefined
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
  return seconds > 0 ? lines / seconds : undefined
}

/** How much of its file is settled; undefined where its size is not known or does not tell. */
export function partDone({ state, format, bytes, bytesTotal }: Job): number | undefined {
  // a workbook is read when it has come whole
  const isAwaited = format === 'xlsx' && state === 'receiving'
  if (bytesTotal === undefined || bytesTotal === 0 || isAwaited) return undefined
  return Math.min(1, bytes / bytesTotal)
}
