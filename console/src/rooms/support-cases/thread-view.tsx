import { useQuery } from '@tanstack/react-query'
import { Card, Tag } from 'antd'
import { answer, api } from '../../api/client.ts'
import { apart } from '../../frame/apart.ts'
import { useText } from '../../frame/language.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import type { Case } from './api.ts'
import { useTexts } from './texts.ts'

const ENTRIES_SHOWN_MAX = 200

/** Who did what when; as much of it as the reader may see. */
export function ThreadView({ of }: { of: Case }) {
  const t = useTexts()
  const thread = useQuery({
    queryKey: ['support-case', of.id, 'thread'],
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/cases/{id}/thread', {
          params: { path: { id: of.id }, query: { limit: ENTRIES_SHOWN_MAX } },
        }),
      ),
  })
  return (
    <QueryView query={thread}>
      {({ items }) =>
        items.length === 0 ? (
          <Nothing title={t('threadEmpty')} />
        ) : (
          <ol className="cards">
            {items.map((it) => (
              <li key={it.number}>
                <Entry of={of} entry={it} />
              </li>
            ))}
          </ol>
        )
      }
    </QueryView>
  )
}

type EntryProps = {
  readonly of: Case
  readonly entry: {
    readonly at: string
    readonly deed: string
    readonly step: string
    readonly note?: string
    readonly more?: Readonly<Record<string, unknown>>
  }
}

function Entry({ of, entry }: EntryProps) {
  const t = useTexts()
  const textOf = useText()
  const deed = useDeedName()
  const step = of.steps.find((it) => it.id === entry.step)?.title
  const { points, answers } = entry.more ?? {}
  const told = Array.isArray(points)
    ? (points as { path: string; reason: string }[]).map(
        (it) => `${apart(it.path)}: ${apart(it.reason)}`,
      )
    : Array.isArray(answers)
      ? answers.map(String)
      : []
  return (
    <Card size="small">
      <strong>{deed(entry.deed)}</strong>
      {step !== undefined && <> · {apart(textOf(step))}</>} · <When at={entry.at} isExact />
      {entry.deed === 'attach' && <Tag style={{ marginInlineStart: 8 }}>{t('internal')}</Tag>}
      {entry.note !== undefined && <p style={{ marginBlock: 4 }}>{entry.note}</p>}
      {told.length > 0 && (
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {told.map((it) => (
            <li key={it}>{it}</li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function useDeedName(): (deed: string) => string {
  const t = useTexts()
  return (deed) => {
    switch (deed) {
      case 'submit':
        return t('deedSubmit')
      case 'advance':
        return t('deedAdvance')
      case 'request-correction':
        return t('deedCorrection')
      case 'answer-correction':
        return t('deedAnswer')
      case 'lapse-correction':
        return t('lapse')
      case 'withdraw':
        return t('deedWithdraw')
      case 'attach':
        return t('deedAttach')
      case 'begin-draw':
      case 'freeze-pool':
      case 'draw':
      case 'declare-interest':
      case 'exclude-member':
      case 'score':
        return t('deedPanel')
      default:
        return t('deedOther')
    }
  }
}
