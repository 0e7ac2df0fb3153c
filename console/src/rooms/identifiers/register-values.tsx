import { useMemo } from 'react'
import type { ApiProblem } from '../../api/problem.ts'
import { Failed } from '../../ui/states.tsx'
import { judgeValues, saidOfValues, type WrongValue } from './plain-values.ts'
import { useTexts } from './texts.ts'
import { type EditedValue, ValuesEditor } from './values-editor.tsx'

type RegisterValuesProps = {
  readonly values: readonly EditedValue[]
  readonly onChange: (next: EditedValue[]) => void
  readonly problem: ApiProblem | undefined
  /** Whether it was tried to send them: before, nobody is told off for what they have not typed yet. */
  readonly isTried: boolean
}

/** The values of a record without a template, with what is wrong at each. */
export function RegisterValues({ values, onChange, problem, isTried }: RegisterValuesProps) {
  const t = useTexts()
  const { atValues, isAll } = useMemo(() => saidOfValues(problem), [problem])
  const wrong = useMemo(() => {
    const own = isTried ? judgeValues(values) : new Map<number, WrongValue[]>()
    const places = new Set<number>([...own.keys(), ...atValues.keys()])
    return new Map(
      [...places].map((place) => [
        place,
        [...(own.get(place) ?? []).map((it) => t(it)), ...(atValues.get(place) ?? [])],
      ]),
    )
  }, [values, isTried, atValues, t])
  return (
    <>
      <p>{t('plainLead')}</p>
      {problem !== undefined && !isAll && (
        <div style={{ marginBlockEnd: 12 }}>
          <Failed error={problem} />
        </div>
      )}
      <ValuesEditor isNew values={values} onChange={onChange} wrong={wrong} />
    </>
  )
}
