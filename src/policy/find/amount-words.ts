import type { Text } from '../../lib/text.ts'
import type { Amount, Cap, Measure } from '../measure-schema.ts'
import { type Names, titleOf, wordText } from '../words.ts'

const WAN = 10_000
const YI = 100_000_000

/** Whole yuan as people write them: 3000万元, 30,000,000 yuan. */
export function yuanText(yuan: number): Text {
  const zh =
    yuan >= YI && yuan % (YI / 100) === 0
      ? `${yuan / YI}亿元`
      : yuan >= WAN && yuan % (WAN / 100) === 0
        ? `${yuan / WAN}万元`
        : `${yuan}元`
  return { en: `${yuan.toLocaleString('en-US')} yuan`, zh }
}

/** `30/100` as 30 %, where it is whole; otherwise the ratio. */
function ratioText(ratio: string): string {
  const [over = 0, under = 1] = ratio.split('/').map(Number)
  const percent = (over * 100) / under
  return Number.isInteger(percent) ? `${percent}%` : ratio
}

/** How the amount is reckoned, before any cap. */
export function formulaText({ amount, each }: Measure, names: Names): Text {
  switch (amount.form) {
    case 'fixed':
      return both(yuanText(amount.yuan), 'a fixed amount of ', '', '固定奖励')
    case 'rate':
      return rateText(amount, each?.list, names)
    case 'match':
      return matchText(amount, names)
    case 'ceiling-only':
      return {
        en: 'an amount that is decided; the paper gives no formula',
        zh: '由决定确定，文件未给出公式',
      }
    case 'tiers':
      return tiersText(amount, names)
    case 'top-up':
      return both(
        yuanText(amount.yuan),
        'on top of another award: ',
        ` (${amount.on})`,
        '在另一奖励之上追加',
        `（${amount.on}）`,
      )
    case 'schedule':
      return scheduleText(amount, names)
    case 'none':
      return { en: 'no amount', zh: '不涉及金额' }
  }
}

function both(it: Text, before: string, after: string, beforeZh: string, afterZh = ''): Text {
  return { en: `${before}${it.en}${after}`, zh: `${beforeZh}${it.zh}${afterZh}` }
}

/** @param list the list of which each item has an award of its own: a base may be one of its fields */
function rateText(
  { rate, ceiling, of }: Extract<Amount, { form: 'rate' }>,
  list: string | undefined,
  names: Names,
): Text {
  const fact = of.fact ?? of.lines?.list ?? ''
  const base = names.titles.get(`${list}.${fact}`) ?? titleOf(fact, names)
  const percent = ratioText(rate)
  return ceiling
    ? { en: `at most ${percent} of: ${base.en}`, zh: `不超过${base.zh}的${percent}` }
    : { en: `${percent} of: ${base.en}`, zh: `${base.zh}的${percent}` }
}

function matchText({ ratio, ceiling, of }: Extract<Amount, { form: 'match' }>, names: Names): Text {
  const titles = of.map((it) => titleOf(it, names))
  const en = titles.map((it) => it.en).join(' + ')
  const zh = titles.map((it) => it.zh).join('＋')
  const percent = ratioText(ratio)
  return ceiling
    ? { en: `a match of at most ${percent} of: ${en}`, zh: `按${zh}的不超过${percent}配套` }
    : { en: `a match of ${percent} of: ${en}`, zh: `按${zh}的${percent}配套` }
}

function tiersText({ metrics }: Extract<Amount, { form: 'tiers' }>, names: Names): Text {
  const titles = metrics.map((it) => titleOf(it, names))
  return {
    en: `by a table of tiers over: ${titles.map((it) => it.en).join(', ')}`,
    zh: `按${titles.map((it) => it.zh).join('、')}分级，以分级表为准`,
  }
}

function scheduleText({ rows }: Extract<Amount, { form: 'schedule' }>, names: Names): Text {
  const told = rows.map((it) => ({ level: wordText(it.level, names), yuan: yuanText(it.yuan) }))
  return {
    en: `for each, by its level: ${told.map((it) => `${it.level.en} ${it.yuan.en}`).join('; ')}`,
    zh: `每项按级别：${told.map((it) => `${it.level.zh} ${it.yuan.zh}`).join('；')}`,
  }
}

const PER: Readonly<Record<Cap['per'], Text>> = {
  project: { en: 'per project', zh: '每个项目' },
  enterprise: { en: 'per enterprise', zh: '每家' },
  enterprise_year: { en: 'per enterprise and year', zh: '每家每年' },
  guide: { en: "by the year's guide", zh: '年度指南' },
}

/** Every cap with what it is counted per, and the limits on public money, places and repetition. */
export function limitTexts(measure: Measure, names: Names): Text[] {
  const { caps = [], publicFunds, quota, oneTime } = measure
  return [
    ...caps.flatMap((it) => capTexts(it, names)),
    ...(publicFunds === undefined ? [] : [fundsText(publicFunds, names)]),
    ...(quota === undefined
      ? []
      : [
          {
            en: `at most ${quota.places.toLocaleString('en-US')} places a year`,
            zh: `每年不超过${quota.places}个名额`,
          },
        ]),
    ...(oneTime === true ? [{ en: 'granted once', zh: '仅支持一次' }] : []),
  ]
}

function capTexts({ yuan, byLevel, per, prior }: Cap, names: Names): Text[] {
  const counted = prior === undefined ? NOT_COUNTED : PRIOR[prior]
  const say = (amount: Text, level?: string) => {
    const of = level === undefined ? undefined : wordText(level, names)
    return {
      en: `at most ${amount.en} ${PER[per].en}${of === undefined ? '' : ` (${of.en})`}${counted.en}`,
      zh: `${PER[per].zh}最高${amount.zh}${of === undefined ? '' : `（${of.zh}）`}${counted.zh}`,
    }
  }
  return [
    ...(yuan === undefined ? [] : [say(yuanText(yuan))]),
    ...(byLevel?.rows ?? []).map((row) => say(yuanText(row.yuan), row.level)),
  ]
}

const NOT_COUNTED: Text = { en: '', zh: '' }
const PRIOR: Readonly<Record<'year' | 'ever', Text>> = {
  year: { en: ', earlier awards of the year included', zh: '，当年已获支持计入' },
  ever: { en: ', all earlier awards included', zh: '，历次已获支持计入' },
}

function fundsText({ ratio, of }: NonNullable<Measure['publicFunds']>, names: Names): Text {
  const base = titleOf(of, names)
  const percent = ratioText(ratio)
  return {
    en: `all public money, this award included, at most ${percent} of: ${base.en}`,
    zh: `各级财政资金（含本项）合计不超过${base.zh}的${percent}`,
  }
}
