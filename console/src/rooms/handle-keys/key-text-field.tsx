import { Button, Input } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { faultOf, PUBLIC_KEY_CHARS_MAX, textOfKeyFile } from './public-key.ts'
import { useTexts } from './texts.ts'

const ACCEPTED = '.pem,.pub,.crt,.cer,.der,.json,.jwk,.txt'

type KeyTextFieldProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (typed: string) => void
  readonly onBlur?: () => void
}

/** A public key as text: typed, pasted, read from a file or dropped in. A private one is not even shown. */
export function KeyTextField({ id, value, onChange, onBlur, ...rest }: KeyTextFieldProps) {
  const t = useTexts()
  const file = useRef<HTMLInputElement>(null)
  const [isPrivate, setIsPrivate] = useState(false)
  const take = async (chosen: File | undefined) => {
    if (chosen === undefined) return
    const bytes = new Uint8Array(await chosen.slice(0, PUBLIC_KEY_CHARS_MAX).arrayBuffer())
    const text = textOfKeyFile(bytes)
    const isRefused = faultOf(text) === 'keyPrivate'
    setIsPrivate(isRefused)
    onChange?.(isRefused ? '' : text)
    onBlur?.()
  }
  const drop = (event: DragEvent) => {
    if (event.dataTransfer.files.length === 0) return
    event.preventDefault()
    void take(event.dataTransfer.files[0])
  }
  return (
    <>
      <Input.TextArea
        {...rest}
        {...(id !== undefined && { id })}
        {...(value !== undefined && { value })}
        className="mono"
        rows={6}
        spellCheck={false}
        autoComplete="off"
        onDrop={drop}
        {...(onBlur !== undefined && { onBlur })}
        onChange={(event) => {
          setIsPrivate(false)
          onChange?.(event.target.value)
        }}
      />
      <input
        ref={file}
        type="file"
        accept={ACCEPTED}
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0])
          // the same file can be chosen again
          event.target.value = ''
        }}
      />
      <Button size="small" style={{ marginBlock: 8 }} onClick={() => file.current?.click()}>
        {t('keyFile')}
      </Button>
      <span role="alert">{isPrivate && t('keyPrivate')}</span>
    </>
  )
}
