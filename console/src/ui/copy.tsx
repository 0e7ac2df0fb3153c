import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useFrameTexts } from '../frame/frame-texts.ts'

const SAID_MS = 2000

/** Puts `text` on the clipboard and says so. Without TLS browsers give scripts no clipboard; the old way still works there. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const t = useFrameTexts()
  const [isDone, setIsDone] = useState(false)
  const copy = async () => {
    if (isSecureContext) await navigator.clipboard.writeText(text)
    else copyBySelection(text)
    setIsDone(true)
    setTimeout(() => setIsDone(false), SAID_MS)
  }
  return (
    <>
      <Button
        className="copy"
        type="text"
        size="small"
        icon={isDone ? <CheckOutlined /> : <CopyOutlined />}
        aria-label={`${t('copy')} ${label ?? text}`}
        onClick={() => void copy()}
      />
      <span className="visually-hidden" role="status">
        {isDone ? t('copied') : ''}
      </span>
    </>
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
