import { DeleteOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { FileButton, sendFile } from '../../ui/file-button.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { useTexts } from './texts.ts'

export type Attachment = { readonly id: string; readonly name: string; readonly bytes: number }

const ATTACHMENTS_MAX = 5

type AttachProps = {
  /** Where files are sent to. */
  readonly to: string
  /** Of whoever is not signed in. */
  readonly holder?: { readonly receipt: string; readonly secret: string }
  readonly files: readonly Attachment[]
  readonly onSent: (file: Attachment) => void
}

/** A button that sends files as they are chosen, and says how many more there can be. */
export function AttachFiles({ to, holder, files, onSent }: AttachProps) {
  const t = useTexts()
  const isFull = files.length >= ATTACHMENTS_MAX
  const { keyFor, done } = useSentKey(`file.${to}`)
  const send = async (file: File) => {
    const { name, size, lastModified } = file
    const query = new URLSearchParams({ key: keyFor({ name, size, lastModified }), name })
    const headers = holder && { 'x-receipt': holder.receipt, 'x-secret': holder.secret }
    const sent = await sendFile<Attachment>(`${to}?${query}`, file, headers)
    done()
    onSent(sent)
  }
  return (
    <div>
      <FileButton label={t('attachFiles')} isDisabled={isFull} send={send} />
      <p>
        <small>{t(isFull ? 'attachFull' : 'attachHint')}</small>
      </p>
    </div>
  )
}

type ListProps = {
  readonly files: readonly Attachment[]
  /** Where one is read; without it they are named alone. */
  readonly hrefOf?: (id: string) => string
  readonly remove?: (id: string) => void
  readonly children?: ReactNode
}

/** The files of something, to be downloaded where somebody may. */
export function AttachedFiles({ files, hrefOf, remove, children }: ListProps) {
  const t = useTexts()
  const format = useFormat()
  if (files.length === 0 && children === undefined) return null
  return (
    <section aria-label={t('attachments')} style={{ marginBlockStart: 12 }}>
      <h3 className="paper-heading">{t('attachments')}</h3>
      {files.length > 0 && (
        <ul className="paper-list">
          {files.map(({ id, name, bytes }) => (
            <li key={id} style={{ overflowWrap: 'anywhere' }}>
              {hrefOf === undefined ? (
                <bdi>{name}</bdi>
              ) : (
                <a href={hrefOf(id)} download>
                  <bdi>{name}</bdi>
                </a>
              )}{' '}
              <small>
                {t('fileKb', { kb: format.number(Math.max(1, Math.ceil(bytes / 1024))) })}
              </small>{' '}
              {remove !== undefined && (
                <Button
                  size="small"
                  type="text"
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={t('removeFile', { name })}
                  onClick={() => remove(id)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {children}
    </section>
  )
}

type HolderProps = {
  readonly of: 'letters' | 'comments'
  readonly holder: { readonly receipt: string; readonly secret: string }
  readonly files?: readonly Attachment[]
  readonly isOpen?: boolean
}

/** What whoever holds a receipt has attached, with more as long as that is possible. */
export function HolderFiles({ of, holder, files = [], isOpen = true }: HolderProps) {
  const [added, setAdded] = useState<readonly Attachment[]>([])
  const all = [...files, ...added.filter((it) => files.every((known) => known.id !== it.id))]
  if (!isOpen) return <AttachedFiles files={all} />
  return (
    <AttachedFiles files={all}>
      <AttachFiles
        to={`/api/v1/policy/${of}/files`}
        holder={holder}
        files={all}
        onSent={(file) => setAdded((before) => [...before, file])}
      />
    </AttachedFiles>
  )
}
