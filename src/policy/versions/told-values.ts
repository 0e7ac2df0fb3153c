import type { Condition } from '../../kernel/facts/condition-schema.ts'
import type { Finding } from '../../kernel/facts/finding.ts'
import type { Text } from '../../lib/text.ts'
import type { Amount, Base, Measure } from '../measure-schema.ts'
import { conditionText, type Names, titleOf } from '../words.ts'

const WAN = 10_000
const YI = 100_000_000

/** Whole yuan as papers write them: `3000万` and `30,000,000 yuan`. */
export function yuanText(yuan: number): Text {
  const zh =
    yuan >= YI && yuan % YI === 0
      ? `${yuan / YI}亿元`
      : yuan >= WAN && yuan % WAN === 0
        ? `${yuan / WAN}万元`
        : `${yuan}元`
  return { en: `${yuan.toLocaleString('en-US')} yuan`, zh }
}

/** A ratio of two integers as people say it: `30 %`, else as it is written. */
export function ratioText(ratio: string): string {
  const [over = 0, under = 1] = ratio.split('/').map(Number)
  const percent = (over * 100) / under
  return Number.isInteger(percent) ? `${percent}%` : ratio
}

/** A condition with its parts, in one sentence. */
export function wholeCondition(condition: Condition, names: Names): Text {
  const joined = (parts: readonly Condition[], word: Text): Text => {
    const texts = parts.map((it) => wholeCondition(it, names))
    return {
      en: `${word.en} (${texts.map((it) => it.en).join('; ')})`,
      zh: `${word.zh}（${texts.map((it) => it.zh).join('；')}）`,
    }
  }
  if ('all' in condition) return joined(condition.all, { en: 'all of', zh: '同时满足' })
  if ('any' in condition) return joined(condition.any, { en: 'one of', zh: '满足其一' })
  if ('not' in condition) return joined([condition.not], { en: 'not', zh: '不满足' })
  return conditionText({ condition } as Finding, names)
}

function baseText({ fact, lines }: Base, names: Names): Text {
  const named = fact ?? lines?.list
  return named === undefined ? { en: 'nothing', zh: '无' } : titleOf(named, names)
}

/** How an amount is reckoned, in one sentence. */
export function amountText(amount: Amount, names: Names): Text {
  switch (amount.form) {
    case 'fixed':
      return fixedText(amount.yuan)
    case 'rate': {
      const of = baseText(amount.of, names)
      return shareText(amount.rate, amount.ceiling, of)
    }
    case 'match': {
      const titles = amount.of.map((it) => titleOf(it, names))
      const of = {
        en: titles.map((it) => it.en).join(' + '),
        zh: titles.map((it) => it.zh).join('＋'),
      }
      return shareText(amount.ratio, amount.ceiling, of)
    }
    case 'ceiling-only':
      return { en: 'a ceiling without a formula', zh: '只有上限，没有公式' }
    case 'tiers':
      return { en: 'tiers by a table that comes with a document', zh: '按文件所附档次表分档' }
    case 'top-up': {
      const { en, zh } = yuanText(amount.yuan)
      return { en: `${en} on top of ${amount.on}`, zh: `在 ${amount.on} 之上追加${zh}` }
    }
    case 'schedule': {
      const rows = amount.rows.map((it) => ({ level: it.level, ...yuanText(it.yuan) }))
      return {
        en: `for each by level: ${rows.map((it) => `${it.level} ${it.en}`).join(', ')}`,
        zh: `逐项按级别：${rows.map((it) => `${it.level} ${it.zh}`).join('、')}`,
      }
    }
    case 'none':
      return { en: 'no amount', zh: '没有金额' }
  }
}

function fixedText(yuan: number): Text {
  const { en, zh } = yuanText(yuan)
  return { en: `${en}, fixed`, zh: `固定${zh}` }
}

function shareText(ratio: string, isCeiling: boolean, of: Text): Text {
  const share = ratioText(ratio)
  return {
    en: `${isCeiling ? 'at most ' : ''}${share} of ${of.en}`,
    zh: `${isCeiling ? '不超过' : ''}${of.zh}的${share}`,
  }
}

const PER: Readonly<Record<string, Text>> = {
  project: { en: 'per project', zh: '每项目' },
  enterprise: { en: 'per enterprise', zh: '每家' },
  enterprise_year: { en: 'per enterprise and year', zh: '每家每年' },
  guide: { en: 'per guide', zh: '每批指南' },
}

/** What a cap is counted per. */
export function perText(per: string): Text {
  return PER[per] ?? { en: per, zh: per }
}

export function inForceText(inForce: Measure['inForce']): Text {
  if (inForce === undefined) return { en: 'never', zh: '不生效' }
  const [from, to] =
    'from' in inForce ? [inForce.from, inForce.to] : [inForce.fromMonth, inForce.toMonth]
  return { en: `${from}–${to}`, zh: `${from} 至 ${to}` }
}
