import { type Static, Type } from 'typebox'
import { Problem } from '../../lib/problem.ts'
import type { Collection } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import { literals } from './collections.ts'

/** Of one list, of one person. */
export const VIEWS_MAX = 50
const NAME_CHARS_MAX = 60
const FILTERS_MAX = 20
const COLUMNS_MAX = 100

/** Lists that can be looked at in ways of one's own. */
export const VIEWED_LISTS = ['identifiers'] as const
export type ViewedList = (typeof VIEWED_LISTS)[number]

const Name = Type.String({ minLength: 1, maxLength: 64 })

export const ViewSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: NAME_CHARS_MAX, pattern: '\\S' }),
    filters: Type.Record(Name, Type.String({ maxLength: 500 }), { maxProperties: FILTERS_MAX }),
    columns: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: COLUMNS_MAX }),
  },
  { additionalProperties: false },
)

export type SavedView = Static<typeof ViewSchema>

/** Ways of looking at a list that a person gave a name. The id is the person's and the list's. */
export const SAVED_VIEWS = {
  name: 'saved-views',
  schema: Type.Object({
    user: Type.String({ minLength: 1, maxLength: 128 }),
    list: literals(VIEWED_LISTS),
    views: Type.Array(ViewSchema, { maxItems: VIEWS_MAX }),
  }),
  indexes: { user: 'text' },
  quiet: 'always',
} as const satisfies Collection

const idOf = (user: string, list: ViewedList) => `${user}.${list}`

/** In the order in which they were saved. */
export async function readViews(
  { documents }: Access,
  user: string,
  list: ViewedList,
): Promise<readonly SavedView[]> {
  return (await documents.get(SAVED_VIEWS, idOf(user, list)))?.body.views ?? []
}

/** Under a name that is there it takes that one's place. Throws `too-large` when there are too many. */
export async function saveView(
  access: Access,
  user: string,
  { list, ...wish }: SavedView & { readonly list: ViewedList },
): Promise<void> {
  const view = { ...wish, name: wish.name.trim() }
  await changeViews(access, { user, list }, (views) => {
    const at = views.findIndex((it) => it.name === view.name)
    if (at >= 0) return views.with(at, view)
    if (views.length >= VIEWS_MAX) throw tooManyViews()
    return [...views, view]
  })
}

/** One that is not there is no error. */
export async function removeView(
  access: Access,
  user: string,
  { list, name }: { readonly list: ViewedList; readonly name: string },
): Promise<void> {
  await changeViews(access, { user, list }, (views) => views.filter((it) => it.name !== name))
}

async function changeViews(
  { documents }: Access,
  { user, list }: { readonly user: string; readonly list: ViewedList },
  change: (views: SavedView[]) => SavedView[],
): Promise<void> {
  const id = idOf(user, list)
  await commitDecided(documents, { kind: 'user', id: user }, async () => {
    const stored = await documents.get(SAVED_VIEWS, id)
    const put = { user, list, views: change(stored?.body.views ?? []) }
    const expected = stored?.version ?? 0
    return { writes: [{ collection: SAVED_VIEWS, id, expected, put }], answer: undefined }
  })
}

function tooManyViews(): Problem {
  return new Problem('too-large', {
    en: `${VIEWS_MAX} views are saved; remove one first`,
    zh: `已保存 ${VIEWS_MAX} 个视图，请先删除一个`,
  })
}
