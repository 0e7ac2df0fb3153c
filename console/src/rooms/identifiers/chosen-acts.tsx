import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, useMe } from '../../api/me.ts'
import { asProblem } from '../../api/problem.ts'
import { useFormat } from '../../frame/format.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import type { Listed } from './records.ts'
import { useTexts } from './texts.ts'

const LabelsDialog = lazy(async () => ({
  default: (await import('./labels-dialog.tsx')).LabelsDialog,
}))

/** Requests at a time when several are retired or restored. */
const AT_ONCE = 4
/** Refusals that are told one by one; the rest is counted. */
const TOLD_MAX = 5

/** What can be done with several identifiers at once. */
export function ChosenActs({ chosen }: { chosen: readonly Listed[] }) {
  const t = useTexts()
  const me = useMe()
  const format = useFormat()
  const [isPrinting, setIsPrinting] = useState(false)
  const { act, busy } = useActs()
  const retirable = chosen.filter((it) => it.state === 'registered' && !it.held)
  const restorable = chosen.filter((it) => it.state === 'retired' && !it.held)
  const mayWrite = may(me, 'identifiers.write')
  return (
    <>
      <Button onClick={() => setIsPrinting(true)}>{t('labels')}</Button>
      {mayWrite && busy !== 'restore' && retirable.length > 0 && (
        <Button danger loading={busy === 'retire'} onClick={() => void act('retire', retirable)}>
          {t('retireSome', { count: format.number(retirable.length) })}
        </Button>
      )}
      {mayWrite && busy !== 'retire' && restorable.length > 0 && (
        <Button loading={busy === 'restore'} onClick={() => void act('restore', restorable)}>
          {t('restoreSome', { count: format.number(restorable.length) })}
        </Button>
      )}
      <Suspense>
        {isPrinting && <LabelsDialog records={chosen} onClose={() => setIsPrinting(false)} />}
      </Suspense>
    </>
  )
}

type Deed = 'retire' | 'restore'

/** Retires or restores several, and says which the node refused. */
function useActs() {
  const t = useTexts()
  const format = useFormat()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message, modal } = App.useApp()
  // what it leads to is offered when it is done: until then rows may change under the pointer
  const [busy, setBusy] = useState<Deed>()
  const act = async (deed: Deed, records: readonly Listed[]) => {
    const count = format.number(records.length)
    const reason = await confirm({
      title: t(deed === 'retire' ? 'retireSomeTitle' : 'restoreSomeTitle', { count }),
      consequence: t(deed === 'retire' ? 'retireConsequence' : 'restoreConsequence'),
      verb: t(deed),
      isDestructive: deed === 'retire',
      wantsReason: true,
    })
    if (reason === undefined) return
    setBusy(deed)
    const refused: string[] = []
    const left = [...records]
    const worker = async () => {
      for (let it = left.shift(); it !== undefined; it = left.shift()) {
        const { handle, version } = it
        try {
          await answer(
            api.POST(`/api/v1/identifiers/${deed}`, { body: { handle, version, reason } }),
          )
        } catch (error) {
          refused.push(`${handle}: ${asProblem(error).message}`)
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    // until the list knows the new versions, a second deed would be refused as too late
    await queries.invalidateQueries({ queryKey: ['identifiers'] })
    setBusy(undefined)
    if (refused.length === 0) {
      void message.success(t(deed === 'retire' ? 'retiredSome' : 'restoredSome', { count }))
      return
    }
    modal.warning({
      title: t('refusedSome', { count: format.number(refused.length) }),
      content: (
        <ul>
          {refused.slice(0, TOLD_MAX).map((it) => (
            <li key={it}>{it}</li>
          ))}
        </ul>
      ),
    })
  }
  return { act, busy }
}
