import type { Language, Text } from '../../lib/text.ts'
import type { Letter } from './outbox.ts'

/** What a letter needs that is known only when it is sent. */
export type Facts = {
  readonly node: string
  /** Where the letter leads. */
  readonly url: string
  /** Of the person, as they sign in. */
  readonly name?: string
  readonly enterprise?: string
}

type Sentences = { readonly subject: Text; readonly body: Text }

/** Everything that is mailed, in both languages; plain text, and nothing in it but what the reader may know. */
const SAID: Readonly<
  Record<Exclude<Letter['kind'], 'forgotten' | 'decision'>, (it: Facts) => Sentences>
> = {
  reset: ({ name, url }) => ({
    subject: { zh: '设置新密码', en: 'Choose a new password' },
    body: {
      zh: `有人（希望是您本人）表示忘记了账户 ${name} 的密码。\n\n请在 30 分钟内打开此链接设置新密码，链接只能使用一次：\n${url}\n\n如果不是您本人，请忽略本邮件，您的密码不会改变。`,
      en: `Somebody, we hope you, has forgotten the password of ${name}.\n\nChoose a new one here within 30 minutes; the link works once:\n${url}\n\nIf it was not you, do nothing: your password stays as it is.`,
    },
  }),
  factor: ({ name, url }) => ({
    subject: { zh: '移除第二验证', en: 'Take off your second factor' },
    body: {
      zh: `有人以账户 ${name} 和正确的密码登录，并表示丢失了第二验证方式。\n\n如果是您本人，请在 30 分钟内打开此链接，再次输入密码后移除：\n${url}\n\n如果不是您本人，说明有人知道您的密码，请立即修改密码。`,
      en: `Somebody gave the right password of ${name} and has lost the second factor.\n\nIf it was you, open this link within 30 minutes and give your password once more to take it off:\n${url}\n\nIf it was not you, somebody knows your password: change it at once.`,
    },
  }),
  address: ({ name, url }) => ({
    subject: { zh: '确认邮箱地址', en: 'Confirm your address' },
    body: {
      zh: `请确认此邮箱属于账户 ${name}，之后可用它找回密码。链接 30 分钟内有效：\n${url}\n\n如果您没有此账户，请忽略本邮件。`,
      en: `Confirm that this address belongs to ${name}; it can then be used to get back in. The link is good for 30 minutes:\n${url}\n\nIf this is not your account, do nothing.`,
    },
  }),
  invitation: ({ enterprise, url }) => ({
    subject: { zh: '邀请您加入', en: 'You are invited' },
    body: {
      zh: `您被邀请加入${enterprise ?? '本节点'}。打开此链接创建账户，7 天内有效，只能使用一次：\n${url}`,
      en: `You are invited to ${enterprise ?? 'this node'}. Open an account here within seven days; the link works once:\n${url}`,
    },
  }),
  application: ({ enterprise = '', url }) => ({
    subject: { zh: '已收到准入申请', en: 'The application has arrived' },
    body: {
      zh: `已收到${enterprise}的准入申请，正在等待审核。\n\n无需登录，可随时通过此链接查看进度：\n${url}\n\n持有此链接的人都能看到进度，请勿转发。`,
      en: `The application of ${enterprise} has arrived and waits for a review.\n\nSee here at any time how it stands, without signing in:\n${url}\n\nWhoever has this link can see it: keep it to yourself.`,
    },
  }),
}

/** What the node decided about an enterprise, by the kind of the entry in its thread. */
const DECIDED: Readonly<Record<string, Text>> = {
  approved: { zh: '准入申请已通过', en: 'The application was approved' },
  returned: { zh: '准入申请需要修改', en: 'The application needs a correction' },
  rejected: { zh: '准入申请未通过', en: 'The application was refused' },
  'change-approved': { zh: '信息变更已通过', en: 'The change was approved' },
  'change-returned': { zh: '信息变更需要修改', en: 'The change needs a correction' },
  'change-rejected': { zh: '信息变更未通过', en: 'The change was refused' },
  suspended: { zh: '企业已被暂停', en: 'The enterprise was suspended' },
  resumed: { zh: '企业已恢复', en: 'The enterprise goes on' },
}

/** Pure. The subject and the words of a letter, in its language; undefined for one that says nothing. */
export function wordsOf(
  letter: Pick<Letter, 'kind' | 'language' | 'decision'>,
  told: Facts,
): { readonly subject: string; readonly text: string } | undefined {
  const { kind, language } = letter
  const facts = inLines(told)
  if (kind === 'forgotten') return undefined
  const said = kind === 'decision' ? decided(letter.decision ?? '', facts) : SAID[kind](facts)
  if (said === undefined) return undefined
  const colon = language === 'zh' ? '：' : ': '
  return {
    subject: `${facts.node}${colon}${said.subject[language]}`,
    text: `${said.body[language]}\n\n${signature(facts.node, language)}\n`,
  }
}

function decided(decision: string, { enterprise = '', url }: Facts): Sentences | undefined {
  const said = DECIDED[decision]
  if (said === undefined) return undefined
  return {
    subject: said,
    body: {
      zh: `${enterprise}：${said.zh}。\n\n理由和下一步请登录查看：\n${url}`,
      en: `${enterprise}: ${said.en}.\n\nSign in to see why and what comes next:\n${url}`,
    },
  }
}

function signature(node: string, language: Language): string {
  return language === 'zh' ? `—— ${node}（自动发送，请勿回复）` : `— ${node} (sent automatically)`
}

/** What people wrote cannot make lines of its own, which would look like ours. */
function inLines(facts: Facts): Facts {
  const { node, enterprise, ...rest } = facts
  return {
    ...rest,
    node: oneLine(node),
    ...(enterprise !== undefined && { enterprise: oneLine(enterprise) }),
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
}
