import { useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { type Text, useText } from '../../frame/language.ts'
import { Colon } from '../../ui/colon.tsx'
import { Go } from '../../ui/go.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { grouped } from './facts-state.ts'
import { type Asked, explainQuery, type KnownFact } from './fits-queries.ts'
import { useFitsTexts } from './fits-texts.ts'

type Input = {
  readonly fact: string
  readonly title: Text
  readonly value: Text
  readonly trust?: 'measured' | 'attested' | 'declared'
  readonly source?: string
  readonly declared?: Text
  readonly digest: string
}
type Step = {
  readonly text: Text
  readonly truth?: boolean | null
  readonly inputs?: readonly Input[]
  readonly reasons?: readonly Text[]
  readonly allows?: Text
  readonly binds?: boolean
  readonly steps?: readonly Step[]
}

type ExplanationProps = {
  readonly measure: string
  readonly asked: Asked
  readonly day: string
  readonly known: readonly KnownFact[]
}

/** Why a measure answers as it does to what was asked. */
export function Explanation({ measure, asked, day, known }: ExplanationProps) {
  return <Explained measure={measure} query={explainQuery(measure, asked, known, day)} />
}

type ExplainedProps = {
  readonly measure: string
  readonly query: ReturnType<typeof explainQuery>
}

/** The tree of one answer: each step with what it saw, each limit with what it would have allowed. */
export function Explained({ measure, query }: ExplainedProps) {
  const t = useFitsTexts()
  const textOf = useText()
  const explained = useQuery(query)
  return (
    <section aria-label={t('explained')} className="support-explained">
      <QueryView query={explained}>
        {({ explanation, tie_rule: tie }) => (
          <>
            <Steps steps={explanation as unknown as readonly Step[]} />
            <p className="support-minor">
              {t('tie')}
              <Colon />
              {textOf(tie)}{' '}
              <Go to={`/support/measures/${encodeURIComponent(measure)}`}>{t('hereMeasure')}</Go>
            </p>
          </>
        )}
      </QueryView>
    </section>
  )
}

function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ul className="support-tree">
      {steps.map((it, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no name but their place
        <li key={at}>
          <OneStep step={it} />
          {it.steps !== undefined && it.steps.length > 0 && <Steps steps={it.steps} />}
        </li>
      ))}
    </ul>
  )
}

function OneStep({
  step: { text, truth, inputs = [], reasons = [], allows, binds },
}: {
  step: Step
}) {
  const t = useFitsTexts()
  const textOf = useText()
  const format = useFormat()
  return (
    <>
      <Mark truth={truth} /> {textOf(text)}
      {allows !== undefined && (
        <strong className="nums"> {grouped(textOf(allows), format.number)}</strong>
      )}
      {binds === true && <Tag>{t('binds')}</Tag>}
      {reasons.map((it) => (
        <div key={it.en} className="support-minor">
          {textOf(it)}
        </div>
      ))}
      {inputs.map((it) => (
        <Seen key={it.fact} input={it} />
      ))}
    </>
  )
}

/** Yes, no or open, by more than a colour. */
function Mark({ truth }: { truth: boolean | null | undefined }) {
  const t = useFitsTexts()
  if (truth === undefined) return null
  const [sign, name] =
    truth === null
      ? (['?', 'unknown'] as const)
      : truth
        ? (['✓', 'passed'] as const)
        : (['✗', 'failed'] as const)
  return (
    <>
      <span aria-hidden="true" className={`support-mark support-${name}`}>
        {sign}
      </span>
      <span className="visually-hidden">{t(name)}</span>
    </>
  )
}

/** A value with where it came from; one that the node counted opens its entry. */
function Seen({ input: { title, value, trust, source, declared, digest } }: { input: Input }) {
  const t = useFitsTexts()
  const textOf = useText()
  const format = useFormat()
  const index = /^evidence:(\d+)/.exec(source ?? '')?.[1]
  return (
    <div className="support-seen" title={t('digest', { digest: digest.slice(0, 16) })}>
      {textOf(title)} = <span className="nums">{grouped(textOf(value), format.number)}</span>{' '}
      {trust !== undefined && <Tag>{t(trust)}</Tag>}
      {declared !== undefined && <> {t('statedInstead', { value: textOf(declared) })} </>}
      {index !== undefined && <Go to={`/evidence/${index}`}>{t('evidence', { index })}</Go>}
    </div>
  )
}
