import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { App, Button, Card, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Colon } from '../../ui/colon.tsx'
import { useConfirm } from '../../ui/confirm.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type Version, versionsQuery } from './api.ts'
import { Changes } from './beside.tsx'
import { membersOf, textOf } from './fields.tsx'
import { useTexts } from './texts.ts'
import './editor.css'

/** The versions of one measure, each with what it changes. */
export function Page() {
  const t = useTexts()
  const me = useMaybeMe()
  const { id } = useParams({ strict: false }) as { id: string }
  const text = useText()
  const versions = useQuery(versionsQuery(id))
  const newest = membersOf(membersOf(versions.data?.items[0]?.body).title)
  const name = text({ zh: textOf(newest.zh), en: textOf(newest.en) }) || id
  return (
    <PageFrame
      title={t('versionsTitle', { name })}
      lead={
        <>
          {name !== id && <span className="mono">{id}</span>} {t('versionsLead')}
        </>
      }
      actions={
        <>
          <Go to={`/support/measures/${encodeURIComponent(id)}`}>{t('toMeasure')}</Go>
          {mayOnNode(me, 'policy.read') && <Go to="/support/editor">{t('back')}</Go>}
        </>
      }
    >
      <QueryView query={versions}>
        {({ items }) => (
          <div className="editor-column">
            {items.map((it) => (
              <VersionCard key={it.id} measure={id} version={it} />
            ))}
          </div>
        )}
      </QueryView>
    </PageFrame>
  )
}

function VersionCard({ measure, version }: { measure: string; version: Version }) {
  const t = useTexts()
  const text = useText()
  const { day } = useFormat()
  const body = membersOf(version.body)
  const clause = membersOf(body.clause)
  const inForce = membersOf(body.inForce)
  const days = [inForce.from ?? inForce.fromMonth, inForce.to ?? inForce.toMonth]
  const { author, adoptedBy } = version
  return (
    <Card
      title={
        version.version === 0 ? t('versionPack') : t('versionOf', { version: version.version })
      }
      extra={
        version.version > 0 && (
          <Tag color={version.state === 'adopted' ? 'success' : 'default'}>{t(version.state)}</Tag>
        )
      }
    >
      <p>{text({ zh: textOf(clause.zh), en: textOf(clause.en) })}</p>
      {days[0] !== undefined && (
        <p>
          {t('inForce')}
          <Colon />
          <span className="nums">{days.map((it) => day(textOf(it))).join(' – ')}</span>
        </p>
      )}
      {version.version > 0 && <Changes of={version.changes} />}
      {author !== undefined && adoptedBy !== undefined && (
        <p>
          {t('adoptedByAt', {
            author: author.name ?? author.id,
            by: adoptedBy.name ?? adoptedBy.id,
          })}{' '}
          {version.adoptedAt !== undefined && <When at={version.adoptedAt} />}
        </p>
      )}
      {version.retired !== undefined && (
        <p>{t('retiredBecause', { reason: version.retired.reason })}</p>
      )}
      {version.version > 0 && version.state === 'adopted' && (
        <Retire measure={measure} id={version.id} />
      )}
    </Card>
  )
}

function Retire({ measure, id }: { measure: string; id: string }) {
  const t = useTexts()
  const me = useMaybeMe()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  if (!mayOnNode(me, 'policy.adopt')) return null
  const retire = async () => {
    const reason = await confirm({
      title: t('retireTitle', { id }),
      consequence: t('retireConsequence'),
      verb: t('retire'),
      isDestructive: true,
      wantsReason: true,
    })
    if (reason === undefined) return
    setError(undefined)
    try {
      const params = { path: { id } }
      await answer(
        api.POST('/api/v1/policy/rule-versions/{id}/retire', { params, body: { reason } }),
      )
      void message.success(t('retiredNow'))
      await queries.invalidateQueries({ queryKey: versionsQuery(measure).queryKey })
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <>
      {error !== undefined && <Said error={error} />}
      <Button danger onClick={() => void retire()}>
        {t('retire')}
      </Button>
    </>
  )
}
