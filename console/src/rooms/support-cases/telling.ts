import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useSentKey } from '../../ui/sent-key.ts'
import type { Case } from './api.ts'
import { useTexts } from './texts.ts'

export type Entry = {
  readonly fact: string
  readonly item?: string
  readonly part?: string
  readonly value: unknown
  readonly why: string
}

/** Records what was found out, with the document it stands in. */
export function useTelling(of: Case, onDone: () => void) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { keyFor, done } = useSentKey(`case.${of.id}.told`)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const tell = async (title: string, entries: readonly Entry[]) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const body = { document: { title }, entries: entries.map((it) => ({ ...it })) }
      await answer(
        api.POST('/api/v1/policy/cases/{id}/determinations', {
          params: { path: { id: of.id }, header: { 'idempotency-key': keyFor(body) } },
          body,
        }),
      )
      done()
      void queries.invalidateQueries({ queryKey: ['support-case', of.id] })
      void message.success(t('recorded'))
      onDone()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  return { tell, error, isBusy }
}
