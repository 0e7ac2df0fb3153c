import { readFileSync } from 'node:fs'

/** A row of `spec/policy/clauses.csv`. */
export type ClauseRow = {
  readonly clause: string
  readonly paper: string
  readonly kind: string
  readonly region: string
}

/** A row of `spec/policy/parameters.csv`; empty texts where the paper is silent. */
export type ParameterRow = Readonly<
  Record<'measure' | 'class' | 'rate' | 'fixed' | 'cap' | 'limit' | 'quota' | 'publicFunds', string>
>

export function readClauses(): ClauseRow[] {
  return rowsOf('spec/policy/clauses.csv') as unknown as ClauseRow[]
}

export function readParameterSheet(): ParameterRow[] {
  return rowsOf('spec/policy/parameters.csv') as unknown as ParameterRow[]
}

/** No cell of these tables holds a comma or a quotation mark. */
function rowsOf(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']))
  })
}
