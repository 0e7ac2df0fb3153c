import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type Case, freshKey } from './api.ts'
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
  const key = useRef(freshKey())
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const tell = async (title: string, entries: readonly Entry[]) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await answer(
        api.POST('/api/v1/policy/cases/{id}/determinations', {
          params: { path: { id: of.id }, header: { 'idempotency-key': key.current } },
          body: { document: { title }, entries: entries.map((it) => ({ ...it })) },
        }),
      )
      key.current = freshKey()
      void queries.invalidateQueries({ queryKey: ['support-case', of.id] })
      void message.success(t('recorded'))
      onDone()
    } catch (thrown) {
      key.current = freshKey()
      setError(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  return { tell, error, isBusy }
}
