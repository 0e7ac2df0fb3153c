import { Type } from 'typebox'
import { authorise } from '../../kernel/access/permissions.ts'
import type { App } from '../../lib/http.ts'
import type { Text } from '../../lib/text.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import type { EditorDeps } from './drafts.ts'
import { TextReply } from './replies.ts'

const Named = Type.Object({ id: Type.String(), title: TextReply })

/** What an editor can choose from. */
export function vocabularyRoute(app: App, deps: EditorDeps): void {
  app.get('/api/v1/policy/editor/vocabulary', {
    schema: {
      tags: ['policy'],
      operationId: 'readEditorVocabulary',
      summary:
        'What a measure may name: facts with type and unit, kinds of applicant, papers, departments, readings',
      response: {
        200: Type.Object({
          facts: Type.Array(
            Type.Object({
              ...Named.properties,
              type: Type.String(),
              unit: Type.Optional(Type.String()),
              words: Type.Optional(Type.Array(Type.String())),
            }),
          ),
          applicantTypes: Type.Array(Named),
          places: Type.Array(Named),
          documents: Type.Array(Named),
          departments: Type.Array(Named),
          readings: Type.Array(Named),
        }),
      },
    },
    async handler({ caller }) {
      authorise(caller, 'policy.read')
      const open = await deps.rules.open()
      const { rules, packs } = open
      const { placeOf } = await import('../rules.ts')
      const titleOf = (id: string): Text => rules.titles.get(id) ?? { en: id, zh: id }
      return {
        facts: factsOf(open),
        applicantTypes: [...rules.types.keys()].map((id) => ({ id, title: titleOf(id) })),
        places: packs.map((it) => ({ id: placeOf(it), title: it.region.name })),
        documents: entriesOf(open, 'documents', 'name'),
        departments: entriesOf(open, 'departments', 'role'),
        readings: entriesOf(open, 'readings', 'question'),
      }
    },
  })
}

function entriesOf({ packs }: OpenRules, folder: string, member: string) {
  const found = new Map(
    packs.flatMap((pack) =>
      pack.own(folder).map(({ id, value }) => {
        const title = (value as Readonly<Record<string, Text>>)[member] ?? { en: id, zh: id }
        return [id, title] as const
      }),
    ),
  )
  return [...found].map(([id, title]) => ({ id, title }))
}

function factsOf({ rules }: OpenRules) {
  return [...rules.facts].flatMap(([id, type]) => {
    const title = rules.titles.get(id) ?? { en: id, zh: id }
    const own = { id, title, ...typeOf(type) }
    if (type.type !== 'record') return [own]
    const fields = Object.entries(type.fields).map(([name, field]) => ({
      id: `${id}.${name}`,
      title: { en: `${title.en} (${name})`, zh: `${title.zh}（${name}）` },
      ...typeOf(field),
    }))
    return [own, ...fields]
  })
}

function typeOf(type: {
  readonly type: string
  readonly unit?: string
  readonly words?: string[]
}) {
  const { unit, words } = type
  return {
    type: type.type,
    ...(unit !== undefined && { unit }),
    ...(words !== undefined && { words }),
  }
}
