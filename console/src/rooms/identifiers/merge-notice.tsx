import { Alert, Radio } from 'antd'
import type { RecordValues } from '../../ui/record-value.ts'
import type { Conflict, Merged } from './merge.ts'
import { LongText } from './parts.tsx'
import { useTexts } from './texts.ts'

type MergeNoticeProps = {
  readonly merged: Merged
  readonly nameOf: (name: string) => string
  readonly values: RecordValues
  readonly theirs: RecordValues
  readonly onChoose: (next: RecordValues) => void
}

/** What somebody else changed meanwhile: taken over where only they did, to be chosen where both did. */
export function MergeNotice({ merged, nameOf, values, theirs, onChoose }: MergeNoticeProps) {
  const t = useTexts()
  const choose = ({ name, mine }: Conflict, isMine: boolean) => {
    const { [name]: _, ...others } = values
    const next = isMine ? mine : theirs[name]
    onChoose(next === undefined || next === null ? others : { ...others, [name]: next })
  }
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={t('staleTitle')}
      description={
        <>
          {merged.taken.length > 0 && (
            <>
              <p style={{ margin: 0 }}>{t('staleTaken')}</p>
              <ul>
                {merged.taken.map((name) => (
                  <li key={name}>
                    <bdi>{nameOf(name)}</bdi>: <LongText text={shown(theirs[name])} />
                  </li>
                ))}
              </ul>
            </>
          )}
          {merged.conflicts.length === 0 && <p style={{ margin: 0 }}>{t('staleNoConflict')}</p>}
          {merged.conflicts.map((it) => (
            <fieldset key={it.name} style={{ border: 0, padding: 0, marginBlock: 8 }}>
              <legend style={{ fontWeight: 600 }}>
                {t('staleBoth', { field: nameOf(it.name) })}
              </legend>
              <Radio.Group
                defaultValue="mine"
                style={{ display: 'grid', gap: 4 }}
                onChange={({ target }) => choose(it, target.value === 'mine')}
              >
                <Radio value="mine">
                  {t('mine')} <LongText text={shown(it.mine)} />
                </Radio>
                <Radio value="theirs">
                  {t('theirs')} <LongText text={shown(it.theirs)} />
                </Radio>
              </Radio.Group>
            </fieldset>
          ))}
        </>
      }
    />
  )
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '—'
  if (typeof value === 'object' && 'data' in value) return shown(value.data)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
