import { PaperClipOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { fetchSignedIn } from '../api/client.ts'
import { asProblem, problemOf } from '../api/problem.ts'
import { Said } from './states.tsx'

/** What the node keeps of people's files. */
const ACCEPTED = '.png,.jpg,.jpeg,.pdf,.zip,.csv,.txt'

type FileButtonProps = {
  readonly label: string
  /** Of what, where several stand on a page. */
  readonly name?: string
  readonly isDisabled?: boolean
  /** Sends one; they go one after the other. */
  readonly send: (file: File) => Promise<void>
}

/** A button that sends files as they are chosen, and tells what the node says of one that it does not take. */
export function FileButton({ label, name = label, isDisabled = false, send }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const take = async (chosen: FileList | null) => {
    setIsBusy(true)
    setError(undefined)
    try {
      for (const file of chosen ?? []) await send(file)
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
      if (input.current !== null) input.current.value = ''
    }
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept={ACCEPTED}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={name}
        onChange={(event) => void take(event.target.files)}
      />
      <Button
        icon={<PaperClipOutlined aria-hidden />}
        loading={isBusy}
        disabled={isDisabled}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      {error !== undefined && <Said error={error} />}
    </>
  )
}

/** Sends a file as it is; answers what the node says of it. */
export async function sendFile<T>(
  to: string,
  file: File,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const type = file.type === '' ? 'text/plain' : file.type
  const request = new Request(to, {
    method: 'POST',
    body: file,
    headers: { 'content-type': type, ...headers },
  })
  const response = await fetchSignedIn(request).catch((thrown: unknown) => {
    throw asProblem(thrown)
  })
  const body: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw problemOf(response.status, body)
  return body as T
}
