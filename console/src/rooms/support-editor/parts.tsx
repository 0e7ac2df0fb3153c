import { Tag } from 'antd'
import type { DraftRow } from './api.ts'
import { useTexts } from './texts.ts'

const COLOURS: Readonly<Record<DraftRow['state'], string>> = {
  draft: 'processing',
  proposed: 'warning',
  adopted: 'success',
  rejected: 'error',
  withdrawn: 'default',
}

export function StateTag({ state }: { state: DraftRow['state'] }) {
  const t = useTexts()
  return <Tag color={COLOURS[state]}>{t(state)}</Tag>
}
