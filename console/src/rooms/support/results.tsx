import { useQuery } from '@tanstack/react-query'
import { Button, Card } from 'antd'
import { useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { type Text, useLanguage, useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { Nothing } from '../../ui/states.tsx'
import { Explanation } from './explanation.tsx'
import { grouped } from './facts-state.ts'
import { type Asked, type Fit, type Fits, knownQuery } from './fits-queries.ts'
import { useFitsTexts } from './fits-texts.ts'
import { MeasureStateTag } from './parts.tsx'

const VERDICTS = ['fits', 'open', 'does-not-fit'] as const

type ResultsProps = {
  readonly fits: Fits
  readonly asked: Asked
  readonly suppose: (fact: string, value: unknown) => void
}

/** What fits, what is open, what does not; each with its amount and every reason. */
export function Results({ fits, asked, suppose }: ResultsProps) {
  const t = useFitsTexts()
  const [shown, setShown] = useState<Fit['verdict'] | undefined>(undefined)
  const of = (verdict: Fit['verdict']) => fits.items.filter((it) => it.verdict === verdict)
  const verdict = shown ?? VERDICTS.find((it) => of(it).length > 0) ?? 'fits'
  const items = of(verdict)
  return (
    <section aria-label={t('results')} className="support-results">
      {/* biome-ignore lint/a11y/useSemanticElements: buttons that belong together, no fields of a form */}
      <div role="group" aria-label={t('results')} className="support-verdicts">
        {VERDICTS.map((it) => (
          <Button
            key={it}
            type={it === verdict ? 'primary' : 'default'}
            aria-pressed={it === verdict}
            onClick={() => setShown(it)}
          >
            {t(it)} {of(it).length}
          </Button>
        ))}
      </div>
      <p className="visually-hidden" role="status">
        {VERDICTS.map((it) => `${t(it)} ${of(it).length}`).join(', ')}
      </p>
      {items.length === 0 && <Nothing title={t('none')} hint={t('noneHint')} />}
      <ul className="cards">
        {items.map((it) => (
          <li key={it.measure}>
            <FitCard fit={it} asked={asked} day={fits.day} suppose={suppose} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type FitCardProps = Omit<ResultsProps, 'fits'> & { readonly fit: Fit; readonly day: string }

function FitCard({ fit, asked, day, suppose }: FitCardProps) {
  const t = useFitsTexts()
  const textOf = useText()
  const format = useFormat()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Card
      size="small"
      title={
        <h3 className="card-title">
          <Go to={`/support/measures/${encodeURIComponent(fit.measure)}`}>{textOf(fit.title)}</Go>
        </h3>
      }
      extra={<MeasureStateTag state={fit.state} />}
    >
      <p className="support-amount">{grouped(textOf(fit.result), format.number)}</p>
      <Reasons fit={fit} />
      <NearestChange fit={fit} suppose={suppose} />
      <Button size="small" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        {isOpen ? t('hide') : t('explain')}
        <span className="visually-hidden">: {textOf(fit.title)}</span>
      </Button>
      {isOpen && <Why fit={fit} asked={asked} day={day} />}
    </Card>
  )
}

function Reasons({ fit: { reasons } }: { fit: Fit }) {
  const textOf = useText()
  const told = reasons.filter((it) => it.code !== 'CONDITIONS_MET')
  return (
    <ul className="support-reasons">
      {told.map((it) => (
        <li key={it.code}>{textOf(it.text)}</li>
      ))}
    </ul>
  )
}

type NearestProps = { readonly fit: Fit; readonly suppose: ResultsProps['suppose'] }

function NearestChange({ fit: { nearest }, suppose }: NearestProps) {
  const t = useFitsTexts()
  const textOf = useText()
  const language = useLanguage()
  const format = useFormat()
  const shown = (text: Text) => grouped(textOf(text), format.number)
  if (nearest === undefined) return null
  const told = nearest.changes.map((it) =>
    t('change', { title: textOf(it.title), from: shown(it.from), to: shown(it.to) }),
  )
  const [only] = nearest.changes
  return (
    <p className="support-nearest">
      <strong>{t('nearest')}</strong> {told.join(language === 'zh' ? '；' : '; ')}
      {language === 'zh' ? '，' : ', '}
      {t('wouldBe', { result: shown(nearest.result) })}{' '}
      {only !== undefined && nearest.changes.length === 1 && (
        <Button size="small" onClick={() => suppose(only.fact, only.value)}>
          {t('suppose')}
        </Button>
      )}
    </p>
  )
}

function Why({ fit, asked, day }: { fit: Fit; asked: Asked; day: string }) {
  const { enterprise } = asked
  const known = useQuery({ ...knownQuery(enterprise ?? ''), enabled: enterprise !== undefined })
  if (enterprise !== undefined && known.data === undefined) return null
  return (
    <Explanation measure={fit.measure} asked={asked} day={day} known={known.data?.items ?? []} />
  )
}
