import { Tag } from 'antd'
import type { MeasureState } from './measure-queries.ts'
import { useTexts } from './texts.ts'

const COLOURS: Readonly<Record<MeasureState, string>> = {
  'open-in-a-batch': 'green',
  'in-force': 'blue',
  coming: 'cyan',
  draft: 'gold',
  letter: 'purple',
  expired: 'default',
}

/** How a measure stands today. */
export function MeasureStateTag({ state }: { state: MeasureState }) {
  const t = useTexts()
  return <Tag color={COLOURS[state]}>{t(state)}</Tag>
}
