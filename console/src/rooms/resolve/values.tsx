import { Card } from 'antd'
import { useFormat } from '../../frame/format.ts'
import type { Explanation } from './explanation.tsx'
import { useTexts } from './texts.ts'

type Values = NonNullable<Explanation['values']>

export function ShownValues({ values }: { values: Values }) {
  const t = useTexts()
  const format = useFormat()
  const { shown, shownTotal } = values
  if (shown.length === 0) return null
  return (
    <Card size="small" style={{ marginBlockStart: 16 }}>
      <div className="scroll-x">
        <table className="value-table">
          <caption>{t('shownValues')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('index')}</th>
              <th scope="col">{t('type')}</th>
              <th scope="col">{t('value')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((it) => (
              <tr key={it.index}>
                <td className="nums">{it.index}</td>
                <td>
                  <bdi className="mono">{it.type}</bdi>
                </td>
                <td>
                  <bdi style={{ whiteSpace: 'pre-wrap' }}>{it.data}</bdi>{' '}
                  {it.isCut === true && t('cut')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < shownTotal && <p>{t('someOf', { count: format.number(shown.length) })}</p>}
    </Card>
  )
}

/** For who may know of them: which there are and by which permission they are hidden, not what they say. */
export function HiddenValues({ values }: { values: Values }) {
  const t = useTexts()
  const format = useFormat()
  const { hidden = [], hiddenTotal = 0 } = values
  if (hidden.length === 0) return null
  return (
    <Card size="small" style={{ marginBlockStart: 16 }}>
      <div className="scroll-x">
        <table className="value-table">
          <caption>{t('hiddenValues')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('index')}</th>
              <th scope="col">{t('type')}</th>
              <th scope="col">{t('permissions')}</th>
              <th scope="col">{t('readers')}</th>
            </tr>
          </thead>
          <tbody>
            {hidden.map((it) => (
              <tr key={it.index}>
                <td className="nums">{it.index}</td>
                <td>
                  <bdi className="mono">{it.type}</bdi>
                </td>
                <td className="mono">{it.permissions}</td>
                <td>{t(`readers.${it.readers}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hidden.length < hiddenTotal && <p>{t('someOf', { count: format.number(hidden.length) })}</p>}
      <p style={{ marginBlock: '12px 0' }}>{t('hiddenWhy')}</p>
    </Card>
  )
}
