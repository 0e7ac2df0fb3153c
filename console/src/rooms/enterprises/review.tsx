import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Card, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { useLanguage } from '../../frame/language.ts'
import { Colon } from '../../ui/colon.tsx'
import { useConfirm } from '../../ui/confirm.tsx'
import { useFieldName } from '../../ui/entry-field-texts.ts'
import { Go } from '../../ui/go.tsx'
import { useKeys } from '../../ui/keys.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { Failed } from '../../ui/states.tsx'
import { Licence } from './licence.tsx'
import { type Enterprise, EntryView, Thread, useEnterprise, useThread } from './parts.tsx'
import { ReturnDialog } from './return-dialog.tsx'
import { useTexts } from './texts.ts'

export type Decision = {
  readonly decision: 'approve' | 'return' | 'reject'
  readonly reasons?: { path: string; reason: string }[]
  readonly note?: string
}

/** An application beside what looks like it, its history, and the decision. */
export function Review({ id, onDecided }: { id: string; onDecided: (name: string) => void }) {
  const [isPersonal, setIsPersonal] = useState(false)
  const enterprise = useEnterprise(id, isPersonal)
  const thread = useThread(id)
  const t = useTexts()
  return (
    <QueryView query={enterprise}>
      {(it) => (
        <div className="cards" style={{ minInlineSize: 0 }}>
          <Card
            title={<bdi>{it.pending?.name ?? it.entry.name}</bdi>}
            styles={{ title: { whiteSpace: 'normal' } }}
            extra={<PersonalButton masked={it.masked} show={() => setIsPersonal(true)} />}
          >
            <Checks checks={it.checks ?? []} />
            <EntryView entry={it.entry} pending={it.pending} />
            <Licence id={id} has={(it.pending ?? it.entry).hasLicence} />
            <Decide enterprise={it} onDecided={onDecided} />
          </Card>
          <LookAlikes id={id} />
          <Card title={t('thread')}>
            <QueryView query={thread}>{(cases) => <Thread items={cases.items} />}</QueryView>
          </Card>
        </div>
      )}
    </QueryView>
  )
}

function PersonalButton({ masked, show }: { masked: boolean; show: () => void }) {
  const t = useTexts()
  if (!masked) return null
  return (
    <Button size="small" onClick={show} title={t('showPersonalHint')}>
      {t('showPersonal')}
    </Button>
  )
}

function Checks({ checks }: { checks: NonNullable<Enterprise['checks']> }) {
  const t = useTexts()
  const language = useLanguage()
  const fieldName = useFieldName()
  if (checks.length === 0) return null
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBlockEnd: 12 }}
      title={t('checksTitle')}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {checks.map((it) => (
            <li key={it.path + it.en}>
              <strong>{fieldName(it.path)}</strong>
              <Colon />
              {it[language]}
            </li>
          ))}
        </ul>
      }
    />
  )
}

function Decide({
  enterprise,
  onDecided,
}: {
  enterprise: Enterprise
  onDecided: (name: string) => void
}) {
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>()
  const [isReturning, setIsReturning] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const { id, version } = enterprise
  const name = enterprise.pending?.name ?? enterprise.entry.name
  const decide = async (decision: Decision) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    try {
      const body = { version, ...decision }
      await answer(
        api.POST('/api/v1/enterprises/{id}/decision', { params: { path: { id } }, body }),
      )
      setIsReturning(false)
      onDecided(name)
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
      void queries.invalidateQueries({ queryKey: ['enterprise', id] })
    }
  }
  const approve = async () => {
    const consequence =
      enterprise.waiting === 'change'
        ? t('approveChangeConsequence', { name })
        : t('approveConsequence', { name })
    if ((await confirm({ title: t('approve'), consequence, verb: t('approve') })) === undefined)
      return
    await decide({ decision: 'approve' })
  }
  const reject = async () => {
    const note = await confirm({
      title: t('rejectTitle', { name }),
      consequence: t('rejectConsequence'),
      verb: t('reject'),
      isDestructive: true,
      wantsReason: true,
    })
    if (note !== undefined) await decide({ decision: 'reject', note })
  }
  useKeys({ a: () => void approve(), r: () => setIsReturning(true), x: () => void reject() })
  if (enterprise.waiting === undefined) return null
  return (
    <>
      {error !== undefined && <Failed error={error} />}
      <div className="page-actions" style={{ marginBlockStart: 16 }}>
        <Button
          type="primary"
          loading={isBusy}
          onClick={() => void approve()}
          aria-keyshortcuts="a"
        >
          {t('approve')}
        </Button>
        <Button onClick={() => setIsReturning(true)} aria-keyshortcuts="r">
          {t('giveBack')}
        </Button>
        <Button danger onClick={() => void reject()} aria-keyshortcuts="x">
          {t('reject')}
        </Button>
      </div>
      {isReturning && (
        <ReturnDialog
          name={name}
          isBusy={isBusy}
          onClose={() => setIsReturning(false)}
          onReturn={decide}
        />
      )}
    </>
  )
}

function LookAlikes({ id }: { id: string }) {
  const t = useTexts()
  const format = useFormat()
  const found = useQuery({
    queryKey: ['enterprise', id, 'look-alikes'],
    queryFn: () =>
      answer(api.GET('/api/v1/enterprises/{id}/look-alikes', { params: { path: { id } } })),
  })
  return (
    <Card title={t('lookAlikes')}>
      <QueryView query={found}>
        {({ items, complete }) => (
          <>
            {items.length === 0 && <p style={{ margin: 0 }}>{t('lookAlikesNone')}</p>}
            <ul className="cards">
              {items.map((it) => (
                <li key={it.id}>
                  <Go to={`/enterprises/${encodeURIComponent(it.id)}`}>{it.name}</Go>{' '}
                  <span className="mono">{it.uscc}</span>{' '}
                  {it.because.map((why) => (
                    <Tag key={why} color={why === 'name' ? 'default' : 'warning'}>
                      {t(`because.${why}`)}
                    </Tag>
                  ))}{' '}
                  <span className="nums">
                    {t('similarity', { ratio: format.percent(it.similarity) })}
                  </span>
                </li>
              ))}
            </ul>
            {!complete && <p>{t('lookAlikesCut')}</p>}
          </>
        )}
      </QueryView>
    </Card>
  )
}
