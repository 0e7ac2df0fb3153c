import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Descriptions } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { type Checkpoint, parseCheckpoint } from '../../proof/note.ts'
import { Copy } from '../../ui/copy.tsx'
import { downloadText } from '../../ui/download.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { When } from '../../ui/when.tsx'
import { keepHead, keptHead } from './kept-head.ts'
import { checkContinuity, headQuery, type LogHead } from './log.ts'
import { Hash, SignedText } from './parts.tsx'
import { useTexts } from './texts.ts'
import './evidence.css'

/** Size, root and signer of the log, and whether it continues what this browser saw last. */
export function HeadCard() {
  const t = useTexts()
  const head = useQuery(headQuery)
  return (
    <Card title={<h2 className="card-title">{t('headTitle')}</h2>} className="log-head">
      <QueryView query={head}>{(it) => <HeadRows head={it} />}</QueryView>
    </Card>
  )
}

function HeadRows({ head }: { head: LogHead }) {
  const t = useTexts()
  const format = useFormat()
  const { checkpoint, key, note, signed } = head
  return (
    <>
      <Descriptions
        column={1}
        size="small"
        items={[
          {
            key: 'size',
            label: t('size'),
            children: checkpoint === undefined ? '—' : format.number(checkpoint.size),
          },
          {
            key: 'root',
            label: t('root'),
            children: <Hash bytes={checkpoint?.root} label={t('root')} />,
          },
          {
            key: 'origin',
            label: t('origin'),
            children: <bdi className="mono">{checkpoint?.origin ?? '—'}</bdi>,
          },
          {
            key: 'signer',
            label: t('signer'),
            children: (
              <span>
                <code className="mono">{key}</code> <Copy text={key} label={t('signer')} />
              </span>
            ),
          },
          { key: 'signature', label: t('signature'), children: <SignedText signed={signed} /> },
        ]}
      />
      <p style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlockStart: 12 }}>
        <Button onClick={() => downloadText('checkpoint', 'text/plain', note)}>
          {t('checkpointFile')}
        </Button>
        <Button onClick={() => downloadText('key', 'text/plain', `${key}\n`)}>
          {t('keyFile')}
        </Button>
      </p>
      {checkpoint !== undefined && signed !== 'wrong' && (
        <SinceLastLook checkpoint={checkpoint} note={note} />
      )}
    </>
  )
}

/** Room for what is told, in two lines. */
const LOOK_PX = 72

function SinceLastLook({ checkpoint, note }: { checkpoint: Checkpoint; note: string }) {
  const t = useTexts()
  const look = useQuery({
    queryKey: ['evidence', 'since', note],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => lookAgain(checkpoint, note),
  })
  return (
    <>
      <h3>{t('keptTitle')}</h3>
      <div style={{ minBlockSize: LOOK_PX }}>
        {look.isPending ? (
          <p role="status">{t('keptLooking')}</p>
        ) : (
          <QueryView query={look}>{(it) => <LookText look={it} />}</QueryView>
        )}
      </div>
    </>
  )
}

type Look =
  | { readonly kind: 'first' }
  | { readonly kind: 'good' | 'wrong'; readonly size: number; readonly at: string }

async function lookAgain(now: Checkpoint, note: string): Promise<Look> {
  const kept = keptHead(now.origin)
  const before = kept && parseCheckpoint(kept.note)
  if (kept === undefined || before === undefined) {
    keepHead(now.origin, note)
    return { kind: 'first' }
  }
  const { size } = before
  const isContinued =
    size <= now.size && (await checkContinuity(size, now, before.root)).isContinued
  if (!isContinued) return { kind: 'wrong', size, at: kept.at }
  keepHead(now.origin, note)
  return { kind: 'good', size, at: kept.at }
}

function LookText({ look }: { look: Look }) {
  const t = useTexts()
  const format = useFormat()
  if (look.kind === 'first') return <p>{t('keptFirst')}</p>
  const size = format.number(look.size)
  const isGood = look.kind === 'good'
  return (
    <Alert
      type={isGood ? 'success' : 'error'}
      showIcon
      title={isGood ? t('keptGood', { size }) : t('keptWrong', { size })}
      description={
        <>
          {t('keptSeen')} <When at={look.at} />
        </>
      }
    />
  )
}
