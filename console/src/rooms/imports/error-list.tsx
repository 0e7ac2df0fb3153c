import { Button, Card } from 'antd'
import { useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { Colon } from '../../ui/colon.tsx'
import type { Job } from './jobs.ts'
import { useTexts } from './texts.ts'

const SHOWN_FIRST = 20

/** The first lines that were refused: where, which field, why, and what would be right. */
export function ErrorList({ job }: { job: Job }) {
  const t = useTexts()
  const format = useFormat()
  const [isAll, setIsAll] = useState(false)
  const { errors } = job
  const isWhole = errors.length >= job.refused
  if (errors.length === 0) {
    return job.state === 'done' && job.refused === 0 ? <p>{t('noErrors')}</p> : null
  }
  return (
    <Card
      size="small"
      title={t(isWhole ? 'errors' : 'errorsFirst', { count: format.number(errors.length) })}
      style={{ marginBlockStart: 16 }}
    >
      <ul className="import-errors">
        {(isAll ? errors : errors.slice(0, SHOWN_FIRST)).map((it) => (
          <li key={it.line}>
            <strong>{t('lineOf', { count: format.number(it.line) })}</strong>
            <bdi className="mono">{it.handle}</bdi>
            <div>
              {(it.fields ?? []).map((field) => (
                <div key={field.path + field.detail}>
                  <FieldName path={field.path} />
                  <Colon />
                  {field.detail} {field.expected}
                </div>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {!isAll && errors.length > SHOWN_FIRST && (
        <Button style={{ marginBlockStart: 12 }} onClick={() => setIsAll(true)}>
          {t('allErrors', { count: format.number(errors.length) })}
        </Button>
      )}
    </Card>
  )
}

/** What a column stands for: the identifier in words, a field of the template by its name. */
function FieldName({ path }: { path: string }) {
  const t = useTexts()
  if (path === '') return <>{t('whole')}</>
  if (path === '/identifier') return <>{t('fieldIdentifier')}</>
  if (path === '/suffix') return <>{t('fieldSuffix')}</>
  return <bdi className="mono">{path.slice(1)}</bdi>
}
