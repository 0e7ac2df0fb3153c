import { type CallDetail, type FactType, type Form, typeOf } from './api.ts'

/** What the inputs of an application hold: flags as words, everything else as the node takes it. */
export type Values = {
  readonly enterprise?: string
  readonly project?: string
  readonly type?: string
  readonly measures?: string[]
  readonly facts?: Readonly<Record<string, unknown>>
  readonly papers?: Readonly<Record<string, string[]>>
  readonly answers?: string[]
}

/** The form that is sent: what was left empty is not in it. */
export function formOf(values: Values, call: CallDetail): Form {
  const facts = call.fields.flatMap((field) => {
    const value = written(typeOf(field), values.facts?.[field.name])
    return field.by === 'office' || value === undefined ? [] : [[field.name, value] as const]
  })
  const papers = Object.entries(values.papers ?? {}).filter(([, files]) => files?.length > 0)
  return {
    project: values.project ?? '',
    measures: values.measures ?? [],
    facts: Object.fromEntries(facts),
    ...(values.type !== undefined && values.type !== '' && { type: values.type }),
    ...(papers.length > 0 && { papers: Object.fromEntries(papers) }),
  }
}

function written(type: FactType, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return undefined
  switch (type.type) {
    case 'flag':
      return value === 'yes'
    case 'list': {
      const items = (value as unknown[]).map((it) => written(type.of, it))
      const kept = items.filter((it) => it !== undefined)
      return kept.length === 0 ? undefined : kept
    }
    case 'record': {
      const fields = Object.entries(value as object).flatMap(([name, inner]) => {
        const of = type.fields[name]
        const told = of === undefined ? undefined : written(of, inner)
        return told === undefined ? [] : [[name, told] as const]
      })
      return fields.length === 0 ? undefined : Object.fromEntries(fields)
    }
    default:
      return value
  }
}

/** The inputs for a form that was handed in. */
export function valuesOf(form: Form, call: CallDetail): Values {
  const facts = call.fields.flatMap((field) => {
    const value = form.facts[field.name]
    return value === undefined ? [] : [[field.name, shown(typeOf(field), value)] as const]
  })
  return {
    project: form.project,
    measures: form.measures,
    facts: Object.fromEntries(facts),
    ...(form.type !== undefined && { type: form.type }),
    ...(form.papers !== undefined && { papers: form.papers }),
  }
}

function shown(type: FactType, value: unknown): unknown {
  if (type.type === 'flag') return value === true ? 'yes' : 'no'
  if (type.type === 'list' && Array.isArray(value)) return value.map((it) => shown(type.of, it))
  if (type.type === 'record' && typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const of = type.fields[name]
        return [name, of === undefined ? inner : shown(of, inner)]
      }),
    )
  }
  return value
}
