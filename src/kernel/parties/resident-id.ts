import { isDay } from '../../lib/day.ts'
import type { FieldProblem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'

/** GB 11643-1999 §4.2 and annex A: ISO 7064 MOD 11-2 over the first 17 digits. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECKS = '10X98765432'
const INPUT_CHARS_MAX = 100

const EXPECTED: Text = {
  en: '17 digits and a check digit or X: division, date of birth, sequence',
  zh: '17 位数字加校验位（数字或 X）：行政区划、出生日期、顺序码',
}

/** Full width and lower case are taken for what they mean, spaces are left out. */
export function normaliseResidentId(text: string): string {
  return text.slice(0, INPUT_CHARS_MAX).normalize('NFKC').toUpperCase().replaceAll(/\s/gu, '')
}

/** What is wrong with a resident identity number 公民身份号码; nothing if it is right. Never repeats the number. Pure. */
export function judgeResidentId(text: string, path = '/idNumber'): readonly FieldProblem[] {
  const number = normaliseResidentId(text)
  const wrong = (en: string, zh: string): FieldProblem[] => [
    { path, reason: { en, zh }, expected: EXPECTED },
  ]
  if (!/^\d{17}[\dX]$/.test(number)) return wrong('is not an identity number', '不是身份证号码')
  if (!isBirthday(number.slice(6, 14))) {
    return wrong('has no date of birth at digits 7 to 14', '第 7 至 14 位不是有效的出生日期')
  }
  if (residentCheck(number.slice(0, 17)) !== number[17]) {
    return wrong('the check digit does not fit the others', '校验位与其余各位不符')
  }
  return []
}

/** The eighteenth character of a number (GB 11643, ISO 7064 MOD 11-2) from the first seventeen. */
export function residentCheck(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(first17[at]), 0)
  return CHECKS[sum % 11] ?? ''
}

/** `YYYYMMDD` of the calendar. */
function isBirthday(digits: string): boolean {
  const day = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
  return isDay(day) && digits >= '18'
}
