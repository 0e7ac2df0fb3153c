import { call, must } from './api-client.ts'
import { type As, as, type openDeskWorld } from './award-world.ts'
import { hostile } from './hostile-text.ts'

type Headers = Readonly<Record<string, string>>

export type Who = 'operator' | 'otto' | 'approver' | 'treasurer' | 'expert' | 'applicant' | 'other'

export type Ids = Readonly<Record<string, string>>

export type World = Awaited<ReturnType<typeof openDeskWorld>>

export type People = { readonly sessions: Readonly<Record<Who, Headers>> } & {
  readonly [name in Who | 'anybody']: As
}

export type Filling = {
  readonly world: World
  readonly people: People
  readonly now: number
  /** The two whose names are hostile. */
  readonly firms: readonly [string, string]
}

export async function peopleOf(world: World): Promise<People> {
  const { url } = world
  const sessions = {
    operator: await world.official(),
    otto: await world.person('otto'),
    approver: await world.approver(),
    treasurer: await world.person('treasurer'),
    expert: await world.person('expert'),
    applicant: await world.applicant(2),
    other: await world.applicant(3),
  }
  const by = Object.entries(sessions).map(([name, it]) => [name, as(url, it)])
  return { sessions, anybody: as(url, {}), ...Object.fromEntries(by) }
}

export const both = (charsMax: number) => ({ zh: hostile(charsMax), en: hostile(charsMax) })

let keys = 0
export const keyed = (body: object) => ({ key: `hostile-key-of-the-desk-${++keys}`, ...body })

const FILE_NAME_CHARS_MAX = 200

type Sending = { readonly headers: Headers; readonly query?: Readonly<Record<string, string>> }

/** Sends a small file whose name is hostile; answers its id. */
export async function fileTo({ url }: World, path: string, it: Sending): Promise<string> {
  const name = hostile(FILE_NAME_CHARS_MAX, { isFile: true })
  const query = new URLSearchParams({ name, ...it.query })
  const headers = { ...it.headers, 'content-type': 'application/pdf' }
  const sent = call(url, 'POST', `/api/v1${path}?${query}`, { headers, body: '%PDF-1.7' })
  return (await must(sent)).id
}
