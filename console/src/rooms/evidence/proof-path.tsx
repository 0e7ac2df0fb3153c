import { Card } from 'antd'
import { useFormat } from '../../frame/format.ts'
import type { Step } from '../../proof/tree.ts'
import { Colon } from '../../ui/colon.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import type { Checked } from './log.ts'
import { CheckTag, Hash } from './parts.tsx'
import { useTexts } from './texts.ts'

/** The inclusion proof, one row for every step from the entry to the root. */
export function ProofPath({ checked }: { checked: Checked }) {
  const t = useTexts()
  const columns = useColumns()
  const rows = checked.steps.map((step, at) => ({ step, at: at + 1 }))
  return (
    <Card title={<h2 className="card-title">{t('path')}</h2>}>
      <p>{t('pathLead')}</p>
      <p>
        {t('leaf')}
        <Colon />
        <Hash bytes={checked.leaf} label={t('leaf')} />
      </p>
      {rows.length > 0 && (
        <Records<Row>
          label={t('path')}
          rows={rows}
          keyOf={(it) => String(it.at)}
          columns={columns}
          empty={null}
        />
      )}
      <p style={{ margin: '12px 0 0' }}>
        {t('signedRoot')}
        <Colon />
        <Hash bytes={checked.root} label={t('signedRoot')} />{' '}
        <CheckTag state={checked.isIncluded ? 'good' : 'wrong'} />
      </p>
    </Card>
  )
}

type Row = { readonly step: Step; readonly at: number }

function useColumns(): readonly Column<Row>[] {
  const t = useTexts()
  const format = useFormat()
  const place = ({ side, range }: Step) => {
    const values = { from: format.number(range.from), last: format.number(range.to - 1) }
    return side === 'left' ? t('siblingLeft', values) : t('siblingRight', values)
  }
  return [
    { key: 'at', title: t('step'), show: (it) => it.at },
    { key: 'place', title: t('neighbour'), show: (it) => place(it.step) },
    {
      key: 'sibling',
      title: t('siblingHash'),
      show: (it) => <Hash bytes={it.step.sibling} label={`${t('siblingHash')} ${it.at}`} />,
    },
    {
      key: 'result',
      title: t('result'),
      show: (it) => <Hash bytes={it.step.result} label={`${t('result')} ${it.at}`} />,
    },
  ]
}
