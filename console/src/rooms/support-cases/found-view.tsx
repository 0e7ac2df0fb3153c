import { useQuery } from '@tanstack/react-query'
import { Card } from 'antd'
import { QueryView } from '../../ui/query-view.tsx'
import { When } from '../../ui/when.tsx'
import {
  type CallDetail,
  type Case,
  callQuery,
  type Determination,
  determinationsQuery,
} from './api.ts'
import { OutlookCard } from './checks-view.tsx'
import { FactDialogButton } from './fact-dialog.tsx'
import { useFactName } from './fact-name.ts'
import { LinesAudit } from './lines-audit.tsx'
import { valueText } from './outlook-view.tsx'
import { useTexts } from './texts.ts'

/** What the office found out: lines one by one, facts and judgements, each with its document; and what the rules say to it. */
export function FoundView({ of }: { of: Case }) {
  const call = useQuery(callQuery(of.call.id))
  const found = useQuery(determinationsQuery(of.id))
  return (
    <QueryView query={call}>
      {(it) => (
        <QueryView query={found}>
          {({ items }) => <Found of={of} call={it} items={items} />}
        </QueryView>
      )}
    </QueryView>
  )
}

type Props = {
  readonly of: Case
  readonly call: CallDetail
  readonly items: readonly Determination[]
}

function Found({ of, call, items }: Props) {
  const t = useTexts()
  const lists = call.fields.filter((it) => it.officeParts.length > 0)
  const mayTell = of.as.includes('officer') && of.state !== 'withdrawn'
  return (
    <>
      {lists.map((it) => (
        <LinesAudit key={it.name} of={of} call={call} field={it} items={items} />
      ))}
      <Card
        size="small"
        title={t('history')}
        extra={mayTell && <FactDialogButton of={of} call={call} />}
        style={{ marginBlockEnd: 16 }}
      >
        <History call={call} items={items} />
      </Card>
      <OutlookCard id={of.id} />
    </>
  )
}

function History({ call, items }: Pick<Props, 'call' | 'items'>) {
  const t = useTexts()
  const name = useFactName(call)
  if (items.length === 0) return <span>{t('historyNone')}</span>
  return (
    <ol style={{ margin: 0, paddingInlineStart: 24 }}>
      {items.map((it) => (
        <li key={it.number} style={{ marginBlockEnd: 8 }}>
          <strong>{it.document.title}</strong> · <When at={it.at} isExact />
          <ul style={{ margin: 0, paddingInlineStart: 16 }}>
            {it.entries.map((entry) => (
              <li key={[entry.fact, entry.item, entry.part].join(' ')}>
                {name(entry)} = <Told value={entry.value} /> · <bdi>{entry.why}</bdi>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  )
}

function Told({ value }: { value: string }) {
  const t = useTexts()
  if (value === 'true') return <span>{t('yes')}</span>
  if (value === 'false') return <span>{t('no')}</span>
  if (value === 'null') return <span>{t('notKnown')}</span>
  return <span className="nums">{valueText(value)}</span>
}
