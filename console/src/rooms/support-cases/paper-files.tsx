import { DeleteOutlined, PaperClipOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { Said } from '../../ui/states.tsx'
import { uploadFile } from './api.ts'
import { useTexts } from './texts.ts'

type Props = {
  readonly enterprise: string | undefined
  readonly label: string
  /** Ids of files. */
  readonly value?: string[]
  readonly onChange?: (ids: string[]) => void
}

/** Files for one paper, kept as soon as they are chosen. */
export function PaperFiles({ enterprise, label, value = [], onChange }: Props) {
  const t = useTexts()
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const take = async (files: FileList | null) => {
    if (enterprise === undefined || files === null) return
    setIsBusy(true)
    setError(undefined)
    try {
      const ids: string[] = []
      for (const file of files) ids.push(await uploadFile(enterprise, file))
      onChange?.([...value, ...ids])
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
      if (input.current !== null) input.current.value = ''
    }
  }
  return (
    <div>
      <input
        ref={input}
        type="file"
        multiple
        className="visually-hidden"
        tabIndex={-1}
        aria-label={`${t('attach')}: ${label}`}
        accept=".pdf,.png,.jpg,.jpeg,.zip,.csv,.txt"
        onChange={(event) => void take(event.target.files)}
      />
      <Button
        icon={<PaperClipOutlined aria-hidden />}
        loading={isBusy}
        onClick={() => input.current?.click()}
      >
        {t('attach')}
      </Button>{' '}
      {value.length > 0 && (
        <>
          <span>{t('fileCount', { count: value.length })}</span>{' '}
          <Button
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={`${t('remove')}: ${label}`}
            onClick={() => onChange?.([])}
          />
        </>
      )}
      {error !== undefined && <Said error={error} />}
    </div>
  )
}
