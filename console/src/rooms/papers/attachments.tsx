import { DeleteOutlined, PaperClipOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { fetchSignedIn } from '../../api/client.ts'
import { asProblem, problemOf } from '../../api/problem.ts'
import { useFormat } from '../../frame/format.ts'
import { Said } from '../../ui/states.tsx'
import { newKey } from './api.ts'
import { useTexts } from './texts.ts'

export type Attachment = { readonly id: string; readonly name: string; readonly bytes: number }

const ACCEPTED = '.png,.jpg,.jpeg,.pdf,.zip,.csv,.txt'
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
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const isFull = files.length >= ATTACHMENTS_MAX
  const take = async (chosen: FileList | null) => {
    setIsBusy(true)
    setError(undefined)
    try {
      for (const file of chosen ?? []) onSent(await sent(to, file, holder))
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
        accept={ACCEPTED}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('attachFiles')}
        onChange={(event) => void take(event.target.files)}
      />
      <Button
        icon={<PaperClipOutlined aria-hidden />}
        loading={isBusy}
        disabled={isFull}
        onClick={() => input.current?.click()}
      >
        {t('attachFiles')}
      </Button>
      <p>
        <small>{t(isFull ? 'attachFull' : 'attachHint')}</small>
      </p>
      {error !== undefined && <Said error={error} />}
    </div>
  )
}

async function sent(to: string, file: File, holder: AttachProps['holder']): Promise<Attachment> {
  const query = new URLSearchParams({ key: newKey(), name: file.name })
  const type = file.type === '' ? 'text/plain' : file.type
  const headers = {
    'content-type': type,
    ...(holder && { 'x-receipt': holder.receipt, 'x-secret': holder.secret }),
  }
  const request = new Request(`${to}?${query}`, { method: 'POST', body: file, headers })
  const response = await fetchSignedIn(request).catch((thrown: unknown) => {
    throw asProblem(thrown)
  })
  const body: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw problemOf(response.status, body)
  return body as Attachment
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
