/** Yes, no, or open: what is not known is never taken for either. */
export type Truth = boolean | null

/** One no decides; otherwise anything open leaves it open. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false
  return truths.includes(null) ? null : true
}

/** One yes decides; otherwise anything open leaves it open. */
export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true
  return truths.includes(null) ? null : false
}

export function notOf(truth: Truth): Truth {
  return truth === null ? null : !truth
}
