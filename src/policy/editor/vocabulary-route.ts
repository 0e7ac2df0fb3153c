import { Type } from 'typebox'
import { authorise } from '../../kernel/access/permissions.ts'
import type { FactType } from '../../kernel/facts/fact-type.ts'
import type { App } from '../../lib/http.ts'
import type { Text } from '../../lib/text.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { type Names, titleOf, wordText } from '../words.ts'
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
        'What a measure may name: facts with type, unit and words, kinds of applicant, judgements, papers, departments, readings',
      response: {
        200: Type.Object({
          facts: Type.Array(
            Type.Object({
              ...Named.properties,
              type: Type.String(),
              unit: Type.Optional(Type.String()),
              words: Type.Optional(Type.Array(Named, { description: 'What it may be' })),
            }),
          ),
          applicantTypes: Type.Array(Named),
          judgements: Type.Array(Named),
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
      const [{ placeOf }, { catalogueOf }] = await Promise.all([
        import('../rules.ts'),
        import('../find/catalogue.ts'),
      ])
      const { names } = catalogueOf(open)
      return {
        facts: factsOf(names),
        judgements: [...names.titles].flatMap(([path, title]) =>
          path.startsWith(JUDGEMENTS) ? [{ id: path.slice(JUDGEMENTS.length), title }] : [],
        ),
        applicantTypes: [...rules.types.keys()].map((id) => ({ id, title: titleOf(id, names) })),
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

const JUDGEMENTS = 'determinations.'

function factsOf(names: Names) {
  return [...names.facts].flatMap(([id, type]) => {
    const title = titleOf(id, names)
    const own = { id, title, ...typeOf(type, names) }
    if (type.type !== 'record') return [own]
    const fields = Object.entries(type.fields).map(([name, field]) => ({
      id: `${id}.${name}`,
      title: titleOf(`${id}.${name}`, names),
      ...typeOf(field, names),
    }))
    return [own, ...fields]
  })
}

/** What can be said of a fact; of a list what its items may be. */
function typeOf(type: FactType, names: Names) {
  const item = type.type === 'list' ? type.of : type
  const words = item.type === 'word' ? item.words : undefined
  return {
    type: type.type,
    ...(type.type === 'quantity' && { unit: type.unit }),
    ...(words !== undefined && { words: words.map((id) => ({ id, title: wordText(id, names) })) }),
  }
}
