import { type Static, Type } from 'typebox'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'

/** A reason as vectors and bundles spell it, and in words. */
export const ReasonReply = Type.Object({
  code: Type.String({ description: 'As the engine spells it, with the fact it is about' }),
  text: TextSchema,
})

export type ReasonReply = Static<typeof ReasonReply>

/** Puts reason codes into words; what facts are called is loaded with the engine, not with the routes. */
export async function reasonTeller({
  rules,
}: Pick<OpenRules, 'rules'>): Promise<(codes: readonly string[]) => ReasonReply[]> {
  const { reasonText } = await import('../reason-words.ts')
  return (codes) => codes.map((code) => ({ code, text: reasonText(code, rules) }))
}
