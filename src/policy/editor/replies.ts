import { type Static, Type } from 'typebox'
import { AuthorSchema, literals, USERS } from '../../kernel/access/collections.ts'
import { formatTime, TimeReply } from '../../kernel/access/route-parts.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import { DRAFT_STATES, DraftWish, type MeasureDraft, type StoredDraft } from './collections.ts'

export const TextReply = Type.Object({ en: Type.String(), zh: Type.String() })

/** Who did something, with the name that they have now. */
const PersonReply = Type.Object({ ...AuthorSchema.properties, name: Type.Optional(Type.String()) })
const DeedReply = Type.Object({
  by: PersonReply,
  at: TimeReply,
  reason: Type.Optional(Type.String()),
})

export const DraftReply = Type.Object({
  id: Type.String(),
  version: Type.Integer({ description: 'Of the draft: what a change expects' }),
  ...DraftWish,
  measure: Type.String(),
  from: Type.Optional(Type.Object({ measure: Type.String(), version: Type.Integer() })),
  state: literals(DRAFT_STATES),
  author: PersonReply,
  editors: Type.Array(PersonReply),
  updatedAt: TimeReply,
  proposed: Type.Optional(DeedReply),
  decided: Type.Optional(DeedReply),
  adoptedAs: Type.Optional(Type.String({ description: 'Id of the version' })),
})

export const DraftRow = Type.Object({
  id: Type.String(),
  measure: Type.String(),
  title: Type.Optional(TextReply),
  place: Type.String(),
  state: literals(DRAFT_STATES),
  author: PersonReply,
  updatedAt: TimeReply,
})

export const FaultReply = Type.Object({
  path: Type.String({ description: 'JSON Pointer within the measure' }),
  reason: TextReply,
  expected: Type.Optional(TextReply),
})
export const ChangeReply = Type.Object({
  pointer: Type.String(),
  text: TextReply,
  way: Type.Optional(literals(['up', 'down'])),
})

export type Person = (author: Author) => Static<typeof PersonReply>

/** The people of some deeds, each asked for once. */
export async function peopleOf(
  documents: Documents,
  authors: readonly (Author | undefined)[],
): Promise<Person> {
  const ids = new Set(authors.flatMap((it) => (it?.kind === 'user' ? [it.id] : [])))
  const found = await Promise.all([...ids].map((it) => documents.get(USERS, it)))
  const names = new Map(found.flatMap((it) => (it ? [[it.id, it.body.displayName]] : [])))
  return ({ kind, id }) => {
    const name = kind === 'user' ? names.get(id) : undefined
    return { kind, id, ...(name !== undefined && { name }) }
  }
}

type Deed = { readonly by: Author; readonly at: number; readonly reason?: string }

function showDeed({ by, at, reason }: Deed, person: Person): Static<typeof DeedReply> {
  return { by: person(by), at: formatTime(at), ...(reason !== undefined && { reason }) }
}

export async function showDraft(
  documents: Documents,
  { id, version, updatedAt, body }: StoredDraft,
): Promise<Static<typeof DraftReply>> {
  const { author, editors, proposed, decided, version: adoptedAs, from, ...rest } = body
  const person = await peopleOf(documents, [author, ...editors, proposed?.by, decided?.by])
  return {
    ...rest,
    id,
    version,
    author: person(author),
    editors: editors.map(person),
    updatedAt: formatTime(updatedAt),
    ...(from !== undefined && { from }),
    ...(proposed !== undefined && { proposed: showDeed(proposed, person) }),
    ...(decided !== undefined && { decided: showDeed(decided, person) }),
    ...(adoptedAs !== undefined && { adoptedAs }),
  }
}

export function showRow(
  { id, updatedAt, body }: StoredDraft,
  person: Person,
): Static<typeof DraftRow> {
  const title = titleIn(body)
  return {
    id,
    measure: body.measure,
    place: body.place,
    state: body.state,
    author: person(body.author),
    updatedAt: formatTime(updatedAt),
    ...(title !== undefined && { title }),
  }
}

function titleIn({ body }: MeasureDraft): Static<typeof TextReply> | undefined {
  const { title } = body as { readonly title?: { readonly zh?: unknown; readonly en?: unknown } }
  return typeof title?.zh === 'string' && typeof title.en === 'string'
    ? { zh: title.zh, en: title.en }
    : undefined
}
