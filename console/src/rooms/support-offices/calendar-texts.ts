import { defineTexts } from '../../frame/texts.ts'

export const useTexts = defineTexts('support-calendars', {
  calendars: { zh: '工作日历', en: 'Working calendars' },
  calendarsLead: {
    zh: '期限按工作日历计算。放假安排文件发布后补充下一年；没有的年份不作推算。',
    en: 'Terms are reckoned by these. A year is added once the paper on its holidays is out; nothing is guessed for a year that is missing.',
  },
  calendarsNone: { zh: '没有工作日历', en: 'There is no calendar' },
  years: { zh: '已有年份', en: 'Years it knows' },
  covers: { zh: '覆盖 {{from}} 至 {{to}}', en: '{{from}} to {{to}}' },
  source: { zh: '依据', en: 'By which paper' },
  toldAt: { zh: '最近补充', en: 'Last added to' },
  shipped: { zh: '随程序提供', en: 'Comes with the program' },
  weekend: { zh: '每周休息日', en: 'Days of rest' },
  holidays: { zh: '放假日', en: 'Days of holiday' },
  workdays: { zh: '调休上班日', en: 'Worked weekend days' },
  daysOf: {
    zh: '{{count}} 天',
    en: { one: '{{count}} day', other: '{{count}} days' },
  },
  endsSoon: {
    zh: '该日历只到 {{to}}：其后的期限无法确定，请补充 {{year}} 年。',
    en: 'It ends with {{to}}: terms beyond cannot be reckoned. Add {{year}}.',
  },
  addYear: { zh: '补充年份', en: 'Add a year' },
  addYearOf: { zh: '为“{{name}}”补充年份', en: 'Add a year to “{{name}}”' },
  year: { zh: '年份', en: 'Which year' },
  yearHint: {
    zh: '接在已有年份之前或之后。',
    en: 'The one before or after those it knows.',
  },
  paste: { zh: '放假日', en: 'Days of holiday' },
  pasteHint: {
    zh: '一行一段：2027-01-01，或 2027-02-06 至 2027-02-12，也可写 1月1日至3日。周末不必列出。',
    en: 'One or more a line: 2027-01-01, or 2027-02-06 to 2027-02-12; 1月1日至3日 is read too. Weekends need not be listed.',
  },
  pasteWorked: { zh: '调休上班日', en: 'Weekend days that are worked' },
  pasteWorkedHint: {
    zh: '写法同上；通常是周六或周日。',
    en: 'Written alike; a Saturday or Sunday as a rule.',
  },
  notRead: { zh: '读不出：{{what}}', en: 'Cannot be read: {{what}}' },
  notInYear: { zh: '不在 {{year}} 年内：{{what}}', en: 'Not in {{year}}: {{what}}' },
  notWeekend: {
    zh: '不是休息日，本来就上班：{{what}}',
    en: 'No day of rest, worked anyhow: {{what}}',
  },
  bothLists: {
    zh: '同时列为放假和上班：{{what}}',
    en: 'Listed as holiday and as worked: {{what}}',
  },
  pickDays: { zh: '逐日核对', en: 'Check day by day' },
  pickHint: {
    zh: '点某天可在上班与放假之间切换；与文本同步。',
    en: 'A day that is clicked turns from worked to free or back; the text follows.',
  },
  month: { zh: '{{month}} 月', en: 'Month {{month}}' },
  isWorked: { zh: '上班', en: 'is worked' },
  isFree: { zh: '休息', en: 'is free' },
  sourceHint: {
    zh: '新文件的名称和日期；写在原依据之后。',
    en: 'Title and date of the new paper; it is put behind the one that is there.',
  },
  sumUp: {
    zh: '{{year}} 年：上班 {{worked}} 天，休息 {{free}} 天',
    en: '{{year}}: {{worked}} days worked, {{free}} free',
  },
  checkTitle: { zh: '确认补充 {{year}} 年', en: 'Add {{year}} to the calendar?' },
  checkConsequence: {
    zh: '正在计算的期限立即按新日历计算。上班 {{worked}} 天，休息 {{free}} 天。此后只能增加年份，不能缩减。',
    en: 'Terms that run are reckoned by it at once: {{worked}} days worked, {{free}} free. Years can be added afterwards, not taken away.',
  },
  added: { zh: '已补充', en: 'The year is added' },
  required: { zh: '请填写', en: 'Please fill this in' },
  to: { zh: '至', en: 'to' },
  history: { zh: '变更记录', en: 'Its history' },
  noneListed: {
    zh: '没有列出放假日。请先填写，或逐日核对后再保存。',
    en: 'No holiday is listed. Fill them in, or check day by day, before it is saved.',
  },
})
