import { availableParallelism, cpus, totalmem } from 'node:os'

/** What must hold of a row: its value, or its ratio to the row it stands against. */
export type Target = {
  readonly of: 'value' | 'ratio'
  readonly atLeast?: number
  readonly atMost?: number
}

/** One measured thing. `against` is the `what` of another row of the same run. */
export type Measured = {
  readonly what: string
  /** Undefined: could not be measured here; `note` says why. */
  readonly value: number | undefined
  /** `/s`, `B`, `ms`, `MB`, … */
  readonly unit: string
  readonly against?: string
  readonly target?: Target
  readonly note?: string
}

export type Row = {
  readonly what: string
  readonly value: number | null
  readonly unit: string
  readonly against: string | null
  /** The value divided by that of the row named in `against`. */
  readonly ratio: number | null
  readonly target: string | null
  /** Null without a target. What was not measured does not hold. */
  readonly holds: boolean | null
  readonly note?: string
}

export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly node: string
  readonly os: string
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    os: `${process.platform}-${process.arch}`,
  }
}

export function judge(measured: readonly Measured[]): Row[] {
  return measured.map((it) => {
    const { what, value = null, unit, against = null, target, note } = it
    const other = measured.find((one) => one.what === against)?.value
    const ratio = value === null || !other ? null : value / other
    const judged = target?.of === 'ratio' ? ratio : value
    return {
      what,
      value,
      unit,
      against,
      ratio,
      target: target === undefined ? null : targetText(target, unit),
      holds: target === undefined ? null : judged !== null && holds(target, judged),
      ...(note !== undefined && { note }),
    }
  })
}

function holds({ atLeast, atMost }: Target, value: number): boolean {
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
}

function targetText({ of, atLeast, atMost }: Target, unit: string): string {
  const bounds = [
    ...(atLeast === undefined ? [] : [`≥ ${formatNumber(atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${formatNumber(atMost)}`]),
  ]
  return `${bounds.join(', ')} ${of === 'ratio' ? '×' : unit}`
}

/** Three digits that count, thousands apart. */
export function formatNumber(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 3) })
}

export function formatTable(title: string, machine: Machine, rows: readonly Row[]): string {
  const { cpu, cores, memoryGb, node, os } = machine
  const cells = rows.map((row) => [
    row.what,
    row.value === null ? '—' : `${formatNumber(row.value)} ${row.unit}`,
    row.ratio === null ? '' : `${row.ratio.toFixed(2)} × ${row.against}`,
    row.target ?? '',
    row.holds === null ? '' : row.holds ? 'holds' : 'missed',
    row.note ?? '',
  ])
  const table = [['what', 'value', 'ratio', 'target', '', ''], ...cells]
  const widths = table[0]?.map((_, i) => Math.max(...table.map((it) => it[i]?.length ?? 0))) ?? []
  const lines = table.map((row) => row.map((it, i) => it.padEnd(widths[i] ?? 0)).join('  '))
  const head = `${title} — ${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, ${os}`
  return `${[head, ...lines].map((it) => it.trimEnd()).join('\n')}\n`
}
