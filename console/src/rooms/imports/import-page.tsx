import './imports.css'
import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Button, Card, Descriptions } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { useLanguage } from '../../frame/language.ts'
import { Chart } from '../../ui/chart.tsx'
import { useConfirm } from '../../ui/confirm.tsx'
import { Go, useGo } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Failed } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { ErrorList } from './error-list.tsx'
import { canGoOn, isActive, type Job, useJob } from './jobs.ts'
import { JobProgress, JobTags, Who } from './parts.tsx'
import { ResumeCard } from './resume-card.tsx'
import { useTexts } from './texts.ts'
import { startUpload, stopUpload, useUpload } from './uploads.ts'

export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  return <QueryView query={useJob(id)}>{(job) => <ImportView key={id} job={job} />}</QueryView>
}

function ImportView({ job }: { job: Job }) {
  const t = useTexts()
  const [error, setError] = useState<unknown>()
  return (
    <PageFrame
      title={job.file ?? t('noName')}
      lead={<Go to="/imports">{t('back')}</Go>}
      actions={<Acts job={job} onError={setError} />}
    >
      {error !== undefined && <Failed error={error} />}
      <Card size="small" style={{ marginBlockEnd: 16 }}>
        <p style={{ marginBlockStart: 0 }} aria-live="polite">
          <JobTags job={job} />
        </p>
        <JobProgress job={job} />
        <Situation job={job} />
      </Card>
      {canGoOn(job) && <ResumeCard job={job} />}
      <div className="import-columns">
        <Card size="small">
          <Outcomes job={job} />
        </Card>
        <Card size="small" title={t('about')}>
          <About job={job} />
        </Card>
      </div>
      <ErrorList job={job} />
    </PageFrame>
  )
}

/** What is going on beyond the numbers: sent from here, undone, why it broke. */
function Situation({ job }: { job: Job }) {
  const t = useTexts()
  const format = useFormat()
  const upload = useUpload(job.id)
  const { undo, problem } = job
  return (
    <>
      {job.state === 'receiving' && upload?.state === 'sending' && (
        <Alert type="info" showIcon title={t('sendingHere')} />
      )}
      {upload?.state === 'waiting' && <Alert type="warning" showIcon title={t('waitingHere')} />}
      {problem !== undefined && (
        <Alert
          type="error"
          showIcon
          title={problem.detail}
          description={problem.errors.map((it) => (
            <div key={it.path + it.detail}>
              {it.detail} {it.expected}
            </div>
          ))}
        />
      )}
      {undo?.state === 'running' && (
        <Alert
          type="info"
          showIcon
          title={t('undoRunning', { count: format.number(undo.retired) })}
        />
      )}
      {undo?.state === 'done' && (
        <Alert
          type="success"
          showIcon
          title={t('undoDone', {
            retired: format.number(undo.retired),
            left: format.number(undo.leftAlone),
          })}
        />
      )}
      {undo?.state === 'broken' && (
        <Alert
          type="warning"
          showIcon
          title={t('undoBroken', { count: format.number(undo.retired) })}
        />
      )}
      {job.dryRun && job.state === 'done' && (
        <Alert type="info" showIcon title={t('importNowHint')} />
      )}
      {job.resultGoneAt !== undefined && <p>{t('resultGone')}</p>}
    </>
  )
}

function Acts({ job, onError }: { job: Job; onError: (error: unknown) => void }) {
  const t = useTexts()
  const language = useLanguage()
  const isOver = !isActive(job)
  const base = `/api/v1/imports/${encodeURIComponent(job.id)}/result?lang=${language}`
  const hasResult = isOver && job.lines > 0 && job.resultGoneAt === undefined
  const canUndo = !job.dryRun && isOver && job.created > 0 && job.undo?.state !== 'done'
  return (
    <>
      {job.dryRun && job.state === 'done' && <ImportNow job={job} onError={onError} />}
      {hasResult && (
        <Button href={base} download>
          {t('resultAll')}
        </Button>
      )}
      {hasResult && job.refused > 0 && (
        <Button href={`${base}&outcomes=refused`} download>
          {t('resultRefused')}
        </Button>
      )}
      {canUndo && <UndoButton job={job} onError={onError} />}
      {(job.state === 'receiving' || job.state === 'running') && (
        <CancelButton job={job} onError={onError} />
      )}
    </>
  )
}

type ActProps = { readonly job: Job; readonly onError: (error: unknown) => void }

/** The dry run was good: the same file again, for good. Only where this window still has it. */
function ImportNow({ job, onError }: ActProps) {
  const t = useTexts()
  const go = useGo()
  const upload = useUpload(job.id)
  const [isBusy, setIsBusy] = useState(false)
  const wish = upload?.wish
  if (upload === undefined || wish === undefined) {
    return <Button onClick={() => go('/imports/new')}>{t('newImport')}</Button>
  }
  const begin = async () => {
    setIsBusy(true)
    try {
      const id = await startUpload(upload.file, { ...wish, dryRun: false })
      go(`/imports/${encodeURIComponent(id)}`)
    } catch (error) {
      onError(error)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Button type="primary" loading={isBusy} onClick={() => void begin()}>
      {t('importNow')}
    </Button>
  )
}

function CancelButton({ job, onError }: ActProps) {
  const t = useTexts()
  const format = useFormat()
  const act = useAct(job, onError)
  return (
    <Button
      danger
      loading={act.isBusy}
      onClick={() =>
        void act.run(
          {
            title: t('cancel'),
            consequence: t('cancelConsequence', { count: format.number(job.created) }),
            verb: t('cancel'),
            isDestructive: true,
          },
          async () => {
            const path = { id: job.id }
            const done = await answer(api.POST('/api/v1/imports/{id}/cancel', { params: { path } }))
            stopUpload(job.id)
            return done
          },
        )
      }
    >
      {t('cancel')}
    </Button>
  )
}

function UndoButton({ job, onError }: ActProps) {
  const t = useTexts()
  const format = useFormat()
  const act = useAct(job, onError)
  return (
    <Button
      danger
      loading={act.isBusy}
      onClick={() =>
        void act.run(
          {
            title: t('undo'),
            consequence: t('undoConsequence', { count: format.number(job.created) }),
            verb: t('undo'),
            isDestructive: true,
          },
          () => answer(api.POST('/api/v1/imports/{id}/undo', { params: { path: { id: job.id } } })),
        )
      }
    >
      {t('undo')}
    </Button>
  )
}

function useAct(job: Job, onError: (error: unknown) => void) {
  const confirm = useConfirm()
  const queries = useQueryClient()
  const [isBusy, setIsBusy] = useState(false)
  const run = async (
    question: Parameters<ReturnType<typeof useConfirm>>[0],
    call: () => Promise<Job>,
  ) => {
    if ((await confirm(question)) === undefined) return
    setIsBusy(true)
    onError(undefined)
    try {
      queries.setQueryData(['import', job.id], await call())
    } catch (error) {
      onError(error)
    } finally {
      setIsBusy(false)
    }
    await queries.invalidateQueries({ queryKey: ['import', job.id] })
  }
  return { run, isBusy }
}

const OUTCOMES = ['created', 'updated', 'unchanged', 'refused'] as const

function Outcomes({ job }: { job: Job }) {
  const t = useTexts()
  return (
    <Chart
      data={{
        title: t('outcomes'),
        category: t('outcome'),
        kind: 'rows',
        categories: OUTCOMES.map((it) => t(it)),
        series: [{ name: t('count'), values: OUTCOMES.map((it) => job[it]) }],
      }}
    />
  )
}

function About({ job }: { job: Job }) {
  const t = useTexts()
  const format = useFormat()
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    [t('lines'), format.number(job.lines)],
    [t('prefix'), job.prefix],
    [t('template'), job.template],
    [t('format'), job.format.toUpperCase()],
    [t('encoding'), job.encoding?.toUpperCase()],
    [t('size'), job.bytesTotal === undefined ? undefined : format.bytes(job.bytesTotal)],
    [t('who'), <Who key="who" author={job.author} />],
    [t('startedAt'), <When key="start" at={job.startedAt} />],
    [t('finishedAt'), job.finishedAt && <When key="end" at={job.finishedAt} />],
    [t('columns'), job.columns && job.columns.length > 0 && <Columns key="map" job={job} />],
  ]
  return (
    <Descriptions
      size="small"
      column={1}
      items={rows
        .filter(([, it]) => it !== undefined && it !== false)
        .map(([label, children]) => ({ key: label, label, children }))}
    />
  )
}

function Columns({ job }: { job: Job }) {
  const t = useTexts()
  const nameOf = (field: string) =>
    field === 'identifier' || field === 'suffix' ? t(field) : field === '' ? t('leaveOut') : field
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {(job.columns ?? []).map((it) => (
        <li key={it.column}>
          <bdi>{it.column}</bdi> → <bdi>{nameOf(it.field)}</bdi>
        </li>
      ))}
    </ul>
  )
}
