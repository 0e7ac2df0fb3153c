import { useText } from '../../frame/language.ts'
import type { CallDetail } from './api.ts'
import { useTexts } from './texts.ts'

type Place = { readonly fact: string; readonly item?: string; readonly part?: string }

/** How a fact, or a part of a line, is called. */
export function useFactName(call: CallDetail): (place: Place) => string {
  const t = useTexts()
  const textOf = useText()
  return ({ fact, item, part }) => {
    const [name = '', judged] = fact.split('.')
    if (judged !== undefined) {
      const title = call.judgements.find((it) => it.name === judged)?.title
      return t('judgement', { name: title === undefined ? judged : textOf(title) })
    }
    const field = call.fields.find((it) => it.name === name)
    const title = field === undefined ? nameOfAmount(name, t) : textOf(field.title)
    const of = part === undefined ? undefined : call.parts[part]
    return [title, item, of === undefined ? part : textOf(of)]
      .filter((it) => it !== undefined)
      .join(' · ')
  }
}

function nameOfAmount(name: string, t: ReturnType<typeof useTexts>): string {
  return name === 'determined_amount_yuan' ? t('amountDecided') : name
}
