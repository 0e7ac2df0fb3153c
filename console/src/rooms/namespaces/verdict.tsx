import { Alert, Button } from 'antd'
import type { Checked } from './namespace.ts'
import { useTexts } from './texts.ts'

type VerdictProps = {
  readonly of: Checked | undefined
  readonly goTo: (line: number) => void
}

/** What is wrong with a text, by its lines, or what it comes to. Its place is there before anything is known. */
export function Verdict({ of, goTo }: VerdictProps) {
  const t = useTexts()
  const errors = of?.errors.filter((it) => it.path !== '/suffix') ?? []
  return (
    <div aria-live="polite" className="namespace-verdict">
      {of !== undefined && errors.length === 0 && <Right of={of} />}
      {errors.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t('wrong')}
          description={
            <ul>
              {errors.map(({ detail, line }) => (
                <li key={`${line} ${detail}`}>
                  <bdi>{detail}</bdi>{' '}
                  {line !== undefined && (
                    <Button size="small" onClick={() => goTo(line)}>
                      {t('goToLine', { line })}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </div>
  )
}

function Right({ of: { delimiter, stopped, message } }: { of: Checked }) {
  const t = useTexts()
  if (stopped) {
    const said = message === undefined ? undefined : t('stoppedSaying', { message })
    return <Alert type="warning" showIcon title={t('stopped')} description={said} />
  }
  const parted = delimiter === undefined ? t('noTemplate') : t('parted', { delimiter })
  return <Alert type="success" showIcon title={t('right')} description={parted} />
}
