import { type Language, languageOf } from '../../lib/text.ts'
import { firstOf, type Parameters } from '../handle/request.ts'

/** What an answer about an identifier can be written as. */
export type Form = 'html' | 'json' | 'json-ld'

const FORM_OF: Readonly<Record<string, Form>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/*': 'html',
  '*/*': 'html',
  'application/json': 'json',
  'application/*': 'json',
  'application/ld+json': 'json-ld',
}
const ACCEPT_CHARS_MAX = 1000

/**
 * The form that `Accept` likes best (RFC 9110 §12.5.1), by its quality, then as given; a page for who accepts none of
 * ours. `?format=json` and `?format=json-ld` say it in an address.
 */
export function formOf(accept: string | undefined, parameters: Parameters): Form {
  const asked = firstOf(parameters, 'format')
  if (asked === 'json' || asked === 'json-ld' || asked === 'html') return asked
  let best: { form: Form; quality: number } = { form: 'html', quality: 0 }
  for (const range of (accept ?? '').slice(0, ACCEPT_CHARS_MAX).split(',')) {
    const [type = '', ...rest] = range.split(';').map((it) => it.trim().toLowerCase())
    const form = FORM_OF[type]
    const given = Number(rest.find((it) => it.startsWith('q='))?.slice(2) ?? 1)
    const quality = Number.isNaN(given) ? 0 : given
    if (form !== undefined && quality > best.quality) best = { form, quality }
  }
  return best.form
}

/** `?lang=zh` or `?lang=en` before `Accept-Language`. */
export function pageLanguage(
  acceptLanguage: string | undefined,
  parameters: Parameters,
): { language: Language; isChosen: boolean } {
  const asked = firstOf(parameters, 'lang')
  if (asked === 'zh' || asked === 'en') return { language: asked, isChosen: true }
  return { language: languageOf(acceptLanguage), isChosen: false }
}
