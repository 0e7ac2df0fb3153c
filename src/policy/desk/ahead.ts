import type { PolicyDeps } from './deps.ts'

/** Pages of the console, below `/console`, that ask for the rules as soon as they are drawn. */
const PAGES = /^\/(?:support|papers|letters)(?:[/?#]|$)/

/**
 * Begins to read the rules as a page that will ask for them goes out: they are compiled while the browser fetches and draws it. A node
 * whose console nobody looks at, or only the rooms of identifiers, still never loads the engine. What fails is told to whoever asks.
 */
export function readAhead({ rules }: Pick<PolicyDeps, 'rules'>): (page: string) => void {
  return (page) => {
    if (PAGES.test(page)) void opened(rules).catch(() => undefined)
  }
}

async function opened(rules: PolicyDeps['rules']): Promise<void> {
  const [open, { catalogueOf }] = await Promise.all([
    rules.open(),
    import('../find/catalogue.ts'),
    import('../find/measure-view.ts'),
  ])
  catalogueOf(open)
}
