import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { App, Button, Card, Select } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Loading, Nothing } from '../../ui/states.tsx'
import { Uses } from './changes-view.tsx'
import type { Template } from './definition.ts'
import { StateTag } from './parts.tsx'
import { usePrefix, useVersions } from './queries.ts'
import { useTexts } from './texts.ts'

const FILTERS = ['version'] as const
const DraftDesigner = lazy(async () => ({
  default: (await import('./draft-designer.tsx')).DraftDesigner,
}))
const VersionView = lazy(async () => ({
  default: (await import('./version-view.tsx')).VersionView,
}))

/** One template: its versions, and the one chosen, to be read or, where it is a draft, to be changed. */
export function Page() {
  const t = useTexts()
  const { prefix, name } = useParams({ strict: false }) as { prefix: string; name: string }
  const found = useVersions(prefix, name)
  const versions = found.data
  if (versions === undefined) {
    return (
      <PageFrame title={t('title')}>
        {found.isError ? (
          <Failed error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Loading />
        )}
      </PageFrame>
    )
  }
  const [newest] = versions
  if (newest === undefined) {
    return (
      <PageFrame title={t('title')}>
        <Nothing title={t('empty')} action={<Go to="/templates">{t('title')}</Go>} />
      </PageFrame>
    )
  }
  return <Chosen versions={versions} newest={newest} />
}

function Chosen({ versions, newest }: { versions: readonly Template[]; newest: Template }) {
  const t = useTexts()
  const text = useText()
  const me = useMe()
  const [{ version }, setSearch] = useSearchState(FILTERS)
  const template = versions.find((it) => String(it.version) === version) ?? newest
  const previous = versions.find((it) => it.version === template.version - 1)
  const prefix = usePrefix(template.prefix).data
  const mayWrite =
    prefix !== undefined && prefix !== null && may(me, 'templates.write', prefix.enterprise ?? '')
  return (
    <PageFrame
      title={text(template.label)}
      lead={
        <>
          <StateTag state={template.state} /> <span className="mono">{template.id}</span> ·{' '}
          {prefix === null ? (
            <bdi className="mono">{template.prefix}</bdi>
          ) : (
            <Go to={`/prefixes/${encodeURIComponent(template.prefix)}`} className="mono">
              {template.prefix}
            </Go>
          )}
        </>
      }
      actions={mayWrite && <Acts template={template} newest={newest} />}
    >
      {versions.length > 1 && (
        <Select
          aria-label={t('versions')}
          style={{ minInlineSize: 220, marginBlockEnd: 16 }}
          value={template.version}
          onChange={(next) => setSearch({ version: String(next) })}
          options={versions.map((it) => ({
            value: it.version,
            label: `${t('versionOf', { version: it.version })} · ${t(it.state)}`,
          }))}
        />
      )}
      <Suspense fallback={<Loading />}>
        {template.state === 'draft' && mayWrite ? (
          <DraftDesigner
            key={template.id}
            template={template}
            previous={previous}
            enterprise={prefix.enterprise}
          />
        ) : (
          <VersionView template={template} previous={previous} />
        )}
      </Suspense>
      {template.state !== 'draft' && (
        <Card style={{ marginBlockStart: 16 }}>
          <p style={{ margin: 0 }}>
            <a
              href={`/api/v1/templates/${encodeURIComponent(template.prefix)}/${template.name}/${template.version}/schema`}
              download={`${template.id}.schema.json`}
            >
              {t('schemaDownload')}
            </a>
          </p>
          <p style={{ margin: 0 }}>
            <Uses template={template} />
          </p>
        </Card>
      )}
    </PageFrame>
  )
}

/** What may be done to versions that are published. */
function Acts({ template, newest }: { template: Template; newest: Template }) {
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [, setSearch] = useSearchState(FILTERS)
  const [error, setError] = useState<unknown>()
  const { prefix, name, version, id, revision } = template
  const attempt = async (deed: () => Promise<string>) => {
    setError(undefined)
    try {
      void message.success(await deed())
    } catch (thrown) {
      setError(thrown)
    }
    await queries.invalidateQueries({ queryKey: ['templates'] })
  }
  const extend = () =>
    attempt(async () => {
      const made = await answer(
        api.POST('/api/v1/templates/{prefix}/{name}/versions', {
          params: { path: { prefix, name } },
        }),
      )
      setSearch({ version: undefined })
      return t('extended', { version: made.version })
    })
  const withdraw = async () => {
    const said = await confirm({
      title: t('withdrawTitle', { id }),
      consequence: (
        <>
          {t('withdrawConsequence')} <Uses template={template} />
        </>
      ),
      verb: t('withdraw'),
      isDestructive: true,
    })
    if (said === undefined) return
    await attempt(async () => {
      await answer(
        api.POST('/api/v1/templates/{prefix}/{name}/{version}/withdraw', {
          params: { path: { prefix, name, version } },
          body: { revision },
        }),
      )
      return t('withdrawnNow', { id })
    })
  }
  return (
    <>
      {newest.state !== 'draft' && (
        <Button type="primary" onClick={() => void extend()}>
          {t('extend')}
        </Button>
      )}
      {template.state === 'published' && (
        <Button danger onClick={() => void withdraw()}>
          {t('withdraw')}
        </Button>
      )}
      {error !== undefined && <Failed error={error} />}
    </>
  )
}
