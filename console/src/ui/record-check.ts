import type { ValueRule } from './record-value.ts'

/** What is wrong with a value, as the key of a text and what stands in it. */
export type Complaint = {
  readonly key:
    | 'tooLong'
    | 'noNumber'
    | 'tooSmall'
    | 'tooLarge'
    | 'noPattern'
    | 'noUrl'
    | 'noReference'
  readonly values?: Readonly<Record<string, string | number>>
}

const CHARS_MAX = 4000
/** Longer texts are not tried on a pattern, here as on the node. */
const PATTERN_INPUT_CHARS_MAX = 256

/** What can be said of a text before it is sent. The node judges all of it again and knows more. */
export function complaintOf(rule: ValueRule, text: string): Complaint | undefined {
  if (text === '') return undefined
  switch (rule.type) {
    case 'number':
      return numberComplaint(rule, text.trim())
    case 'text':
      return lengthComplaint(rule, text) ?? patternComplaint(rule, text)
    case 'url':
      return /^https?:\/\/[^\s/]/i.test(text.trim())
        ? lengthComplaint(rule, text)
        : { key: 'noUrl' }
    case 'reference':
      return /^[^/\s]+\/./.test(text.trim()) ? lengthComplaint(rule, text) : { key: 'noReference' }
    default:
      return undefined
  }
}

function lengthComplaint({ charsMax = CHARS_MAX }: ValueRule, text: string): Complaint | undefined {
  if (text.length <= charsMax) return undefined
  const count = [...text].length
  return count <= charsMax ? undefined : { key: 'tooLong', values: { max: charsMax, count } }
}

function patternComplaint({ pattern }: ValueRule, text: string): Complaint | undefined {
  if (pattern === undefined || text.length > PATTERN_INPUT_CHARS_MAX) return undefined
  try {
    const isRight = new RegExp(`^(?:${pattern})$`).test(text)
    return isRight ? undefined : { key: 'noPattern', values: { pattern } }
  } catch {
    // a pattern that is still being written
    return undefined
  }
}

function numberComplaint({ minimum, maximum }: ValueRule, text: string): Complaint | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text)) return { key: 'noNumber' }
  const number = Number(text)
  if (minimum !== undefined && number < minimum) {
    return { key: 'tooSmall', values: { limit: minimum } }
  }
  if (maximum !== undefined && number > maximum) {
    return { key: 'tooLarge', values: { limit: maximum } }
  }
  return undefined
}
