import type { Language } from '../lib/text.ts'
import type { Io } from './io.ts'

export type Progress = {
  /** How much of the whole is done, in the unit of `total`; `note` is shown beside it. */
  update(done: number, note?: string): void
  /** Clears the bar; what is told next stands on a line of its own. */
  end(): void
}

const REDRAW_MS = 100
/** Where nobody watches, a line now and then is enough. */
const LINE_MS = 10_000
const BAR_CHARS = 24
/** Before this much time a rate says nothing. */
const RATE_FROM_MS = 500

/** A bar on a terminal, plain lines elsewhere; on standard error, so that results can be piped. */
export function startProgress(
  io: Pick<Io, 'stderr' | 'isTty'>,
  {
    total,
    language,
    clock = Date.now,
  }: { total: number; language: Language; clock?: () => number },
): Progress {
  const startedAt = clock()
  let shownAt = io.isTty ? Number.NEGATIVE_INFINITY : startedAt
  let isShown = false
  return {
    update(done, note = '') {
      const now = clock()
      if (now - shownAt < (io.isTty ? REDRAW_MS : LINE_MS)) return
      shownAt = now
      const share = total === 0 ? 1 : Math.min(done / total, 1)
      const left = leftOf(share, now - startedAt, language)
      const percent = `${Math.floor(share * 100)} %`.padStart(5)
      const parts = [percent, note, left].filter((it) => it !== '').join('  ')
      if (!io.isTty) io.stderr.write(`${parts.trim()}\n`)
      else io.stderr.write(`\r\x1b[K${bar(share)} ${parts}`)
      isShown = io.isTty
    },
    end() {
      if (isShown) io.stderr.write('\r\x1b[K')
      isShown = false
    },
  }
}

function bar(share: number): string {
  const full = Math.round(share * BAR_CHARS)
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CHARS - full)}`
}

function leftOf(share: number, passedMs: number, language: Language): string {
  if (share <= 0 || share >= 1 || passedMs < RATE_FROM_MS) return ''
  const left = formatDuration((passedMs / share) * (1 - share))
  return language === 'zh' ? `剩余 ${left}` : `${left} left`
}

/** `42 s`, `3:07`, `1:02:09`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60]
  const hours = Math.floor(seconds / 3600)
  if (hours === 0) return `${parts[0]}:${String(parts[1]).padStart(2, '0')}`
  return [hours, ...parts.map((it) => String(it).padStart(2, '0'))].join(':')
}

export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}
