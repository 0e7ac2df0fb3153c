import { Button, Card } from 'antd'
import { useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import type { Job } from './jobs.ts'
import { useTexts } from './texts.ts'

const SHOWN_FIRST = 20

/** The first lines that were refused: where, which field, why, and what would be right. */
export function ErrorList({ job }: { job: Job }) {
  const t = useTexts()
  const format = useFormat()
  const [isAll, setIsAll] = useState(false)
  const { errors } = job
  if (errors.length === 0) {
    return job.state === 'done' && job.refused === 0 ? <p>{t('noErrors')}</p> : null
  }
  return (
    <Card
      size="small"
      title={t('errors', { count: format.number(errors.length) })}
      style={{ marginBlockStart: 16 }}
    >
      <ul className="import-errors">
        {(isAll ? errors : errors.slice(0, SHOWN_FIRST)).map((it) => (
          <li key={it.line}>
            <strong>
              {t('line')} <span className="nums">{format.number(it.line)}</span>
            </strong>
            <bdi className="mono">{it.handle}</bdi>
            <div>
              {(it.fields ?? []).map((field) => (
                <div key={field.path + field.detail}>
                  <bdi className="mono">{field.path === '' ? t('whole') : field.path.slice(1)}</bdi>
                  : {field.detail} {field.expected}
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
