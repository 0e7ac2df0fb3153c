import { createHash } from 'node:crypto'
import { digestOf } from '../../kernel/cases/content.ts'
import type { DocumentWrite } from '../../kernel/documents/documents.ts'
import { nameGrams, nameKey } from '../../kernel/parties/name-forms.ts'
import { type Application, MARKS_MAX, type Marks, POLICY_MARKS } from './collections.ts'

/** A number of fewer characters is one that an applicant gave by themselves: it tells nothing beside another applicant's. */
const NUMBER_CHARS_MIN = 6
const DIGEST_CHARS = 32

export type MarkKind = 'same' | 'number' | 'cost' | 'project'

/**
 * What an application is known by. `number`: the number of an invoice or contract in a list; `cost`: an amount on a day of the
 * same applicant; `project`: the project's name without places and legal forms; `same`: all that was stated.
 */
export function marksOf(applicant: string, form: Application): Marks {
  const { project, facts, measures } = form
  const marks = new Set<string>()
  marks.add(mark('same', [applicant, digestOf({ measures: [...measures].sort(), facts })]))
  marks.add(mark('project', [applicant, nameKey(project)]))
  for (const [list, value] of Object.entries(facts)) {
    if (!Array.isArray(value)) continue
    for (const item of value) for (const it of marksOfItem(applicant, list, item)) marks.add(it)
  }
  return {
    applicant,
    project,
    marks: [...marks].slice(0, MARKS_MAX),
    grams: nameGrams(project).map((it) => it.slice(0, 20)),
  }
}

function marksOfItem(applicant: string, list: string, item: unknown): string[] {
  if (typeof item !== 'object' || item === null) return []
  const fields = item as Readonly<Record<string, unknown>>
  const amounts = Object.keys(fields).filter((it) => it.endsWith('_yuan'))
  const number = typeof fields.id === 'string' ? nameKey(fields.id) : ''
  const found: string[] = []
  // a standard or a recognition has a number too, and is no cost: several may rest on one
  if (number !== '' && amounts.length > 0) {
    const whose = number.length >= NUMBER_CHARS_MIN ? '' : applicant
    found.push(mark('number', [list, whose, number]))
  }
  if (typeof fields.date === 'string') {
    for (const name of amounts) {
      const amount = plainAmount(fields[name])
      if (amount !== undefined) found.push(mark('cost', [applicant, fields.date, name, amount]))
    }
  }
  return found
}

/** 0 tells nothing: many lines have no deductible tax. */
function plainAmount(value: unknown): string | undefined {
  const text = String(value).replace(/\.?0+$/, (it) => (it.startsWith('.') ? '' : it))
  return text === '' || text === '0' || value === null || value === undefined ? undefined : text
}

/** With what it stands for in front, so that it can be shown. */
function mark(kind: MarkKind, parts: readonly string[]): string {
  const shown = kind === 'number' ? `:${(parts[2] ?? '').slice(0, 60)}` : ''
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return `${kind}${shown}:${digest.slice(0, DIGEST_CHARS)}`
}

/** The write that goes with each version of an application. */
export function marksWrite(id: string, applicant: string, form: Application): DocumentWrite {
  return { collection: POLICY_MARKS, id, put: marksOf(applicant, form) }
}
