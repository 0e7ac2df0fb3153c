import type { FormInstance } from 'antd'
import { type ApiProblem, asProblem } from '../api/problem.ts'

/**
 * Puts each wrong field's reason at its input and returns what no input stands for, to be shown above the form. Paths of
 * the API (`contact.email`, `/contact/email`) are names of the form's fields.
 */
export function showProblem(form: FormInstance, error: unknown): ApiProblem | undefined {
  const problem = asProblem(error)
  const known = problem.fields
    .map((it) => ({
      name: pathOf(it.path),
      errors: [it.expected === undefined ? it.detail : `${it.detail} ${it.expected}`],
    }))
    .filter(({ name }) => form.getFieldInstance(name) !== undefined)
  if (known.length > 0) {
    form.setFields(known)
    form.scrollToField(known[0]?.name ?? [], { focus: true })
  }
  return known.length === problem.fields.length && known.length > 0 ? undefined : problem
}

function pathOf(path: string): (string | number)[] {
  return path
    .replace(/^[/.]/, '')
    .split(/[/.]|\[|\]/)
    .filter((it) => it !== '')
    .map((it) => (/^\d+$/.test(it) ? Number(it) : it))
}
