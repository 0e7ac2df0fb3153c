import { FileOutlined, InboxOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { useTexts } from './texts.ts'
import type { Format } from './uploads.ts'

const ACCEPTED = '.csv,.tsv,.txt,.xlsx,.ndjson,.jsonl,.json'

/** A file from the disk, chosen or dropped in. */
export function FileDrop({
  file,
  verb,
  note,
  onFile,
}: {
  file: File | undefined
  verb: string
  note?: ReactNode
  onFile: (file: File) => void
}) {
  const t = useTexts()
  const format = useFormat()
  const input = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState<string>()
  const [isOver, setIsOver] = useState(false)
  const take = async (next: File | undefined) => {
    if (next === undefined) return
    const problem = await problemWith(next)
    setWrong(problem === undefined ? undefined : t(problem))
    if (problem === undefined) onFile(next)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setIsOver(false)
    void take(event.dataTransfer.files[0])
  }
  return (
    <section
      aria-label={t('file')}
      className={isOver ? 'file-drop over' : 'file-drop'}
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <input
        ref={input}
        type="file"
        accept={ACCEPTED}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('file')}
        onChange={(event) => {
          void take(event.target.files?.[0])
          // the same file can be chosen again
          event.target.value = ''
        }}
      />
      {file === undefined ? (
        <p>
          <InboxOutlined style={{ fontSize: 32 }} />
          <br />
          {note ?? t('dropHint')}
        </p>
      ) : (
        <p>
          <FileOutlined /> <bdi>{file.name}</bdi>{' '}
          <span className="nums">({format.bytes(file.size)})</span>
        </p>
      )}
      <Button onClick={() => input.current?.click()}>{verb}</Button>
      {wrong !== undefined && (
        <Alert type="error" showIcon title={wrong} style={{ marginBlockStart: 8 }} />
      )}
    </section>
  )
}

async function problemWith(file: File): Promise<'emptyFile' | 'oldExcel' | 'goneFile' | undefined> {
  if (/\.xls$/i.test(file.name)) return 'oldExcel'
  try {
    // a folder and a file that has gone can be dropped, but not read
    const { byteLength } = await file.slice(0, 4).arrayBuffer()
    return byteLength === 0 ? 'emptyFile' : undefined
  } catch {
    return 'goneFile'
  }
}

export function formatOf({ name }: File): Format {
  if (/\.xlsx$/i.test(name)) return 'xlsx'
  return /\.(?:ndjson|jsonl|json)$/i.test(name) ? 'ndjson' : 'csv'
}
