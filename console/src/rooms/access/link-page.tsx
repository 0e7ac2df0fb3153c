import type { UseQueryResult } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { asProblem } from '../../api/problem.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Loading, Nothing, Said } from '../../ui/states.tsx'
import { useJoinTexts } from './join-texts.ts'

/** What a one-time link brings: the secret stands behind the #, which no server sees. */
export function useLinkToken(): string {
  return useLocation().hash.replace(/^#/, '')
}

type LinkPageProps<T> = {
  readonly title: string
  readonly lead?: string
  readonly token: string
  readonly look: UseQueryResult<T>
  readonly children: (it: T) => ReactNode
}

/** A page that takes a one-time link: says at once where it is none, before anything is typed. */
export function LinkPage<T>({ title, lead, token, look, children }: LinkPageProps<T>) {
  const t = useJoinTexts()
  const { data } = look
  const retry = () => void look.refetch()
  // a link that is none does not become one
  const isOffline = look.isError && asProblem(look.error).status === 0
  const isGood = data !== undefined && !look.isError
  return (
    <PageFrame title={title} {...(isGood && lead !== undefined && { lead })}>
      {token === '' && <Nothing title={t('linkMissing')} hint={t('linkMissingHint')} />}
      {token !== '' && look.isPending && <Loading />}
      {look.isError && <Said error={look.error} {...(isOffline && { retry })} />}
      {isGood && children(data)}
      {!isGood && !look.isFetching && (
        <p style={{ marginBlockStart: 16 }}>
          <Go to="/sign-in">{t('toSignIn')}</Go>
        </p>
      )}
    </PageFrame>
  )
}
