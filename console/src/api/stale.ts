import { asProblem } from './problem.ts'

/**
 * After a refusal: what stands now where somebody else was faster, so that it can be compared, or why not. That reading fails too
 * is told like any other failure: what was typed is still on the page and can be sent again.
 */
export async function afterRefusal<T>(
  thrown: unknown,
  read: () => Promise<T>,
): Promise<{ readonly now: T } | { readonly error: unknown }> {
  if (asProblem(thrown).code !== 'stale-version') return { error: thrown }
  try {
    return { now: await read() }
  } catch (error) {
    return { error }
  }
}
