import { isJsonObject, type JsonDigits, parseDigits } from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'
import type { GivenCase } from './cases.ts'

export const CASES_MAX = 100_000

/**
 * Cases out of a text: a file of vectors (`{"vectors": […]}`), a JSON list, or one JSON object a line; each entry holds its facts under
 * `facts`, or is them. Throws `unreadable-input`.
 */
export function readCases(text: string): GivenCase[] {
  const entries = entriesOf(text)
  if (entries.length > CASES_MAX) {
    throw unreadable(`more than ${CASES_MAX} cases`, `超过 ${CASES_MAX} 个案例`)
  }
  return entries.map((entry, at): GivenCase => {
    if (!isJsonObject(entry)) {
      throw unreadable(`case ${at + 1} is no JSON object`, `第 ${at + 1} 个案例不是 JSON 对象`)
    }
    const { id, mode, facts } = entry
    return {
      id: typeof id === 'string' ? id : `#${at + 1}`,
      ...(typeof mode === 'string' && { mode }),
      facts: facts !== undefined && isJsonObject(facts) ? facts : entry,
    }
  })
}

function entriesOf(text: string): readonly JsonDigits[] {
  const whole = parsed(text)
  if (Array.isArray(whole)) return whole as readonly JsonDigits[]
  if (whole !== undefined && isJsonObject(whole)) {
    const { vectors } = whole
    return Array.isArray(vectors) ? (vectors as readonly JsonDigits[]) : [whole]
  }
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    const value = parsed(line)
    if (value === undefined)
      throw unreadable(`line ${at + 1} is no JSON`, `第 ${at + 1} 行不是 JSON`)
    return [value]
  })
}

function parsed(text: string): JsonDigits | undefined {
  try {
    return parseDigits(text)
  } catch {
    return undefined
  }
}

function unreadable(en: string, zh: string): Problem {
  return new Problem('unreadable-input', { en: `Not cases: ${en}`, zh: `不是案例：${zh}` })
}
