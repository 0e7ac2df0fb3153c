import { DeleteOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { FileButton, sendFile } from '../../ui/file-button.tsx'
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
  // what was chosen before the page was opened is known by its place alone
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map())
  const sent: string[] = []
  const send = async (file: File) => {
    const query = new URLSearchParams({ enterprise: enterprise ?? '', name: file.name })
    const { id } = await sendFile<{ id: string }>(`/api/v1/files?${query}`, file)
    sent.push(id)
    setNames((before) => new Map([...before, [id, file.name]]))
    onChange?.([...value, ...sent])
  }
  return (
    <div>
      <FileButton
        label={t('attach')}
        name={`${t('attach')}: ${label}`}
        isDisabled={enterprise === undefined}
        send={send}
      />
      {value.length > 0 && (
        <ul style={{ margin: '4px 0 0', paddingInlineStart: 18 }}>
          {value.map((id, at) => {
            const name = names.get(id) ?? t('fileAt', { number: at + 1 })
            return (
              <li key={id} style={{ overflowWrap: 'anywhere' }}>
                <bdi>{name}</bdi>{' '}
                <Button
                  size="small"
                  type="text"
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={t('removeFile', { name, label })}
                  onClick={() => onChange?.(value.filter((it) => it !== id))}
                />
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
