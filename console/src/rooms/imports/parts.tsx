import { Progress, Tag } from 'antd'
import { useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { isActive, type Job, type JobState, partDone, usePace } from './jobs.ts'
import { useTexts } from './texts.ts'

const COLOUR: Readonly<Record<JobState, string>> = {
  receiving: 'processing',
  running: 'processing',
  done: 'success',
  broken: 'error',
  cancelled: 'default',
}

export function JobTags({ job }: { job: Job }) {
  const t = useTexts()
  return (
    <>
      <Tag color={COLOUR[job.state]}>{t(`state.${job.state}`)}</Tag>
      {job.dryRun && <Tag>{t('dryRunTag')}</Tag>}
      {job.undo?.state === 'running' && <Tag color="processing">{t('undoingTag')}</Tag>}
      {job.undo?.state === 'done' && <Tag>{t('undoneTag')}</Tag>}
    </>
  )
}

export function FileName({ job }: { job: Job }) {
  const t = useTexts()
  return <bdi>{job.file ?? t('noName')}</bdi>
}

/** How far a job is, how fast, and how long it will take. */
export function JobProgress({ job }: { job: Job }) {
  const t = useTexts()
  const format = useFormat()
  const pace = usePace(job)
  const part = job.state === 'done' ? 1 : partDone(job)
  const words = [
    ...(part !== undefined && job.bytesTotal !== undefined
      ? [t('progressOf', { done: format.bytes(job.bytes), total: format.bytes(job.bytesTotal) })]
      : []),
    ...(pace ? [t('rateOf', { count: format.number(Math.round(pace.linesPerS)) })] : []),
    ...(pace?.secondsLeft !== undefined
      ? [t('remaining', { time: format.duration(Math.ceil(pace.secondsLeft)) })]
      : []),
  ]
  const status = job.state === 'broken' ? { status: 'exception' as const } : {}
  return (
    <div style={{ minInlineSize: 160 }}>
      <Progress
        aria-label={t('progress')}
        percent={Math.floor((part ?? 0) * 100)}
        {...(part === undefined && { format: () => format.number(job.lines) })}
        {...(isActive(job) ? { status: 'active' as const } : status)}
      />
      <div className="nums" style={{ minBlockSize: 22 }}>
        {words.join(' · ')}
      </div>
    </div>
  )
}

/** Who began a job, by the name this person may know. */
export function Who({ author }: { author: Job['author'] }) {
  const t = useTexts()
  const me = useMe()
  if (author === undefined) return <span>—</span>
  if (author.id === me.id) return <span>{t('me')}</span>
  if (author.id === 'node') return <span>{t('theNode')}</span>
  if (author.name !== undefined) return <bdi>{author.name}</bdi>
  if (author.kind === 'key') return <span>{t('aKey')}</span>
  return <bdi>{author.id.slice(0, 8)}</bdi>
}
