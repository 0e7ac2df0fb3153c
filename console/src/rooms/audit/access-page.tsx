import { Button } from 'antd'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import './audit.css'
import { Author } from './parts.tsx'
import { useTexts } from './texts.ts'
import { type Entry, exportPath, useTrail } from './trail.ts'

const READS = 'personal-reads'

/** Who read personal data: of the node for its people, of an enterprise for its administrators. */
export function Page() {
  const t = useTexts()
  const [asked] = useSearchState(['author', 'enterprise'])
  const filters = { ...asked, collection: READS }
  const found = useTrail(filters)
  const columns = useColumns()
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <PageFrame
      title={t('accessTitle')}
      lead={t('accessLead')}
      actions={
        <Button href={exportPath(filters, 'csv')} download="access-log.csv">
          {t('exportCsv')}
        </Button>
      }
    >
      {found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Records
          label={t('accessTitle')}
          rows={rows}
          keyOf={(it) => it.id}
          columns={columns}
          isLoading={found.isLoading}
          empty={<Nothing title={t('accessEmpty')} hint={t('accessEmptyHint')} />}
          onMore={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
          isLoadingMore={found.isFetchingNextPage}
        />
      )}
    </PageFrame>
  )
}

const KNOWN = ['users', 'user', 'audit', 'application', 'enterprise', 'licence'] as const

function useColumns(): readonly Column<Entry>[] {
  const t = useTexts()
  return [
    { key: 'at', title: t('when'), show: (it) => <When at={it.at} isExact /> },
    { key: 'who', title: t('who'), show: (it) => <Author author={it.author} /> },
    {
      key: 'data',
      title: t('readWhat'),
      show: (it) => {
        const what = memberOf(it, 'what')
        return KNOWN.includes(what as (typeof KNOWN)[number])
          ? t(`read.${what}` as 'read.user')
          : what
      },
    },
    {
      key: 'of',
      title: t('readOf'),
      show: (it) => {
        const subject = memberOf(it, 'subject')
        return subject === 'all' ? t('readAll') : <bdi className="mono thing">{subject}</bdi>
      },
    },
    {
      key: 'enterprise',
      title: t('enterprise'),
      isMinor: true,
      show: (it) => <bdi className="mono">{memberOf(it, 'enterprise')}</bdi>,
    },
  ]
}

function memberOf({ after }: Entry, name: string): string {
  const value = after?.[name]
  return typeof value === 'string' ? value : ''
}
