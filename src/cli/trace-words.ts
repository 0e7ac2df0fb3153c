import type { Language, Text } from '../lib/text.ts'
import {
  type AnswerStep,
  type NoAnswerReason,
  RESPONSE,
  type SitesFrom,
  type Unresolved,
} from '../protocols/client/index.ts'

export const TEXTS = {
  from: { en: 'from', zh: '起点' },
  site: { en: 'what it says of itself', zh: '站点信息' },
  proof: { en: 'the proof of who asks', zh: '身份证明' },
  hiddenToo: { en: 'hidden values too', zh: '含隐藏值' },
  alias: { en: 'an alias of', zh: '别名，指向' },
  referral: { en: 'referred to', zh: '转介至' },
  signed: { en: 'signed by the server', zh: '已由服务器签名' },
  kept: { en: 'to be kept for', zh: '可缓存' },
  nobodyReads: { en: 'nobody may read it', zh: '任何人不可读' },
  administratorsRead: { en: 'administrators alone', zh: '仅管理员可读' },
} satisfies Record<string, Text>

export const SITES_FROM: Readonly<Record<SitesFrom, (of: string) => Text>> = {
  configured: () => ({ en: 'as given', zh: '按给定位置' }),
  root: () => ({ en: 'the root', zh: '根站点' }),
  cache: (of) => ({ en: `known of ${of}`, zh: `已知 ${of}` }),
  'prefix-record': (of) => ({ en: `${of} names`, zh: `${of} 指明` }),
  ancestor: (of) => ({ en: `below ${of}`, zh: `${of} 之下` }),
  referral: (of) => ({
    en: of === '' ? 'asked next' : `${of} is at`,
    zh: of === '' ? '下一步' : `${of} 位于`,
  }),
  refresh: () => ({ en: 'its record is newer', zh: '站点记录已更新' }),
}

export const REASONS: Readonly<Record<NoAnswerReason, Text>> = {
  'timed-out': { en: 'no answer in time', zh: '超时无应答' },
  refused: { en: 'nobody listens there', zh: '无法连接' },
  closed: { en: 'closed without an answer', zh: '未应答即关闭' },
  forbidden: { en: 'not to be asked', zh: '禁止访问' },
  malformed: { en: 'what came is no answer', zh: '应答无法识读' },
  'wrong-digest': { en: 'answers another request', zh: '应答与请求不符' },
  'wrong-signature': { en: 'not signed by its key', zh: '签名不符' },
  'wrong-certificate': { en: 'the certificate is not its own', zh: '证书不符' },
}

/** Codes as people call them. */
const CODES: Readonly<Record<number, Text>> = {
  [RESPONSE.success]: { en: 'done', zh: '成功' },
  [RESPONSE.error]: { en: 'error', zh: '错误' },
  [RESPONSE.serverBusy]: { en: 'busy', zh: '服务器忙' },
  [RESPONSE.protocolError]: { en: 'did not understand', zh: '协议错误' },
  [RESPONSE.operationNotSupported]: { en: 'does not do that', zh: '不支持该操作' },
  [RESPONSE.recursionTooHigh]: { en: 'asked in too many turns', zh: '递归过深' },
  [RESPONSE.serverReadOnly]: { en: 'does not write now', zh: '只读' },
  [RESPONSE.handleNotFound]: { en: 'not there', zh: '无此标识' },
  [RESPONSE.invalidHandle]: { en: 'no handle', zh: '标识无效' },
  [RESPONSE.valuesNotFound]: { en: 'no such values', zh: '无所请求的值' },
  [RESPONSE.siteInfoExpired]: { en: 'site record out of date', zh: '站点记录过期' },
  [RESPONSE.serverNotResponsible]: { en: 'not responsible', zh: '不负责该前缀' },
  [RESPONSE.serviceReferral]: { en: 'elsewhere', zh: '转介' },
  [RESPONSE.prefixReferral]: { en: 'elsewhere', zh: '转介' },
  [RESPONSE.invalidAdmin]: { en: 'not an administrator', zh: '不是管理员' },
  [RESPONSE.insufficientPermissions]: { en: 'not allowed', zh: '权限不足' },
  [RESPONSE.authenticationNeeded]: { en: 'wants to know who asks', zh: '要求证明身份' },
  [RESPONSE.authenticationFailed]: { en: 'does not believe it', zh: '身份证明失败' },
  [RESPONSE.authenticationTimedOut]: { en: 'too late', zh: '身份证明超时' },
  [RESPONSE.unableToAuthenticate]: { en: 'cannot check who asks', zh: '无法验证身份' },
}

function codeText(code: number): Text {
  return CODES[code] ?? { en: 'answered', zh: '应答' }
}

/** What a server said, in a few words. */
export function answered({ code, message, values }: AnswerStep): Text {
  const { en, zh } = codeText(code)
  if (values.length > 0) {
    const { length } = values
    return { en: `${length} ${length === 1 ? 'value' : 'values'}`, zh: `${length} 个值` }
  }
  const said = message === '' ? '' : `: ${message}`
  return code === RESPONSE.success
    ? { en, zh }
    : { en: `${en} (${code})${said}`, zh: `${zh}（${code}）${said}` }
}

export function hiddenText(hidden: 'none' | 'administrators' | 'nobody'): Text | undefined {
  switch (hidden) {
    case 'none':
      return { en: 'Nothing is hidden from you.', zh: '没有隐藏的值。' }
    case 'administrators':
      return {
        en: 'There are values that administrators alone may read (permissions such as 1100); --key shows who you are.',
        zh: '另有仅管理员可读的值（权限如 1100）；可用 --key 证明身份。',
      }
    case 'nobody':
      return {
        en: 'There are values that nobody may read (permissions without a read bit, such as 0100).',
        zh: '另有任何人都不可读的值（权限中没有读取位，如 0100）。',
      }
  }
}

/** Why there are no values. */
export function failureText(outcome: Unresolved): Text {
  switch (outcome.kind) {
    case 'not-found':
      return { en: 'there is no such identifier', zh: '没有该标识' }
    case 'values-not-found':
      return { en: 'it has no value of those that were asked for', zh: '该标识没有所请求的值' }
    case 'prefix-not-found': {
      const { prefix } = outcome
      return { en: `there is no prefix ${prefix}`, zh: `没有前缀 ${prefix}` }
    }
    case 'no-service': {
      const { prefix } = outcome
      return { en: `nobody is named who answers for ${prefix}`, zh: `未指明由谁解析 ${prefix}` }
    }
    case 'refused': {
      const { code, message } = outcome
      const { en, zh } = codeText(code)
      const said = message === '' ? '' : `: ${message}`
      return { en: `${en} (${code})${said}`, zh: `${zh}（${code}）${said}` }
    }
    case 'unreachable':
      return outcome.tried.length === 0
        ? { en: 'there is no way to any server', zh: '没有可用的服务器' }
        : { en: 'no server gave an answer to go by', zh: '没有服务器给出可用的应答' }
    case 'endless':
      return endlessText(outcome)
    case 'uncertain':
      return { en: 'it is not known what became of it', zh: '结果未知' }
  }
}

function endlessText({ of, names }: Extract<Unresolved, { kind: 'endless' }>): Text {
  const trail = names.join(' → ')
  switch (of) {
    case 'aliases':
      return { en: `aliases without end: ${trail}`, zh: `别名没有尽头：${trail}` }
    case 'referrals':
      return { en: `referrals without end: ${trail}`, zh: `转介没有尽头：${trail}` }
    case 'services':
      return { en: `services without end: ${trail}`, zh: `服务指向没有尽头：${trail}` }
    case 'questions':
      return {
        en: `too many servers had to be asked for ${trail}`,
        zh: `${trail} 需询问的服务器过多`,
      }
  }
}

const UNITS = [
  { seconds: 86_400, en: 'd', zh: '天' },
  { seconds: 3_600, en: 'h', zh: '小时' },
  { seconds: 60, en: 'min', zh: '分钟' },
  { seconds: 1, en: 's', zh: '秒' },
] as const

/** In the largest unit that it is a whole number of. */
export function durationText(seconds: number, language: Language): string {
  const unit = UNITS.find((it) => seconds !== 0 && seconds % it.seconds === 0) ?? UNITS[3]
  return `${seconds / unit.seconds} ${unit[language]}`
}
