import { DownloadOutlined, LayoutOutlined, StarOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { lazy, Suspense, useState } from 'react'
import type { Filters } from '../../ui/search-state.ts'
import { fieldsIn, type useColumnChoice } from './columns.tsx'
import { FILTERS, type FilterValues } from './list-query.ts'
import type { Template } from './records.ts'
import { useTexts } from './texts.ts'
import { useViews } from './views.ts'

const ColumnsDialog = lazy(async () => ({
  default: (await import('./columns-dialog.tsx')).ColumnsDialog,
}))
const ViewsDialog = lazy(async () => ({
  default: (await import('./views-dialog.tsx')).ViewsDialog,
}))
const ExportDialog = lazy(async () => ({
  default: (await import('./export-dialog.tsx')).ExportDialog,
}))

export type ListToolsProps = {
  readonly filters: FilterValues
  readonly setFilters: (next: Filters, push?: boolean) => void
  readonly columns: ReturnType<typeof useColumnChoice>
  readonly templates: readonly Template[]
}

/** Saved views, columns and export: what one does with the list as a whole. */
export function ListTools({ filters, setFilters, columns, templates }: ListToolsProps) {
  const t = useTexts()
  const { views } = useViews()
  const [open, setOpen] = useState<'columns' | 'views' | 'export'>()
  const close = () => setOpen(undefined)
  const apply = (name: string) => {
    const view = views.find((it) => it.name === name)
    if (view === undefined) return setOpen('views')
    columns.show(view.columns)
    setFilters(Object.fromEntries(FILTERS.map((it) => [it, view.filters[it]])), true)
  }
  const isFiltered = Object.keys(filters).length > 0
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...views.map((it) => ({ key: it.name, label: <bdi>{it.name}</bdi> })),
            ...(views.length > 0 ? [{ type: 'divider' as const }] : []),
            { key: '', label: t('viewsManage') },
          ],
          onClick: ({ key }) => apply(key),
        }}
      >
        <Button icon={<StarOutlined />} aria-haspopup="menu">
          {t('views')}
        </Button>
      </Dropdown>
      <Button icon={<LayoutOutlined />} onClick={() => setOpen('columns')}>
        {t('columns')}
      </Button>
      <Button icon={<DownloadOutlined />} onClick={() => setOpen('export')}>
        {t('export')}
      </Button>
      {isFiltered && (
        <Button
          type="link"
          onClick={() => setFilters(Object.fromEntries(FILTERS.map((it) => [it, undefined])), true)}
        >
          {t('clearFilters')}
        </Button>
      )}
      <Suspense>
        {open === 'columns' && <ColumnsDialog columns={columns} onClose={close} />}
        {open === 'views' && (
          <ViewsDialog
            filters={filters}
            columns={columns.shown.map((it) => it.key)}
            onClose={close}
          />
        )}
        {open === 'export' && (
          <ExportDialog
            filters={filters}
            templates={templates}
            shown={fieldsIn(columns.shown)}
            onClose={close}
          />
        )}
      </Suspense>
    </div>
  )
}
