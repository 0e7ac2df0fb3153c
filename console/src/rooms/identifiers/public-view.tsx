import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card } from 'antd'
import { problemOf } from '../../api/problem.ts'
import { useText } from '../../frame/language.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { LongText } from './parts.tsx'
import { publicAddress, publicPath, usePublicBase } from './qr.tsx'
import { type HandleValue, type Identifier, useTemplateOf } from './records.ts'
import { useTexts } from './texts.ts'

type PublicValue = { readonly index: number; readonly data: { readonly value: unknown } }
type PublicAnswer = { readonly values?: readonly PublicValue[] }

/** Value by value: what the enterprise holds, and whether somebody who is not signed in gets it. */
export function PublicView({ record }: { record: Identifier }) {
  const t = useTexts()
  const isResolved = record.state === 'registered' && !record.held
  const base = usePublicBase()
  const address = publicAddress(base, record.handle)
  return (
    <>
      <Card size="small" style={{ marginBlockEnd: 12 }}>
        <p style={{ marginBlockStart: 0 }}>{t('publicHint')}</p>
        <p>
          <bdi className="mono">{address}</bdi>
        </p>
        <Button href={`${publicPath(record.handle)}?show`} target="_blank">
          {t('openPublic')}
        </Button>
      </Card>
      {isResolved ? (
        <Compared record={record} />
      ) : (
        <Alert type="warning" showIcon title={t(record.held ? 'publicHeld' : 'publicRetired')} />
      )}
    </>
  )
}

function Compared({ record }: { record: Identifier }) {
  const t = useTexts()
  const textOf = useText()
  const template = useTemplateOf(record)
  const seen = useQuery({
    queryKey: ['identifier', record.handle, 'public', record.version],
    queryFn: ({ signal }) => askAsPublic(record.handle, signal),
  })
  const nameOf = ({ index, type }: HandleValue) => {
    const field = template.data?.fields.find((it) => it.index === index)
    return field === undefined ? type : textOf(field.label)
  }
  return (
    <QueryView query={seen}>
      {(answered) => {
        const open = new Map(answered.values?.map((it) => [it.index, textOfPublic(it)]))
        return (
          <Records<HandleValue>
            label={t('public')}
            rows={record.values ?? []}
            keyOf={(it) => String(it.index)}
            empty={<Nothing title={t('valuesNone')} />}
            columns={[
              { key: 'name', title: t('field'), show: (it) => <bdi>{nameOf(it)}</bdi> },
              { key: 'you', title: t('youSee'), show: (it) => <LongText text={it.data.value} /> },
              {
                key: 'public',
                title: t('publicSees'),
                show: ({ index }) => {
                  const text = open.get(index)
                  return text === undefined ? t('publicNot') : <LongText text={text} />
                },
              },
            ]}
          />
        )
      }}
    </QueryView>
  )
}

/** Without cookies: exactly as anybody asks. */
async function askAsPublic(handle: string, signal: AbortSignal): Promise<PublicAnswer> {
  const path = `/api/handles${publicPath(handle)}`
  const reply = await fetch(path, { credentials: 'omit', signal })
  if (!reply.ok) throw problemOf(reply.status, undefined)
  return (await reply.json()) as PublicAnswer
}

function textOfPublic({ data: { value } }: PublicValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
