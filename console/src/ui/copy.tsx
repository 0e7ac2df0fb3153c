import { CopyOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useFrameTexts } from '../frame/frame-texts.ts'

/** Puts `text` on the clipboard. Without TLS browsers give scripts no clipboard; the old way still works there. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const t = useFrameTexts()
  const { message } = App.useApp()
  const copy = async () => {
    if (isSecureContext) await navigator.clipboard.writeText(text)
    else copyBySelection(text)
    void message.success(t('copied'))
  }
  return (
    <Button
      type="text"
      size="small"
      icon={<CopyOutlined />}
      aria-label={label ?? `${t('copy')} ${text}`}
      onClick={() => void copy()}
    />
  )
}

function copyBySelection(text: string): void {
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
