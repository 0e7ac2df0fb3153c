import { Descriptions, Tag } from 'antd'
import { apart } from '../../frame/apart.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import '../../ui/measures.css'
import { type Figures, groupedDecimal, useMoney } from './trial.ts'
import { useTexts } from './trial-texts.ts'

/** Money in, what came out, and who got it. */
export function FiguresView({ of }: { of: Figures }) {
  const t = useTexts()
  const format = useFormat()
  const money = useMoney()
  const { money: sums } = of
  return (
    <div className="editor-column">
      <Descriptions
        title={t('money')}
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={[
          { key: 'awards', label: t('awards'), children: format.number(sums.awards) },
          { key: 'applicants', label: t('applicants'), children: format.number(sums.applicants) },
          { key: 'decided', label: t('decided'), children: money(sums.decidedFen) },
          { key: 'paid', label: t('paid'), children: money(sums.paidFen) },
          { key: 'recovered', label: t('recovered'), children: money(sums.recoveredFen) },
          { key: 'net', label: t('net'), children: money(sums.netFen) },
        ]}
      />
      <Outputs of={of} />
      <Targets of={of} />
      <Near of={of} />
      <Groups title={t('bySector')} of={of.bySector} />
      <Groups title={t('bySize')} of={of.bySize} />
      <Groups title={t('byKind')} of={of.byKind ?? []} />
    </div>
  )
}

function Outputs({ of }: { of: Figures }) {
  const t = useTexts()
  const format = useFormat()
  const money = useMoney()
  return (
    <section>
      <h3>{t('outputs')}</h3>
      <Records
        label={t('outputs')}
        rows={of.outputs}
        keyOf={(it) => `${it.name} ${it.unit}`}
        columns={[
          { key: 'name', title: t('indicator'), show: (it) => <bdi>{it.name}</bdi> },
          {
            key: 'total',
            title: t('total'),
            isNumber: true,
            show: (it) => `${groupedDecimal(it.total, format.number)} ${apart(it.unit)}`,
          },
          {
            key: 'reported',
            title: t('reported'),
            isNumber: true,
            show: (it) => `${format.number(it.reported)} / ${format.number(it.due)}`,
          },
          { key: 'met', title: t('met'), isNumber: true, show: (it) => format.number(it.met) },
          {
            key: 'per',
            title: t('perUnit'),
            isNumber: true,
            show: (it) => (it.perUnitFen === undefined ? '—' : money(it.perUnitFen)),
          },
        ]}
        empty={<Nothing title={t('noOutputs')} />}
      />
    </section>
  )
}

/** While its value is not known a target is open whatever the day: that is said, and not that it can still be reached. */
function stateOf({ state, value }: Figures['targets'][number]) {
  if (state === 'open' && value === undefined) return 'valueNotKnown'
  return state === 'met' ? 'met_' : state
}

const STATE_COLOURS: Readonly<Record<string, string>> = {
  met_: 'success',
  met_above_range: 'warning',
  missed: 'error',
  open: 'processing',
}

function Targets({ of }: { of: Figures }) {
  const t = useTexts()
  const text = useText()
  const format = useFormat()
  return (
    <section>
      <h3>{t('targets')}</h3>
      <Records
        label={t('targets')}
        rows={of.targets}
        keyOf={(it) => it.id}
        columns={[
          {
            key: 'name',
            title: t('indicator'),
            show: (it) => (
              <span className="measure-name">
                <bdi>{text(it.indicator)}</bdi>
                <small className="mono">{it.id}</small>
              </span>
            ),
          },
          {
            key: 'goal',
            title: t('goal'),
            show: (it) => (it.goal === undefined ? '—' : text(it.goal)),
          },
          {
            key: 'deadline',
            title: t('deadline'),
            show: (it) => (it.deadline === undefined ? '—' : format.day(it.deadline)),
          },
          {
            key: 'value',
            title: t('reached'),
            isNumber: true,
            show: (it) => (it.value === undefined ? '—' : groupedDecimal(it.value, format.number)),
          },
          {
            key: 'state',
            title: t('state'),
            show: (it) => (
              <Tag color={STATE_COLOURS[stateOf(it)] ?? 'default'}>{t(stateOf(it))}</Tag>
            ),
          },
        ]}
        empty={<Nothing title={t('noTargets')} />}
      />
    </section>
  )
}

function Near({ of }: { of: Figures }) {
  const t = useTexts()
  const text = useText()
  const format = useFormat()
  const count = (value: number | null) => (value === null ? t('few') : format.number(value))
  if (of.near.length === 0) return null
  return (
    <section>
      <h3>{t('near')}</h3>
      <Records
        label={t('near')}
        rows={of.near}
        keyOf={(it) => it.fact}
        columns={[
          {
            key: 'fact',
            title: t('fact'),
            show: (it) => <bdi>{it.title === undefined ? it.fact : text(it.title)}</bdi>,
          },
          {
            key: 'at',
            title: t('threshold'),
            isNumber: true,
            show: (it) => format.number(it.threshold),
          },
          { key: 'below', title: t('below'), isNumber: true, show: (it) => count(it.below) },
          { key: 'above', title: t('above'), isNumber: true, show: (it) => count(it.above) },
          { key: 'granted', title: t('granted'), isNumber: true, show: (it) => count(it.granted) },
        ]}
        empty={<Nothing title={t('noNear')} />}
      />
    </section>
  )
}

function Groups({ title, of }: { title: string; of: Figures['bySector'] }) {
  const t = useTexts()
  const text = useText()
  const format = useFormat()
  const money = useMoney()
  if (of.length === 0) {
    return (
      <section>
        <h3>{title}</h3>
        <p>{t('noGroups')}</p>
      </section>
    )
  }
  return (
    <section>
      <h3>{title}</h3>
      <Records
        label={title}
        rows={of}
        keyOf={(it) => it.group ?? ''}
        columns={[
          {
            key: 'group',
            title,
            show: (it) => (
              <bdi>{it.title === undefined ? (it.group ?? t('others')) : text(it.title)}</bdi>
            ),
          },
          {
            key: 'applicants',
            title: t('applicants'),
            isNumber: true,
            show: (it) => format.number(it.applicants),
          },
          {
            key: 'awards',
            title: t('awards'),
            isNumber: true,
            show: (it) => format.number(it.awards),
          },
          { key: 'sum', title: t('decided'), isNumber: true, show: (it) => money(it.decidedFen) },
        ]}
        empty={<Nothing title={t('noGroups')} />}
      />
    </section>
  )
}
