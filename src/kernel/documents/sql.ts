export type SqlValue = string | number | Uint8Array

/** A piece of SQL with its values in place: `texts` has one piece more than `values`. */
export type Sql = { readonly texts: readonly string[]; readonly values: readonly SqlValue[] }

export type Statement = { readonly text: string; readonly values: SqlValue[] }

/** Writes SQL with values that can never be taken for SQL: sql`id = ${id} and ${another}`. */
export function sql(strings: TemplateStringsArray, ...inputs: readonly (SqlValue | Sql)[]): Sql {
  const texts = [strings[0] ?? '']
  const values: SqlValue[] = []
  inputs.forEach((input, at) => {
    const after = strings[at + 1] ?? ''
    if (typeof input === 'object' && 'texts' in input) {
      texts.push((texts.pop() ?? '') + (input.texts[0] ?? ''), ...input.texts.slice(1))
      texts.push((texts.pop() ?? '') + after)
      values.push(...input.values)
    } else {
      texts.push(after)
      values.push(input)
    }
  })
  return { texts, values }
}

/** Constant text as SQL: only for what the program itself spells. */
export function raw(text: string): Sql {
  return { texts: [text], values: [] }
}

export function joined(pieces: readonly Sql[], separator: string): Sql {
  const [first, ...rest] = pieces
  if (first === undefined) return raw('')
  return rest.reduce((sum, piece) => sql`${sum}${raw(separator)}${piece}`, first)
}

/** Text with placeholders counted from 1: `?1` for SQLite, `$1` for PostgreSQL. */
export function render({ texts, values }: Sql, sign: '?' | '$'): Statement {
  const text = texts.map((it, at) => (at === 0 ? it : `${sign}${at}${it}`)).join('')
  return { text, values: [...values] }
}
