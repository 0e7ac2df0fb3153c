import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useIsDark } from '../frame/theme.ts'
import type { ChartData } from './chart.tsx'
import { whenIdle } from './idle.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

const HEIGHT_PX = 260
const ROW_PX = 26
/** Each stands out from what is behind it: WCAG 2.2, 1.4.11. */
const COLOURS = {
  light: ['#1555c0', '#c26a05', '#0f766e', '#9333ea', '#be123c', '#4d7c0f'],
  dark: ['#6a9bf4', '#e8963a', '#2fb3a5', '#b98af0', '#f0708a', '#8fbf4a'],
} as const

/** The drawing itself; its library is large, so only `Chart` loads it. */
export function Drawing({ data }: { data: ChartData }) {
  const box = useRef<HTMLDivElement>(null)
  const isDark = useIsDark()
  useEffect(() => {
    // the words and numbers of a page stand there first; each chart is drawn when there is nothing else to do
    return whenIdle(() => {
      if (box.current === null) return undefined
      const chart = init(box.current, isDark ? 'dark' : undefined, { renderer: 'svg' })
      chart.setOption({
        ...optionsOf(data, chart.getWidth()),
        color: [...COLOURS[isDark ? 'dark' : 'light']],
      })
      // it is told once at the beginning too, where there is nothing to draw again
      const watch = new ResizeObserver(([entry]) => {
        if (Math.round(entry?.contentRect.width ?? 0) !== chart.getWidth()) chart.resize()
      })
      watch.observe(box.current)
      return () => {
        watch.disconnect()
        chart.dispose()
      }
    })
  }, [data, isDark])
  return <div ref={box} role="img" aria-label={data.title} style={{ blockSize: heightPx(data) }} />
}

/** Each row has room for its name. */
function heightPx({ kind, categories }: ChartData): number {
  return kind === 'rows' ? Math.max(HEIGHT_PX, ROW_PX * categories.length) : HEIGHT_PX
}

/** Long names leave room for what is counted, a good half of it; the table has them whole. */
function labelFor(widthPx: number) {
  return { width: Math.max(130, Math.round(widthPx * 0.4)), overflow: 'truncate' }
}

function optionsOf(data: ChartData, widthPx: number): Record<string, unknown> {
  const named = { type: 'category', data: data.labels ?? data.categories }
  const counted = { type: 'value', minInterval: 1, axisLabel: { hideOverlap: true } }
  const isAcross = data.kind === 'rows'
  return {
    backgroundColor: 'transparent',
    // its own description is in one language and would stand in place of the title; the table tells the rest
    aria: { enabled: false },
    animation: false,
    tooltip: { trigger: 'axis' },
    // of one series too: it says the unit
    legend: { bottom: 0, type: 'scroll', itemWidth: 14, itemGap: 8 },
    grid: {
      left: 8,
      right: 16,
      top: 16,
      bottom: 32,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: isAcross ? counted : named,
    yAxis: isAcross ? { ...named, inverse: true, axisLabel: labelFor(widthPx) } : counted,
    series: data.series.map((it, at) => ({
      name: it.name,
      type: data.kind === 'line' ? 'line' : 'bar',
      data: it.values,
      // where two lines are the same, both are seen
      ...(data.kind === 'line' && at > 0 && { lineStyle: { type: 'dashed' } }),
    })),
  }
}
