import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { answer, api } from '../api/client.ts'
import { type Text, useText } from '../frame/language.ts'
import './measures.css'

const LEDGERS_SHOWN_MAX = 1_000

/** The ledgers there are, and the budgets of the regions, by one question for every page. */
export function useLedgers(isAsked = true) {
  return useQuery({
    queryKey: ['money', 'ledgers'],
    enabled: isAsked,
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/ledgers', { params: { query: { limit: LEDGERS_SHOWN_MAX } } }),
      ),
  })
}

/** What budgets are called; the id of one that is not known (any more, or yet). */
export function useBudgetTitles(): (id: string) => string {
  const text = useText()
  const { data } = useLedgers()
  const titles = useMemo(
    () => new Map(data?.budgets.map((it) => [it.id, text(it.title)])),
    [data, text],
  )
  return useCallback((id) => titles.get(id) ?? id, [titles])
}

/** A budget: its title, and its id small beside it. */
export function BudgetName({ id, title }: { readonly id: string; readonly title: string }) {
  return (
    <span className="measure-name">
      <bdi>{title}</bdi>
      {title !== id && <small className="mono">{id}</small>}
    </span>
  )
}

type Budget = { readonly id: string; readonly title: Text; readonly paper: Text }

/** Budgets to choose from: found by their name, their id, and the paper that gives them. */
export function useBudgetOptions(budgets: readonly Budget[]) {
  const text = useText()
  return budgets.map(({ id, title, paper }) => ({
    value: id,
    label: `${text(title)} · ${id}`,
    found: `${text(title)} ${id} ${text(paper)}`,
    paper: text(paper),
  }))
}

/** One of them in the list: its name, and below it the paper. */
export function BudgetOption({ label, paper }: { readonly label: string; readonly paper: string }) {
  return (
    <>
      <bdi>{label}</bdi>
      <br />
      <small style={{ color: 'var(--ant-color-text-secondary)' }}>{paper}</small>
    </>
  )
}
