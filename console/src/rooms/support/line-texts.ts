import { defineTexts } from '../../frame/texts.ts'

/** Of one line of the result of a batch. */
export const useTexts = defineTexts('support-line', {
  back: { zh: '返回批量测算', en: 'Back to the batches' },
  measure: { zh: '措施', en: 'Measure' },
  eligible: { zh: '符合', en: 'Fits' },
  open: { zh: '待定', en: 'Open' },
  caseOf: { zh: '批量测算结果第 {{line}} 行', en: 'Line {{line}} of a batch' },
  refused: {
    zh: '另有 {{count}} 项措施不符合。',
    en: { one: 'One more measure does not fit.', other: '{{count}} more measures do not fit.' },
  },
  results: { zh: '符合与待定的措施', en: 'Measures that fit or are open' },
  verdict: { zh: '结论', en: 'Answer' },
  money: { zh: '金额', en: 'Amount' },
  why: { zh: '依据', en: 'Why' },
  whyOf: { zh: '{{measure}} 的依据', en: 'Why {{measure}} answers so' },
  notFixed: { zh: '未定', en: 'not fixed' },
  from: { zh: '至少 {{least}}', en: 'at least {{least}}' },
  between: { zh: '{{least}} 至 {{most}}', en: '{{least}} to {{most}}' },
  nothingFits: { zh: '没有符合的措施', en: 'No measure fits' },
  nothingFitsHint: { zh: '请打开其他行。', en: 'Open another line.' },
})
