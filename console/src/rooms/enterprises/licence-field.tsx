import { CameraOutlined, DeleteOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { useTexts } from './texts.ts'

const LICENCE_BYTES_MAX = 8_388_608
const KINDS = ['image/png', 'image/jpeg']

type LicenceFieldProps = {
  readonly id?: string
  /** The picture as a `data:` address. */
  readonly value?: string
  readonly onChange?: (picture: string | undefined) => void
}

/** A picture of the business licence: from the phone's camera, a file, or dropped in. */
export function LicenceField({ id, value, onChange }: LicenceFieldProps) {
  const t = useTexts()
  const input = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState<string>()
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    const problem = !KINDS.includes(file.type)
      ? t('licenceNoImage')
      : file.size > LICENCE_BYTES_MAX
        ? t('licenceTooLarge')
        : undefined
    setWrong(problem)
    if (problem === undefined) onChange?.(await addressOf(file))
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    void take(event.dataTransfer.files[0])
  }
  return (
    <section
      aria-label={t('licence')}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      style={{
        border: '1px dashed currentColor',
        borderRadius: 8,
        padding: 16,
        textAlign: 'center',
      }}
    >
      <input
        ref={input}
        {...(id !== undefined && { id })}
        type="file"
        accept={KINDS.join(',')}
        capture="environment"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('licence')}
        onChange={(event) => void take(event.target.files?.[0])}
      />
      {value !== undefined && (
        <img
          src={value}
          alt={t('licenceShown')}
          style={{ maxInlineSize: '100%', maxBlockSize: 240 }}
        />
      )}
      <p style={{ margin: '8px 0' }}>{t('licenceHint')}</p>
      <Button icon={<CameraOutlined />} onClick={() => input.current?.click()}>
        {t('licenceTake')}
      </Button>{' '}
      {value !== undefined && (
        <Button icon={<DeleteOutlined />} onClick={() => onChange?.(undefined)}>
          {t('licenceRemove')}
        </Button>
      )}
      {wrong !== undefined && (
        <Alert type="error" showIcon title={wrong} style={{ marginBlockStart: 8 }} />
      )}
    </section>
  )
}

function addressOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'))
    reader.readAsDataURL(file)
  })
}
