import type { Language } from '../../lib/text.ts'
import { type Html, html } from './html.ts'

/** A moment as people read it, in one time zone for everybody, which is named. */
export function moment(at: number, language: Language, timeZone: string): Html {
  const iso = new Date(at).toISOString()
  const { time, zone } = formatsFor(language, timeZone)
  const offset = zone.formatToParts(at).find((it) => it.type === 'timeZoneName')?.value ?? ''
  const utc = offset.replace('GMT', 'UTC')
  return html`<time datetime="${iso}">${time.format(at)} (${utc})</time>`
}

type Formats = { readonly time: Intl.DateTimeFormat; readonly zone: Intl.DateTimeFormat }
const formats = new Map<string, Formats>()

function formatsFor(language: Language, timeZone: string): Formats {
  const name = `${language} ${timeZone}`
  const known = formats.get(name)
  if (known !== undefined) return known
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const made = {
    time: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }),
    zone: new Intl.DateTimeFormat('en', { timeZoneName: 'shortOffset', timeZone }),
  }
  formats.set(name, made)
  return made
}
