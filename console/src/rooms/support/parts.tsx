import type { MeasureState } from './measure-queries.ts'
import { useTexts } from './texts.ts'

/** How a measure stands today; the colour of the dot says nothing that the word does not. */
export function MeasureStateTag({ state }: { state: MeasureState }) {
  const t = useTexts()
  return <span className={`support-state support-state-${state}`}>{t(state)}</span>
}
