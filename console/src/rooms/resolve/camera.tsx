import { Alert, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { readVideo } from './read-code.ts'
import { useTexts } from './texts.ts'

const LOOK_EVERY_MS = 150

/** Looks through the camera until a code is seen. */
export function Camera({
  onFound,
  onClose,
}: {
  onFound: (text: string) => void
  onClose: () => void
}) {
  const t = useTexts()
  const video = useRef<HTMLVideoElement>(null)
  const [isWrong, setIsWrong] = useState(false)
  const [latest] = useState({ onFound })
  latest.onFound = onFound
  useEffect(() => {
    const stop = new AbortController()
    look(video, stop.signal, (text) => latest.onFound(text)).catch(() => {
      if (!stop.signal.aborted) setIsWrong(true)
    })
    return () => stop.abort()
  }, [latest])
  return (
    <Modal open title={t('scanTitle')} footer={null} onCancel={onClose} destroyOnHidden>
      {isWrong ? (
        <Alert type="warning" showIcon title={t('noCamera')} />
      ) : (
        <>
          <video
            ref={video}
            muted
            playsInline
            aria-label={t('cameraView')}
            style={{ inlineSize: '100%', aspectRatio: '4 / 3', background: '#000' }}
          />
          <p role="status">{t('scanning')}</p>
        </>
      )}
    </Modal>
  )
}

async function look(
  video: React.RefObject<HTMLVideoElement | null>,
  signal: AbortSignal,
  onFound: (text: string) => void,
): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  try {
    const element = video.current
    if (element === null || signal.aborted) return
    element.srcObject = stream
    await element.play()
    while (!signal.aborted) {
      const text = await readVideo(element)
      if (text !== undefined && !signal.aborted) {
        onFound(text)
        return
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  } finally {
    for (const track of stream.getTracks()) track.stop()
  }
}
