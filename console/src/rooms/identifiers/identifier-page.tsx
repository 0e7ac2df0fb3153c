import { Button, Card } from 'antd'
import { type ComponentType, lazy, Suspense, useState } from 'react'
import { may, useMe } from '../../api/me.ts'
import { Copy } from '../../ui/copy.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Sections } from '../../ui/sections.tsx'
import { Loading, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { Acts } from './acts.tsx'
import { ContentView } from './content-view.tsx'
import { Handle, StateTags } from './parts.tsx'
import { publicPath, QrCode, QrDownload } from './qr.tsx'
import { type Identifier, useIdentifier } from './records.ts'
import { useTexts } from './texts.ts'

const ValuesView = lazy(async () => ({ default: (await import('./values-view.tsx')).ValuesView }))
const HistoryView = lazy(async () => ({
  default: (await import('./history-view.tsx')).HistoryView,
}))
const PublicView = lazy(async () => ({ default: (await import('./public-view.tsx')).PublicView }))
const EditDialog = lazy(async () => ({ default: (await import('./edit-dialog.tsx')).EditDialog }))
const ValuesDialog = lazy(async () => ({
  default: (await import('./values-dialog.tsx')).ValuesDialog,
}))
const LabelsDialog = lazy(async () => ({
  default: (await import('./labels-dialog.tsx')).LabelsDialog,
}))

const PARTS = ['content', 'values', 'history', 'public'] as const
const VIEWS = {
  content: ContentView,
  values: ValuesView,
  history: HistoryView,
  public: PublicView,
} as const satisfies Record<(typeof PARTS)[number], ComponentType<{ record: Identifier }>>

export function Page() {
  const t = useTexts()
  const [{ id = '' }] = useSearchState(['id'])
  const record = useIdentifier(id)
  if (id === '') {
    return (
      <PageFrame title={t('identifier')}>
        <Nothing title={t('noneNamed')} hint={t('noneNamedHint')} />
      </PageFrame>
    )
  }
  return (
    <PageFrame
      title={t('identifier')}
      lead={
        <>
          <Handle>{record.data?.handle ?? id}</Handle>{' '}
          <Copy text={record.data?.handle ?? id} label={t('identifier')} />
        </>
      }
      actions={record.data && <Actions record={record.data} />}
    >
      <QueryView query={record}>{(it) => <Whole record={it} />}</QueryView>
    </PageFrame>
  )
}

function Actions({ record }: { record: Identifier }) {
  const t = useTexts()
  const me = useMe()
  const [open, setOpen] = useState<'edit' | 'labels'>()
  const close = () => setOpen(undefined)
  const mayEdit = may(me, 'identifiers.write') && record.state === 'registered' && !record.held
  return (
    <>
      {mayEdit && (
        <Button type="primary" onClick={() => setOpen('edit')}>
          {t('edit')}
        </Button>
      )}
      <Button onClick={() => setOpen('labels')}>{t('labels')}</Button>
      <Acts record={record} />
      <Suspense>
        {open === 'edit' &&
          (record.template === undefined ? (
            <ValuesDialog record={record} onClose={close} />
          ) : (
            <EditDialog record={record} onClose={close} />
          ))}
        {open === 'labels' && <LabelsDialog records={[record]} onClose={close} />}
      </Suspense>
    </>
  )
}

function Whole({ record }: { record: Identifier }) {
  const t = useTexts()
  const [{ id, tab }] = useSearchState(['id', 'tab'])
  const current = PARTS.find((it) => it === tab) ?? 'content'
  const sections = PARTS.map((key) => ({
    key,
    label: t(key),
    search: { id, ...(key !== 'content' && { tab: key }) },
  }))
  const View = VIEWS[current]
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 16, alignItems: 'flex-start' }}>
      <div style={{ flex: '1000 1 480px', minInlineSize: 'min(100%, 480px)' }}>
        <Sections label={t('parts')} to="/identifier" sections={sections} current={current} />
        <Suspense fallback={<Loading />}>
          <View record={record} />
        </Suspense>
      </div>
      <Aside record={record} />
    </div>
  )
}

const QR_PX = 176

function Aside({ record }: { record: Identifier }) {
  const t = useTexts()
  const rows = [
    [t('state'), <StateTags key="state" record={record} />],
    [t('version'), record.version],
    [t('template'), record.template ?? t('plainValues')],
    [t('updated'), <When key="updated" at={record.updatedAt} isExact />],
    [t('created'), <When key="created" at={record.createdAt} isExact />],
  ] as const
  return (
    <Card size="small" style={{ flex: '1 1 300px', minInlineSize: 240 }}>
      <dl className="card-rows" style={{ marginBlockEnd: 12 }}>
        {rows.map(([name, value]) => (
          <Row key={name} name={name}>
            {value}
          </Row>
        ))}
      </dl>
      <QrCode handle={record.handle} sizePx={QR_PX} />
      <p style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlock: '8px 0' }}>
        <QrDownload handle={record.handle} />
        <Button size="small" href={`${publicPath(record.handle)}?show`} target="_blank">
          {t('openPublic')}
        </Button>
      </p>
    </Card>
  )
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
