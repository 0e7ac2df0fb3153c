import { Button, Input } from 'antd'
import { useState } from 'react'
import { useRecordTexts } from './record-form-texts.ts'
import { ariaOf, type InputProps, textOf } from './record-value.ts'

type Form = 'day' | 'time' | 'text'

/** A day, or a moment in the reader's time zone, by the browser's own picker; what that cannot show is edited as text. */
export function DateInput(props: InputProps) {
  const { value, onChange } = props
  const t = useRecordTexts()
  const text = textOf(value)
  const [wished, setWished] = useState<'day' | 'time'>(text.includes('T') ? 'time' : 'day')
  const form: Form = text === '' ? wished : formOf(text)
  const choose = (next: 'day' | 'time') => {
    setWished(next)
    if (text === '') return
    onChange(next === 'day' ? text.slice(0, 10) : writeMoment(`${text.slice(0, 10)}T00:00:00`))
  }
  if (form === 'text') {
    return (
      <Input
        {...ariaOf(props)}
        className="mono"
        value={text}
        onChange={(event) => onChange(event.target.value || undefined)}
      />
    )
  }
  const isDay = form === 'day'
  return (
    <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
      <Input
        {...ariaOf(props)}
        type={isDay ? 'date' : 'datetime-local'}
        {...(!isDay && { step: 1 })}
        style={{ flex: '0 1 260px', inlineSize: 'auto' }}
        value={isDay ? text : localOf(text)}
        onChange={({ target }) => {
          if (target.value === '') onChange(undefined)
          else onChange(isDay ? target.value : writeMoment(target.value))
        }}
      />
      <Button onClick={() => choose(isDay ? 'time' : 'day')}>
        {isDay ? t('withTime') : t('withoutTime')}
      </Button>
    </div>
  )
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})$/

function formOf(text: string): Form {
  if (DAY.test(text)) return 'day'
  return MOMENT.test(text) && !Number.isNaN(Date.parse(text)) ? 'time' : 'text'
}

/** A moment as the reader's clocks show it. */
function localOf(moment: string): string {
  const at = new Date(moment)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** What the reader's clocks show, as a moment that says its distance from UTC. */
function writeMoment(local: string): string {
  const minutes = -new Date(local).getTimezoneOffset()
  const two = (it: number) => String(Math.floor(it)).padStart(2, '0')
  const zone = `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`
  return `${local.length === 16 ? `${local}:00` : local}${zone}`
}
