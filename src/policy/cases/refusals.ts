import type { CaseAnswer, CaseDone } from '../../kernel/cases/desk.ts'
import type { RefusalCode } from '../../kernel/cases/events.ts'
import { Problem, type ProblemCode } from '../../lib/problem.ts'

const CODES: Readonly<Record<RefusalCode, ProblemCode>> = {
  'not-allowed': 'not-authorised',
  'own-case': 'not-authorised',
  'wrong-state': 'wrong-state',
  late: 'wrong-state',
  early: 'wrong-state',
  incomplete: 'invalid-input',
  'not-met': 'wrong-state',
  'too-many': 'wrong-state',
  'calendar-missing': 'wrong-state',
  'key-used-otherwise': 'invalid-input',
  'changed-meanwhile': 'stale-version',
  other: 'wrong-state',
}

/** What was done; a refusal becomes a problem that tells every reason. @throws Problem */
export function doneOr(answer: CaseAnswer): CaseDone {
  if (answer.kind === 'done') return answer
  const [first] = answer.reasons
  const join = (language: 'en' | 'zh', by: string) =>
    answer.reasons.map((it) => it.text[language]).join(by)
  throw new Problem(CODES[first?.code ?? 'other'], { en: join('en', '; '), zh: join('zh', '；') })
}
