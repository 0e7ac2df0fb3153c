import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useId, useState } from 'react'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import type { Post } from './api.ts'
import { useTexts } from './texts.ts'

type User = Json<paths['/api/v1/users']['get']['responses']['200']>['items'][number]
export type Chosen = {
  readonly user: string
  readonly name: string
  readonly nodeRoles: Post['nodeRoles']
  readonly isActive: boolean
}

const FOUND_MAX = 50

type PersonFieldProps = {
  readonly posts: readonly Post[]
  readonly value: Chosen | undefined
  readonly choose: (person: Chosen) => void
}

/** Somebody with a role on the node, found by name. */
export function PersonField({ posts, value, choose }: PersonFieldProps) {
  const t = useTexts()
  const frame = useFrameTexts()
  const id = useId()
  const [typed, setTyped] = useState('')
  const q = useDeferredValue(typed.trim())
  const found = useQuery({
    queryKey: ['users', 'staff', q],
    staleTime: 10_000,
    queryFn: () => {
      const query = { limit: FOUND_MAX, ...(q !== '' && { q }) }
      return answer(api.GET('/api/v1/users', { params: { query } }))
    },
  })
  const people = staffOf(found.data?.items ?? [], { posts, q })
  const isKnown = value === undefined || people.some((it) => it.user === value.user)
  const all = isKnown ? people : [value, ...people]
  return (
    <div style={{ marginBlockEnd: 16 }}>
      <label htmlFor={id} style={{ display: 'block', marginBlockEnd: 8 }}>
        {t('person')}
      </label>
      <Select
        id={id}
        style={{ inlineSize: '100%' }}
        {...(value !== undefined && { value: value.user })}
        showSearch={{ filterOption: false, onSearch: setTyped }}
        notFoundContent={found.isFetching ? frame('loading') : frame('nothingFound')}
        onChange={(user: string) => {
          const person = all.find((it) => it.user === user)
          if (person !== undefined) choose(person)
        }}
        options={all.map((it) => ({ value: it.user, label: <bdi>{it.name}</bdi> }))}
      />
      <div style={{ opacity: 0.85 }}>{t('personHint')}</div>
    </div>
  )
}

/** Who has a role on the node, and who has a post though they lost theirs. */
function staffOf(
  users: readonly User[],
  { posts, q }: { readonly posts: readonly Post[]; readonly q: string },
): readonly Chosen[] {
  const found = new Map<string, Chosen>()
  for (const it of users.filter((of) => of.nodeRoles.length > 0)) {
    const isActive = it.state === 'active'
    found.set(it.id, { user: it.id, name: it.displayName, nodeRoles: it.nodeRoles, isActive })
  }
  for (const { user, name = user, nodeRoles, isActive } of posts) {
    if (name.includes(q)) found.set(user, { user, name, nodeRoles, isActive })
  }
  return [...found.values()]
}
