import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { PAPER_ANSWERS, PAPER_COUNTS, VERDICTS } from './collections.ts'

const SHOWN_MAX = 500

/** What became of the comments on a paper, as it is published with it. */
export const COMMENT_SUMMARY = Type.Object({
  received: Type.Integer(),
  verdicts: Type.Object({
    adopted: Type.Integer(),
    partly: Type.Integer(),
    'not-adopted': Type.Integer(),
  }),
  answers: Type.Array(
    Type.Object({
      gist: Type.String(),
      verdict: literals(VERDICTS),
      reason: Type.String(),
      comments: Type.Integer({ description: 'How many comments it answers' }),
    }),
    { description: `At most ${SHOWN_MAX}` },
  ),
})

/** Who said what is in none of it. */
export async function summaryOf(documents: Documents, paper: string) {
  const [counts, { items }] = await Promise.all([
    documents.get(PAPER_COUNTS, paper),
    documents.query(PAPER_ANSWERS, { where: { paper }, limit: SHOWN_MAX }),
  ])
  const verdicts = { adopted: 0, partly: 0, 'not-adopted': 0 }
  for (const { body } of items) verdicts[body.verdict] += body.comments
  return {
    received: counts?.body.received ?? 0,
    verdicts,
    answers: items.map(({ body: { gist, verdict, reason, comments } }) => {
      return { gist, verdict, reason, comments }
    }),
  }
}
