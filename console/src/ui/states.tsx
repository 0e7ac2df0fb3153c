import { Alert, Button, Empty, Spin } from 'antd'
import type { ReactNode } from 'react'
import { asProblem } from '../api/problem.ts'
import { useFrameTexts } from '../frame/frame-texts.ts'
import { Go } from './go.tsx'
import { Page } from './page.tsx'

export function Loading() {
  const t = useFrameTexts()
  return (
    <div role="status" aria-live="polite" style={{ padding: 48, textAlign: 'center' }}>
      <Spin />
      <span className="visually-hidden">{t('loading')}</span>
    </div>
  )
}

/** What went wrong, in the node's own words, and the way on. What is absent or not theirs to see is nothing. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = asProblem(error)
  const isRefused = problem.code === 'sign-in-refused'
  if (problem.status === 404 || (problem.status === 403 && !isRefused)) return <NothingHere />
  return <Said error={problem} {...(retry && { retry })} />
}

/** What the node answered to something that was asked of it, always in its own words. */
export function Said({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useFrameTexts()
  const problem = asProblem(error)
  const isOffline = problem.status === 0
  const said = isOffline ? t('offline') : problem.message
  return (
    <Alert
      type={isOffline ? 'warning' : 'error'}
      showIcon
      title={isOffline ? t('offlineTitle') : problem.title || t('failedTitle')}
      description={
        <>
          {said !== problem.title && <p style={{ margin: 0 }}>{said}</p>}
          <ProblemFields error={problem} />
          {problem.requestId !== undefined && <p>{t('failedNumber', { id: problem.requestId })}</p>}
        </>
      }
      {...(retry && { action: <Button onClick={retry}>{t('retry')}</Button> })}
    />
  )
}

/** Every wrong field that no input on the page stands for. */
export function ProblemFields({ error }: { error: unknown }) {
  const { fields } = asProblem(error)
  if (fields.length === 0) return null
  return (
    <ul style={{ margin: '4px 0 0', paddingInlineStart: 18 }}>
      {fields.map((it) => (
        <li key={`${it.path} ${it.detail}`}>
          {it.path !== '' && <code>{it.path}</code>} {it.detail} {it.expected}
        </li>
      ))}
    </ul>
  )
}

/** Nothing yet: says so, and what to do about it. */
export function Nothing({
  title,
  hint,
  action,
}: {
  /** Left out where the heading of the page says it. */
  title?: string
  hint?: string
  action?: ReactNode
}) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          {title !== undefined && <strong>{title}</strong>}
          {hint !== undefined && <p style={{ marginBlock: 4, textWrap: 'balance' }}>{hint}</p>}
        </>
      }
    >
      {action}
    </Empty>
  )
}

/** The page of an address where nothing stands, or nothing for this person. */
export function NotHere() {
  const t = useFrameTexts()
  return (
    <Page title={t('notHereTitle')}>
      <WayHome />
    </Page>
  )
}

function NothingHere() {
  const t = useFrameTexts()
  return <WayHome title={t('notHereTitle')} />
}

/** `title`: where no heading of the page says it. */
function WayHome({ title }: { title?: string }) {
  const t = useFrameTexts()
  return (
    <Nothing
      {...(title !== undefined && { title })}
      hint={t('notHere')}
      action={<Go to="/">{t('home')}</Go>}
    />
  )
}
