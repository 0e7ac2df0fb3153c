import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, mayOnNode, useMe } from '../../api/me.ts'
import { asProblem } from '../../api/problem.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { type Identifier, identifierKey } from './records.ts'
import { useTexts } from './texts.ts'

const OrderDialog = lazy(async () => ({
  default: (await import('./order-dialog.tsx')).OrderDialog,
}))

const WORDS = {
  retire: { title: 'retireTitle', consequence: 'retireConsequence', done: 'retiredOne' },
  restore: { title: 'restoreTitle', consequence: 'restoreConsequence', done: 'restoredOne' },
} as const

/** Retire and restore for its enterprise, hold and lift by order for the node's people. */
export function Acts({ record }: { record: Identifier }) {
  const t = useTexts()
  const me = useMe()
  const confirm = useConfirm()
  const { message } = App.useApp()
  const [isBusy, setIsBusy] = useState(false)
  const [isOrder, setIsOrder] = useState(false)
  const changed = useChanged()
  const { handle, version, state, held } = record
  const deed = state === 'registered' ? 'retire' : 'restore'
  const words = WORDS[deed]
  const act = async () => {
    const reason = await confirm({
      title: t(words.title, { handle }),
      consequence: t(words.consequence),
      verb: t(deed),
      isDestructive: deed === 'retire',
      wantsReason: true,
    })
    if (reason === undefined) return
    setIsBusy(true)
    try {
      const body = { handle, version, reason }
      changed(await answer(api.POST(`/api/v1/identifiers/${deed}`, { body })))
      void message.success(t(words.done))
    } catch (error) {
      const problem = asProblem(error)
      const isStale = problem.code === 'stale-version'
      if (isStale) changed(undefined, handle)
      void message.error(isStale ? t('staleAct') : problem.message)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <>
      {may(me, 'identifiers.write') && !held && (
        <Button danger={deed === 'retire'} loading={isBusy} onClick={() => void act()}>
          {t(deed)}
        </Button>
      )}
      {mayOnNode(me, 'identifiers.hold') && (
        <Button danger={!held} onClick={() => setIsOrder(true)}>
          {t(held ? 'lift' : 'hold')}
        </Button>
      )}
      <Suspense>
        {isOrder && (
          <OrderDialog record={record} onDone={changed} onClose={() => setIsOrder(false)} />
        )}
      </Suspense>
    </>
  )
}

/** After a change: the record as the node answered it, and everything that was made of the one before is asked again. */
export function useChanged(): (record: Identifier | undefined, handle?: string) => void {
  const queries = useQueryClient()
  return (record, handle = record?.handle ?? '') => {
    // the address may spell it otherwise than the record does
    const isIt = ({ queryKey: [kind, id] }: { queryKey: readonly unknown[] }) =>
      kind === 'identifier' && String(id).toUpperCase() === handle.toUpperCase()
    if (record !== undefined) {
      queries.setQueryData(identifierKey(handle), record)
      queries.setQueriesData({ predicate: isIt }, record)
    } else void queries.invalidateQueries({ predicate: isIt })
    void queries.invalidateQueries({ queryKey: ['identifiers', 'list'] })
    void queries.invalidateQueries({ queryKey: ['identifiers', 'history'] })
  }
}
