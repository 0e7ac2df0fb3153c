import { Alert, Card } from 'antd'
import { useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { FileDrop } from './file-drop.tsx'
import type { Job } from './jobs.ts'
import { useTexts } from './texts.ts'
import { nameOf, resumeUpload, useUpload } from './uploads.ts'

/** An upload that broke off goes on with the same file; after a reload it has to be chosen again. */
export function ResumeCard({ job }: { job: Job }) {
  const t = useTexts()
  const format = useFormat()
  const upload = useUpload(job.id)
  const [isOther, setIsOther] = useState(false)
  const { resume, file, bytesTotal } = job
  if (resume === undefined || upload?.state === 'waiting' || upload?.state === 'sending')
    return null
  const take = (chosen: File) => {
    const isSame = file === undefined || nameOf(chosen) === file
    const isWhole =
      bytesTotal === undefined ? chosen.size >= resume.bytes : chosen.size === bytesTotal
    setIsOther(!(isSame && isWhole))
    if (isSame && isWhole) resumeUpload(job, chosen)
  }
  const lines = format.number(resume.lines)
  return (
    <Card size="small" title={t('resume')} style={{ marginBlockEnd: 16 }}>
      <FileDrop
        file={undefined}
        verb={t('pickSame')}
        note={
          file === undefined ? t('resumeHintNoName', { lines }) : t('resumeHint', { lines, file })
        }
        onFile={take}
      />
      {isOther && (
        <Alert
          type="error"
          showIcon
          style={{ marginBlockStart: 8 }}
          title={t('otherFileChosen', {
            file: file ?? t('noName'),
            size: format.bytes(bytesTotal ?? resume.bytes),
          })}
        />
      )}
    </Card>
  )
}
