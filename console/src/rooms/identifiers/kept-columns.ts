import { readKept } from './kept.ts'

export const SHOWN_AT_FIRST: readonly string[] = ['summary', 'state', 'template', 'updated']
/** Before the name of a template's field, among the keys of columns. */
export const FIELD = 'field:'

export function fieldsOf(keys: readonly string[]): readonly string[] {
  return keys.filter((key) => key.startsWith(FIELD)).map((key) => key.slice(FIELD.length))
}

/** The fields that the list shows beside the standard columns, whether or not it is known yet which templates have them. */
export function keptFields(filter: string | undefined): readonly string[] {
  return fieldsOf(readKept(keptAs(filter), SHOWN_AT_FIRST))
}

/** Columns are kept for each template. */
export function keptAs(filter: string | undefined): string {
  return `columns.${templateName(filter)}`
}

export function templateName(filter = ''): string {
  return filter.replace(/@.*$/, '')
}
