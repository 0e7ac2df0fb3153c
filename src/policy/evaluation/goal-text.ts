import type { Text } from '../../lib/text.ts'
import { yuanText } from '../find/amount-words.ts'
import type { Target } from '../target-schema.ts'

const NO_UNIT: Text = { en: '', zh: '' }

/** What is to be reached, with its unit; undefined for what is judged, or is no goal. */
export function goalText(target: Target): Text | undefined {
  const unit = target.unit ?? NO_UNIT
  const many = (value: number): Text => ({
    en: `${value.toLocaleString('en-US')} ${unit.en}`.trim(),
    zh: `${value.toLocaleString('en-US')}${unit.zh}`,
  })
  switch (target.kind) {
    case 'range': {
      const [from, to] = [target.from.toLocaleString('en-US'), many(target.to)]
      return { en: `${from} to ${to.en}`, zh: `${from}至${to.zh}` }
    }
    case 'at-least': {
      const { en, zh } = many(target.value)
      if (target.everyYear !== true) return { en: `at least ${en}`, zh: `不少于${zh}` }
      return { en: `at least ${en} each year`, zh: `每年不少于${zh}` }
    }
    case 'nested': {
      const [count, each] = [many(target.value), yuanText(target.eachAtLeastYuan)]
      return {
        en: `at least ${count.en}, each with ${each.en} or more`,
        zh: `不少于${count.zh}，每家不低于${each.zh}`,
      }
    }
    case 'encouraged': {
      const { en, zh } = many(target.value)
      return { en: `${en}, as an aim`, zh: `力争${zh}` }
    }
    case 'qualitative':
    case 'quota':
      return undefined
  }
}
