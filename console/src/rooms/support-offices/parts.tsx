import { Tag } from 'antd'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import type { Kind, Office } from '../../ui/offices.ts'
import { useJoined } from './joined.ts'
import { useTexts } from './texts.ts'

/** What the page was asked to open. */
export type Asked =
  | { readonly do: 'post'; readonly user?: string; readonly office?: Office }
  | { readonly do: 'name'; readonly office?: Office }
/** What a person fills, as the form holds it. */
export type PostValues = {
  readonly units: readonly string[]
  readonly approvals: readonly string[]
  readonly fields: readonly string[]
  readonly interests: readonly string[]
}

export type Ask = ((asked: Asked) => void) | undefined

/** An office by its name, with its code, and the bodies that fill it in the regions. */
export function OfficeName({ of }: { of: Office }) {
  const text = useText()
  const joined = useJoined()
  const bodies = of.regions.flatMap((it) => (it.body === undefined ? [] : [text(it.body)]))
  const name = text(of.title)
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      <strong>{name}</strong> {name !== of.id && <small className="mono">{of.id}</small>}
      {bodies.length > 0 && <div>{joined(bodies)}</div>}
    </span>
  )
}

/** Who fills it; that nobody does, or who does cannot act, is told by more than colour. */
export function Holders({ of }: { of: Office }) {
  const t = useTexts()
  if (of.holders.length === 0) return <Tag color="warning">{t('nobody')}</Tag>
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '4px 12px' }}>
      {of.holders.map((it) => (
        <span key={it.user}>
          <bdi>{it.name}</bdi>
          {!it.acts && (
            <Tag color="warning" style={{ marginInlineStart: 4, whiteSpace: 'normal' }}>
              {t('cannotAct')}
            </Tag>
          )}
        </span>
      ))}
    </span>
  )
}

/** The plans and calls that need it. */
export function Waits({ of }: { of: Office }) {
  const t = useTexts()
  const text = useText()
  if (of.waits.length === 0) return <>—</>
  return (
    <ul style={{ margin: 0, padding: 0, listStyle: 'none' }}>
      {of.waits.map((it) => (
        <li key={it.id}>
          <Go to={it.of === 'plan' ? `/support/plans/${it.id}` : `/support/calls/${it.id}`}>
            {text(it.title)}
          </Go>{' '}
          {it.isNow && <Tag color="processing">{t('now')}</Tag>}
        </li>
      ))}
    </ul>
  )
}

/** What offices are called, by their codes; one that nobody has a word of by its code. */
export function useOfficeTitles(offices: readonly Office[]): (kind: Kind, id: string) => string {
  const text = useText()
  return (kind, id) => {
    const found = offices.find((it) => it.kind === kind && it.id === id)
    return found === undefined ? id : text(found.title)
  }
}
