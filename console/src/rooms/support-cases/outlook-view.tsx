import { Alert, Tag } from 'antd'
import { apart } from '../../frame/apart.ts'
import { type Text, useText } from '../../frame/language.ts'
import { groupedDigits, type Outlook, yuanOf } from './api.ts'
import { useTexts } from './texts.ts'

type Step = {
  readonly text: Text
  readonly truth?: boolean | null
  readonly codes?: readonly string[]
  /** The codes in words. */
  readonly reasons?: readonly Text[]
  readonly inputs?: readonly { readonly fact: string; readonly title: Text; readonly value: Text }[]
  readonly allows?: Text
  readonly binds?: boolean
  readonly steps?: readonly Step[]
}

/** What the rules say: the result, why, what is open, and the whole explanation behind a fold. */
export function OutlookView({ of }: { of: Outlook }) {
  const t = useTexts()
  const steps = of.steps as readonly Step[]
  const told = leavesOf(steps)
  const kind = of.eligible === null ? 'warning' : of.eligible ? 'success' : 'error'
  const word = of.eligible === null ? 'undecided' : of.eligible ? 'eligible' : 'refused'
  return (
    <div aria-live="polite">
      <Alert type={kind} showIcon title={t(word)} description={<Amount of={of} />} />
      <Reasons title={t('whyRefused')} steps={told.filter((it) => it.truth === false)} />
      <Reasons title={t('whatIsOpen')} steps={told.filter((it) => it.truth === null)} />
      <details style={{ marginBlockStart: 12 }}>
        <summary>{t('whole')}</summary>
        <Tree steps={steps} />
      </details>
    </div>
  )
}

function Amount({ of }: { of: Outlook }) {
  const t = useTexts()
  if (of.eligible === false) return null
  if (of.amountFen !== null) {
    const yuan = yuanOf(of.amountFen)
    return (
      <strong className="nums">
        {of.basis === 'ceiling' ? t('upTo', { yuan }) : t('yuanAmount', { yuan })}
      </strong>
    )
  }
  const { boundsFen } = of
  if (boundsFen === undefined) return null
  const from = yuanOf(boundsFen.from)
  return (
    <span className="nums">
      {boundsFen.to === null
        ? t('atLeastAmount', { from })
        : t('between', { from, to: yuanOf(boundsFen.to) })}
    </span>
  )
}

/** The steps that decide: those that were refused or are open and rest on no other step. */
function leavesOf(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => {
    const below = leavesOf(step.steps ?? [])
    const isTold = step.truth === false || step.truth === null
    if (!isTold || step.codes?.length === 0) return below
    return below.some((it) => it.truth === step.truth) ? below : [...below, step]
  })
}

function Reasons({ title, steps }: { title: string; steps: readonly Step[] }) {
  const textOf = useText()
  if (steps.length === 0) return null
  return (
    <>
      <h3 style={{ fontSize: '1em', marginBlock: '12px 4px' }}>{title}</h3>
      <ul style={LIST}>
        {keyed(steps).map(({ key, it }) => (
          <li key={key}>
            {textOf(it.text)}
            <Why of={it} />
          </li>
        ))}
      </ul>
    </>
  )
}

/** Why, in words; what the engine calls it is small beside. */
function Why({ of: { codes = [], reasons = [] } }: { of: Step }) {
  const textOf = useText()
  return codes.map((code, at) => {
    const words = reasons[at]
    return (
      <span key={code}>
        {' · '}
        {words !== undefined && `${textOf(words)} `}
        <small className="mono">{code}</small>
      </span>
    )
  })
}

/** Steps with a key each: the same text may stand twice. */
function keyed(steps: readonly Step[]): readonly { readonly key: string; readonly it: Step }[] {
  const seen = new Map<string, number>()
  return steps.map((it) => {
    const count = (seen.get(it.text.en) ?? 0) + 1
    seen.set(it.text.en, count)
    return { key: `${it.text.en} ${count}`, it }
  })
}

const LIST = { margin: 0, paddingInlineStart: 20, overflowWrap: 'anywhere' } as const

function Tree({ steps }: { steps: readonly Step[] }) {
  const t = useTexts()
  const textOf = useText()
  return (
    <ul style={LIST}>
      {keyed(steps).map(({ key, it }) => (
        <li key={key}>
          <Truth of={it.truth} /> {textOf(it.text)}
          {(it.steps ?? []).length === 0 && it.truth !== true && <Why of={it} />}
          {it.allows !== undefined && <>: {textOf(it.allows)}</>}
          {it.binds === true && (
            <>
              {' '}
              <Tag color="processing">{t('binds')}</Tag>
            </>
          )}
          {(it.inputs ?? []).length > 0 && (
            <small>
              {' ('}
              {it.inputs?.map((seen) => `${textOf(seen.title)} = ${textOf(seen.value)}`).join(', ')}
              {')'}
            </small>
          )}
          {it.steps !== undefined && it.steps.length > 0 && <Tree steps={it.steps} />}
        </li>
      ))}
    </ul>
  )
}

function Truth({ of }: { of: boolean | null | undefined }) {
  const t = useTexts()
  if (of === undefined) return null
  const word = of === null ? 'undecided' : of ? 'eligible' : 'refused'
  return (
    <>
      <span aria-hidden>{of === null ? '?' : of ? '✓' : '✗'}</span>
      <span className="visually-hidden">{t(word)}:</span>
    </>
  )
}

const TRUST = ['measured', 'attested', 'declared', 'node'] as const

/** Where each fact came from, and what was stated otherwise. */
export function Sources({ of }: { of: Outlook }) {
  const t = useTexts()
  const textOf = useText()
  const name = (it: { title: Text; fact: string; item?: string; part?: string }) =>
    [it.fact.includes('.') ? it.fact : textOf(it.title), it.item, it.part]
      .filter((part) => part !== undefined)
      .join(' · ')
  return (
    <>
      {of.contradictions.length > 0 && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBlock: 12 }}
          title={t('contradictions')}
          description={
            <ul style={LIST}>
              {of.contradictions.map((it) => (
                <li key={name(it)}>
                  {name(it)}: {t('stated')} <strong>{valueText(it.declared)}</strong>, {t('found')}{' '}
                  <strong>{valueText(it.value)}</strong>
                </li>
              ))}
            </ul>
          }
        />
      )}
      <details style={{ marginBlockStart: 12 }}>
        <summary>{t('sources')}</summary>
        <ul style={LIST}>
          {of.sources.map((it) => (
            <li key={name(it)}>
              {name(it)} · {t(TRUST.find((trust) => trust === it.trust) ?? 'node')}
              {it.trust === 'attested' && it.source !== undefined && ` (${apart(it.source)})`}
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}

/** JSON text for people: a number in groups, a text without its quotes. */
export function valueText(json: string): string {
  if (/^-?\d+(\.\d+)?$/.test(json)) return groupedDigits(json)
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'string') return value
    if (Array.isArray(value)) return `${value.length}`
  } catch {
    // as it came
  }
  return json
}
