import { Card } from 'antd'
import { useMemo } from 'react'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Chart, type ChartData } from '../../ui/chart.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { type Simulation, useMoney, yuanOf } from './trial.ts'
import { useTexts } from './trial-texts.ts'

type Group = Simulation['byType'][number]
type GroupsProps = {
  readonly title: string
  /** What a group is: a kind of applicant, a sector. */
  readonly name: string
  readonly groups: readonly Group[]
  /** A draft is compared with what holds. */
  readonly isChange: boolean
}

/** As many bars as can be told apart. */
const BARS_MAX = 12

/** Who gets it: drawn for the largest groups, the rest in the table below, which is folded. */
export function Groups({ title, name, groups, isChange }: GroupsProps) {
  const t = useTexts()
  const called = useCalled()
  const data = useMemo((): ChartData => {
    const drawn = groups
      .toSorted((a, b) => yuanOf(b.afterFen) - yuanOf(a.afterFen))
      .slice(0, BARS_MAX)
    const of = (fen: (it: Group) => string) => drawn.map((it) => yuanOf(fen(it)))
    const after = {
      name: isChange ? t('afterYuan') : t('mostYuan'),
      values: of((it) => it.afterFen),
    }
    const before = { name: t('beforeYuan'), values: of((it) => it.beforeFen) }
    return {
      ...{ title, category: name, categories: drawn.map(called), kind: 'rows' },
      series: isChange ? [before, after] : [after],
    }
  }, [groups, called, isChange, name, title, t])
  return (
    <Card>
      <Chart data={data} />
      <details style={{ marginBlockStart: 12 }}>
        <summary>{t('allGroups', { count: groups.length })}</summary>
        <Records
          label={title}
          rows={groups}
          keyOf={(it) => it.group ?? ''}
          columns={useColumns({ name, called, isChange })}
          empty={<Nothing title={t('noChange')} />}
        />
      </details>
    </Card>
  )
}

function useCalled(): (it: Group) => string {
  const t = useTexts()
  const text = useText()
  return useMemo(
    () =>
      ({ group, title }: Group) =>
        title === undefined ? (group ?? t('notKnown')) : text(title),
    [t, text],
  )
}

function useColumns({
  name,
  called,
  isChange,
}: {
  readonly name: string
  readonly called: (it: Group) => string
  readonly isChange: boolean
}): readonly Column<Group>[] {
  const t = useTexts()
  const format = useFormat()
  const money = useMoney()
  const count = (key: 'cases' | 'winners' | 'losers'): Column<Group> => ({
    ...{ key, title: t(key), isNumber: true },
    show: (it) => format.number(it[key]),
  })
  const sum = (key: 'beforeFen' | 'afterFen', title: string): Column<Group> => ({
    ...{ key, title, isNumber: true },
    show: (it) => money(it[key]),
  })
  return [
    { key: 'group', title: name, show: called },
    count('cases'),
    count('winners'),
    ...(isChange ? [count('losers'), sum('beforeFen', t('before'))] : []),
    sum('afterFen', isChange ? t('after') : t('most')),
  ]
}
