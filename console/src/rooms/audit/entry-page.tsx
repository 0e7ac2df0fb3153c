import { useQuery } from '@tanstack/react-query'
import { Button, Card, Descriptions } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, useMe } from '../../api/me.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Copy } from '../../ui/copy.tsx'
import { Go } from '../../ui/go.tsx'
import { Named } from '../../ui/named.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { When } from '../../ui/when.tsx'
import '../../ui/tiles.css'
import './audit.css'
import { Diff } from './diff.tsx'
import { ActionTag, Author, Thing, useCollectionName, Why } from './parts.tsx'
import { useTexts } from './texts.ts'
import type { Entry } from './trail.ts'

/** One entry, at an address that stays. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [asked] = useSearchState(['collection', 'id', 'version'])
  const [isPersonal, setIsPersonal] = useState(false)
  const entry = useQuery({
    queryKey: ['audit', 'entry', asked, isPersonal],
    queryFn: () => readEntry(asked, isPersonal),
  })
  const isMasked = JSON.stringify(entry.data ?? '').includes('"***"')
  return (
    <PageFrame
      title={t('entryTitle')}
      lead={<Go to="/audit">{t('entryBack')}</Go>}
      actions={
        isMasked &&
        !isPersonal &&
        may(me, 'users.read') && (
          <Button title={t('showPersonalHint')} onClick={() => setIsPersonal(true)}>
            {t('showPersonal')}
          </Button>
        )
      }
    >
      <QueryView query={entry}>{(it) => <Whole entry={it} />}</QueryView>
    </PageFrame>
  )
}

type Asked = { readonly collection?: string; readonly id?: string; readonly version?: string }

/** A link within a line of text. */
const UNDERLINED = { textDecoration: 'underline' } as const
const PAGES_MAX = 20

/** A page of the trail may be empty and have a next. */
async function readEntry({ collection, id, version }: Asked, personal: boolean): Promise<Entry> {
  const isWhole = collection !== undefined && id !== undefined && /^\d{1,15}$/.test(version ?? '')
  if (!isWhole) throw new ApiProblem(404, {})
  let after: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = {
      collection,
      id,
      version: Number(version),
      limit: 1,
      ...(personal && { personal }),
      ...(after !== undefined && { after }),
    }
    const found = await answer(api.GET('/api/v1/audit', { params: { query } }))
    const [entry] = found.items
    if (entry !== undefined) return entry
    after = found.next
    if (after === undefined) break
  }
  throw new ApiProblem(404, {})
}

function Whole({ entry }: { entry: Entry }) {
  const me = useMe()
  const t = useTexts()
  const collectionName = useCollectionName()
  const { collection, id, version } = entry
  return (
    <div className="cards">
      <Card>
        <Descriptions
          column={1}
          size="small"
          items={[
            { key: 'when', label: t('when'), children: <When at={entry.at} isExact /> },
            {
              key: 'who',
              label: t('who'),
              children: (
                <span>
                  <Author author={entry.author} me={me} />
                  {entry.author.name !== undefined && (
                    <>
                      {' · '}
                      <Named id={entry.author.id} isCopied />
                    </>
                  )}
                  {entry.author.id !== 'node' && (
                    <>
                      {' · '}
                      <Go to="/audit" search={{ author: entry.author.id }} style={UNDERLINED}>
                        {t('onlyThis')}
                      </Go>
                    </>
                  )}
                </span>
              ),
            },
            { key: 'what', label: t('what'), children: <ActionTag action={entry.action} /> },
            { key: 'collection', label: t('collection'), children: collectionName(collection) },
            {
              key: 'thing',
              label: t('thing'),
              children: (
                <span>
                  <Thing of={entry} isCopied /> · {t('version')} {version} ·{' '}
                  <Go to="/audit" search={{ collection, id }} style={UNDERLINED}>
                    {t('entryAll')}
                  </Go>
                </span>
              ),
            },
            ...(entry.note === undefined
              ? []
              : [{ key: 'why', label: t('why'), children: <Why of={entry} /> }]),
            {
              key: 'link',
              label: t('permanent'),
              children: <Copy text={location.href} label={t('permanent')} />,
            },
          ]}
        />
      </Card>
      <Card title={<h2 className="card-title">{t('diffTitle')}</h2>}>
        <Diff entry={entry} />
      </Card>
    </div>
  )
}
