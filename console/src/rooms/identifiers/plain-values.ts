import type { ApiProblem } from '../../api/problem.ts'
import type { EditedValue } from './values-editor.tsx'

export type WrongValue = 'dataNeeded' | 'typeNeeded' | 'urlWrong' | 'emailWrong' | 'indexTaken'

/** Pure. What is wrong with values before they are sent, by their place. The node judges them again, and more strictly. */
export function judgeValues(values: readonly EditedValue[]): ReadonlyMap<number, WrongValue[]> {
  const found = new Map<number, WrongValue[]>()
  for (const [place, value] of values.entries()) {
    const isTaken = values.slice(0, place).some((it) => it.index === value.index)
    const wrong = [...(isTaken ? (['indexTaken'] as const) : []), ...judgeData(value)]
    if (wrong.length > 0) found.set(place, wrong)
  }
  return found
}

function judgeData({ type, data }: EditedValue): WrongValue[] {
  const text = data.value.trim()
  if (type.trim() === '') return ['typeNeeded']
  if (text === '') return ['dataNeeded']
  if (type === 'URL' && !URL.canParse(text)) return ['urlWrong']
  return type === 'EMAIL' && !/^[^@\s]+@[^@\s]+$/.test(text) ? ['emailWrong'] : []
}

/** Pure. What the node said of values, by their place, and whether it said anything else. */
export function saidOfValues(problem: ApiProblem | undefined): {
  readonly atValues: ReadonlyMap<number, readonly string[]>
  readonly isAll: boolean
} {
  const atValues = new Map<number, string[]>()
  const fields = problem?.fields ?? []
  for (const { path, detail, expected } of fields) {
    const [, place] = /^\/values\/(\d+)\b/.exec(path) ?? []
    if (place === undefined) continue
    const said = expected === undefined ? detail : `${detail} ${expected}`
    atValues.set(Number(place), [...(atValues.get(Number(place)) ?? []), said])
  }
  const isAll = atValues.size > 0 && fields.every((it) => it.path.startsWith('/values/'))
  return { atValues, isAll }
}
