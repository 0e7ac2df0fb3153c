import type { Text } from '../../lib/text.ts'

/** What can be wrong with a published log. */
export type FindingCode =
  | 'unreachable' // the log, or a file of it, could not be asked for
  | 'no-checkpoint'
  | 'malformed-checkpoint'
  | 'unknown-key' // signed, but not by this key
  | 'wrong-signature'
  | 'wrong-origin' // a checkpoint of another log
  | 'wrong-handover' // the key ended, and who follows it is not rightly said
  | 'missing-file'
  | 'malformed-file' // not the length, or not the parts, that its place in the tree demands
  | 'malformed-entry'
  | 'broken-chain' // an entry does not hold the digest of the one before
  | 'wrong-hash' // a tile says otherwise than the entries below it
  | 'wrong-root' // the entries do not give the root that was signed
  | 'rolled-back' // the log is shorter than a head it signed before
  | 'split-view' // the log does not continue a head it signed before
  | 'no-such-entry'
  | 'wrong-opening' // fields and salt do not give the digest in the entry
  | 'wrong-proof' // the proof in the entry’s file does not lead to its root

export type Finding = {
  readonly code: FindingCode
  /** A path of the log, the number of an entry, or the file that was handed in. */
  readonly where: string
  readonly text: Text
}

/** Beyond so many, more of them tell nothing more. */
export const FINDINGS_MAX = 20

const TEXTS: Readonly<Record<FindingCode, Text>> = {
  unreachable: { en: 'cannot be fetched', zh: '无法获取' },
  'no-checkpoint': { en: 'there is no checkpoint', zh: '没有检查点' },
  'malformed-checkpoint': { en: 'is not a signed checkpoint', zh: '不是已签名的检查点' },
  'unknown-key': { en: 'is not signed by this key', zh: '不是由该密钥签名' },
  'wrong-signature': { en: 'the signature is wrong', zh: '签名错误' },
  'wrong-handover': {
    en: 'the key ended, and what names the next one is not signed by both',
    zh: '密钥已终止，而指明后继密钥的记录未经双方签名',
  },
  'wrong-origin': { en: 'belongs to another log', zh: '属于另一份日志' },
  'missing-file': { en: 'is missing', zh: '缺失' },
  'malformed-file': {
    en: 'does not have the length or parts it must have',
    zh: '长度或结构不正确',
  },
  'malformed-entry': { en: 'is not an entry of a known version', zh: '不是已知版本的条目' },
  'broken-chain': {
    en: 'does not hold the digest of the entry before it',
    zh: '与前一条目的摘要不衔接',
  },
  'wrong-hash': { en: 'does not agree with the entries', zh: '与条目内容不一致' },
  'wrong-root': { en: 'the entries do not give the signed root', zh: '条目算出的树根与签名不符' },
  'rolled-back': {
    en: 'the log is shorter than a head it signed before',
    zh: '日志比先前签名的检查点更短',
  },
  'split-view': {
    en: 'the log does not continue a head it signed before',
    zh: '日志与先前签名的检查点不连续',
  },
  'no-such-entry': { en: 'the log has no such entry', zh: '日志中没有该条目' },
  'wrong-opening': {
    en: 'fields and salt do not give the digest in the log',
    zh: '字段与盐值算不出日志中的摘要',
  },
  'wrong-proof': { en: 'the proof does not lead to the signed root', zh: '证明与已签名的树根不符' },
}

/** `where` is a path, an entry or the file that was handed in; `more` stands behind the text, in brackets. */
export function finding(code: FindingCode, where: string, more?: string): Finding {
  const { en, zh } = TEXTS[code]
  const tail = more === undefined ? '' : ` (${more})`
  return { code, where, text: { en: `${where}: ${en}${tail}`, zh: `${where}：${zh}${tail}` } }
}
