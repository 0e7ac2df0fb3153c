import { Card } from 'antd'
import { useFormat } from '../../frame/format.ts'
import type { Job } from './jobs.ts'
import { useTexts } from './texts.ts'

/** The first lines that were refused: where, which field, why, and what would be right. */
export function ErrorList({ job }: { job: Job }) {
  const t = useTexts()
  const format = useFormat()
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
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {errors.map((it) => (
          <li key={it.line}>
            <strong>
              {t('line')} <span className="nums">{format.number(it.line)}</span>
            </strong>{' '}
            {it.handle !== undefined && <bdi className="mono">{it.handle}</bdi>}
            {(it.fields ?? []).map((field) => (
              <div key={field.path + field.detail}>
                <bdi className="mono">{field.path === '' ? t('whole') : field.path.slice(1)}</bdi>:{' '}
                {field.detail} {field.expected}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </Card>
  )
}
