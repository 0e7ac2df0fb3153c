import { Alert, Button } from 'antd'
import { useFrameTexts } from '../frame/frame-texts.ts'

/** Says that what was typed before is back, and lets it go. */
export function DraftNotice({ discard }: { discard: () => void }) {
  const frame = useFrameTexts()
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={frame('draftKept')}
      action={<Button onClick={discard}>{frame('draftDiscard')}</Button>}
    />
  )
}
