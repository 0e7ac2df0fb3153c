import { DeleteOutlined, PaperClipOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { fetchSignedIn } from '../api/client.ts'
import { asProblem, problemOf } from '../api/problem.ts'
import { useFormat } from '../frame/format.ts'
import { useRecordTexts } from './record-form-texts.ts'
import { type InputProps, textOf } from './record-value.ts'

type Sent = { readonly id: string; readonly name: string; readonly bytes: number }

const ACCEPTED = 'image/png,image/jpeg,application/pdf,application/zip,text/csv,text/plain'

/** A file of the enterprise: sent when it is chosen or dropped in; its id is the value. */
export function FileInput(props: InputProps) {
  const { id, label, value, onChange, enterprise, isPublic } = props
  const t = useRecordTexts()
  const input = useRef<HTMLInputElement>(null)
  const [sending, setSending] = useState<string>()
  const [sent, setSent] = useState<Sent>()
  const [error, setError] = useState<unknown>()
  const kept = textOf(value)
  const take = async (file: File | undefined) => {
    if (file === undefined || enterprise === undefined) return
    setSending(file.name)
    setError(undefined)
    try {
      const done = await send(file, { enterprise, isPublic })
      setSent(done)
      onChange(done.id)
    } catch (thrown) {
      setError(thrown)
    } finally {
      setSending(undefined)
    }
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    void take(event.dataTransfer.files[0])
  }
  if (enterprise === undefined) return <span>{t('fileNobody')}</span>
  return (
    <fieldset
      aria-label={label}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}
    >
      <input
        ref={input}
        id={id}
        type="file"
        accept={ACCEPTED}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => {
          void take(event.target.files?.[0])
          // the same file can be chosen again after a failure
          event.target.value = ''
        }}
      />
      <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap', alignItems: 'center' }}>
        {kept !== '' && <Kept id={kept} sent={sent} />}
        <Button
          icon={<PaperClipOutlined />}
          loading={sending !== undefined}
          aria-label={t('fileTakeFor', { label })}
          {...(props.describedBy !== undefined && { 'aria-describedby': props.describedBy })}
          {...(props.isWrong === true && { 'aria-invalid': true })}
          onClick={() => input.current?.click()}
        >
          {kept === '' ? t('fileTake') : t('fileOther')}
        </Button>
        {kept !== '' && (
          <Button
            icon={<DeleteOutlined />}
            aria-label={t('fileRemove')}
            onClick={() => onChange(undefined)}
          />
        )}
      </div>
      <span role="status">
        {sending !== undefined && t('fileSending', { name: sending })}
        {kept !== '' && isPublic && t('filePublic')}
      </span>
      {error !== undefined && <Alert type="error" showIcon title={asProblem(error).message} />}
    </fieldset>
  )
}

function Kept({ id, sent }: { id: string; sent: Sent | undefined }) {
  const t = useRecordTexts()
  const format = useFormat()
  return (
    <a href={`/api/v1/files/${encodeURIComponent(id)}`} download>
      {sent?.id === id ? (
        <>
          <bdi>{sent.name}</bdi> ({format.bytes(sent.bytes)})
        </>
      ) : (
        t('fileOpen')
      )}
    </a>
  )
}

async function send(
  file: File,
  { enterprise, isPublic }: { enterprise: string; isPublic: boolean },
): Promise<Sent> {
  const query = new URLSearchParams({ enterprise, name: file.name, public: String(isPublic) })
  const reply = await fetchSignedIn(
    new Request(`/api/v1/files?${query}`, {
      method: 'POST',
      headers: { 'content-type': file.type },
      body: file,
    }),
  )
  const body: unknown = await reply.json().catch(() => undefined)
  if (!reply.ok) throw problemOf(reply.status, body)
  return body as Sent
}
