import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { App, Button, Space } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Copy } from '../../ui/copy.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Label } from '../../ui/label.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { Failed, Loading, NotHere, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { Example } from './example.tsx'
import { type HandleKey, keysQueryKey, useHandleKeys } from './keys.ts'
import { LastUse, LastUseSaid } from './last-use.tsx'
import { useTexts } from './texts.ts'

const KeyDialog = lazy(async () => ({ default: (await import('./key-dialog.tsx')).KeyDialog }))
/** So much of a fingerprint is told apart by eye. */
const SHOWN_CHARS = 16

/** The keys by which programs administer a prefix through the Handle protocol. */
export function Page() {
  const t = useTexts()
  const { prefix } = useParams({ strict: false }) as { prefix: string }
  const found = useHandleKeys(prefix)
  const [dialog, setDialog] = useState<{ readonly of?: HandleKey }>()
  const columns = useColumns(prefix, (of) => setDialog({ of }))
  if (found.isError && [403, 404].includes(asProblem(found.error).status)) return <NotHere />
  const keys = found.data?.items
  const add = (
    <Button type="primary" onClick={() => setDialog({})}>
      {t('add')}
    </Button>
  )
  return (
    <PageFrame
      title={t('titleOf', { prefix })}
      lead={t('lead')}
      actions={
        <>
          <GoButton to={`/prefixes/${encodeURIComponent(prefix)}`}>{t('toPrefix')}</GoButton>
          {keys !== undefined && keys.length > 0 && add}
        </>
      }
    >
      {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
      {found.isLoading && <Loading />}
      {keys !== undefined && (
        <>
          <Records
            label={t('list')}
            rows={keys}
            keyOf={(it) => String(it.index)}
            columns={columns}
            empty={<Nothing title={t('none')} hint={t('noneHint')} action={add} />}
          />
          {keys.length > 0 && <Example prefix={prefix} keys={keys} />}
        </>
      )}
      {dialog !== undefined && (
        <Suspense>
          <KeyDialog prefix={prefix} {...dialog} onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
    </PageFrame>
  )
}

function useColumns(
  prefix: string,
  onRotate: (key: HandleKey) => void,
): readonly Column<HandleKey>[] {
  const t = useTexts()
  return [
    {
      key: 'identity',
      title: t('identity'),
      show: ({ identity }) => (
        <>
          <bdi className="mono">{identity}</bdi> <Copy text={identity} />
        </>
      ),
    },
    { key: 'kind', title: t('kind'), show: (it) => <Kind of={it} /> },
    {
      key: 'fingerprint',
      title: t('fingerprint'),
      show: ({ fingerprint }) =>
        fingerprint === undefined ? (
          '—'
        ) : (
          <>
            <span className="mono">{fingerprint.slice(0, SHOWN_CHARS)}…</span>{' '}
            <Copy text={fingerprint} label={t('fingerprint')} />
          </>
        ),
    },
    { key: 'since', title: t('since'), show: ({ at }) => <When at={at} isExact /> },
    {
      key: 'used',
      title: t('lastUsed'),
      show: (it) => <LastUse prefix={prefix} of={it} />,
    },
    {
      key: 'acts',
      title: t('acts'),
      show: (it) => (
        <Space size="small">
          <Button
            size="small"
            aria-label={t('rotateOf', { identity: it.identity })}
            onClick={() => onRotate(it)}
          >
            {t('rotate')}
          </Button>
          <Revoke prefix={prefix} of={it} />
        </Space>
      ),
    },
  ]
}

function Kind({ of: { kind, algorithm } }: { of: HandleKey }) {
  const t = useTexts()
  if (kind === 'secret') return <Label>{t('kindSecret')}</Label>
  if (algorithm === undefined) return <Label kind="error">{t('kindUnusable')}</Label>
  return <Label>{t('kindPublic', { algorithm })}</Label>
}

function Revoke({ prefix, of }: { prefix: string; of: HandleKey }) {
  const { identity, index } = of
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const isLast = useHandleKeys(prefix).data?.items.length === 1
  const revoke = async () => {
    const answered = await confirm({
      title: t('revokeTitle', { identity }),
      consequence: (
        <>
          <p>
            <LastUseSaid prefix={prefix} of={of} />
          </p>
          <p>{t('revokeConsequence', { prefix })}</p>
          <p>{isLast ? t('revokeLast') : t('revokeNumber')}</p>
        </>
      ),
      verb: t('revoke'),
      isDestructive: true,
    })
    if (answered === undefined) return
    const params = { path: { prefix, index } }
    try {
      await answer(api.DELETE('/api/v1/prefixes/{prefix}/handle-keys/{index}', { params }))
      void message.success(t('revoked', { identity }))
    } catch (thrown) {
      void message.error(asProblem(thrown).message)
    }
    await queries.invalidateQueries({ queryKey: keysQueryKey(prefix) })
  }
  return (
    <Button
      size="small"
      danger
      aria-label={t('revokeOf', { identity })}
      onClick={() => void revoke()}
    >
      {t('revoke')}
    </Button>
  )
}
