import { lazy, Suspense } from 'react'
import { useFormat } from '../../frame/format.ts'
import type { Listed } from './records.ts'
import { useTexts } from './texts.ts'

const ChosenActs = lazy(async () => ({ default: (await import('./chosen-acts.tsx')).ChosenActs }))

type ChosenBarProps = {
  readonly rows: readonly Listed[]
  readonly chosen: readonly Listed[]
  readonly choose: (handles: readonly string[]) => void
}

/** Which rows were chosen, and what can be done with them. Its place is kept while none is. */
export function ChosenBar({ rows, chosen, choose }: ChosenBarProps) {
  const t = useTexts()
  const format = useFormat()
  const isAll = rows.length > 0 && chosen.length === rows.length
  return (
    <div
      style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center', minBlockSize: 44 }}
    >
      {rows.length > 0 && (
        <label className="choose-all">
          <input
            type="checkbox"
            className="row-check"
            checked={isAll}
            ref={(box) => {
              if (box !== null) box.indeterminate = chosen.length > 0 && !isAll
            }}
            onChange={() => choose(isAll ? [] : rows.map((it) => it.handle))}
          />
          {chosen.length === 0
            ? t('chooseAll')
            : t('chosen', { count: format.number(chosen.length) })}
        </label>
      )}
      <Suspense>{chosen.length > 0 && <ChosenActs chosen={chosen} />}</Suspense>
    </div>
  )
}
