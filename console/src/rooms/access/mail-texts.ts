import { defineTexts } from '../../frame/texts.ts'

/** Of what comes by mail: a way back in, and where it comes to. */
export const useMailTexts = defineTexts('mail', {
  address: { zh: '邮箱', en: 'E-mail address' },
  addressNeeded: { zh: '请填写邮箱', en: 'Give your e-mail address' },
  forgottenLead: {
    zh: '填写您在“我的账户”中确认过的邮箱，我们会发送一个链接，用来设置新密码。',
    en: 'Give the address you have confirmed under My account: a link for a new password is mailed there.',
  },
  sendLink: { zh: '发送链接', en: 'Mail me a link' },
  sentTitle: { zh: '请查收邮件', en: 'Look into your mail' },
  sentHint: {
    zh: '如果该邮箱属于某个账户，几分钟内会收到邮件，链接 30 分钟内有效。没有收到时，请检查垃圾邮件，或联系管理员。',
    en: 'If the address belongs to an account, a letter comes within minutes; its link is good for 30 minutes. If none does, look among the junk or ask your administrator.',
  },
  otherwise: { zh: '没有确认过邮箱？', en: 'No confirmed address?' },
  factorSend: { zh: '通过邮件移除第二验证', en: 'Take it off by mail' },
  factorSent: {
    zh: '已向您确认过的邮箱发送链接，30 分钟内有效。',
    en: 'A link was mailed to the address you have confirmed; it is good for 30 minutes.',
  },
  factorTitle: { zh: '移除第二验证', en: 'Take off your second factor' },
  factorLead: {
    zh: '请再输入一次密码。移除后，所有设备上的登录都会结束；请重新登录并设置新的第二验证。',
    en: 'Give your password once more. You are then signed out everywhere; sign in again and set up a new second factor.',
  },
  factorOff: { zh: '移除第二验证', en: 'Take it off' },
  factorDone: { zh: '第二验证已移除', en: 'Your second factor is off' },
  name: { zh: '登录名', en: 'Sign-in name' },
  password: { zh: '密码', en: 'Password' },
  passwordNeeded: { zh: '请填写密码', en: 'Give your password' },
  confirmTitle: { zh: '确认邮箱', en: 'Confirm your address' },
  confirmLead: {
    zh: '确认后，忘记密码时可以用此邮箱找回。',
    en: 'Once confirmed, a forgotten password can be replaced by a link that comes here.',
  },
  confirm: { zh: '确认此邮箱', en: 'Confirm this address' },
  confirmedTitle: { zh: '邮箱已确认', en: 'The address is confirmed' },
  confirmedHint: {
    zh: '{{address}} 现在属于账户 {{name}}。',
    en: '{{address}} now belongs to {{name}}.',
  },
  toSignIn: { zh: '前往登录', en: 'Go to sign-in' },
  linkMissing: { zh: '链接不完整', en: 'The link is incomplete' },
  linkMissingHint: {
    zh: '请从邮件中打开完整的链接，包括 # 之后的部分。',
    en: 'Open the complete link from the mail, including the part after the #.',
  },
  ownTitle: { zh: '找回账户的邮箱', en: 'Address for getting back in' },
  ownLead: {
    zh: '忘记密码或丢失第二验证时，一次性链接会发到此邮箱。',
    en: 'One-time links for a forgotten password or a lost second factor are mailed here.',
  },
  ownNone: { zh: '尚未确认邮箱', en: 'No address is confirmed yet' },
  ownAsked: {
    zh: '已向 {{address}} 发送链接，打开后即确认。',
    en: 'A link was mailed to {{address}}; following it confirms the address.',
  },
  ownOff: {
    zh: '本节点未配置邮件。忘记密码时，请联系管理员或节点运营人员。',
    en: 'This node sends no mail. If you forget your password, ask your administrator or the node’s operator.',
  },
  ownChange: { zh: '设置邮箱', en: 'Set the address' },
  ownChangeLead: {
    zh: '我们会向新邮箱发送确认链接，打开后才会生效。',
    en: 'A link is mailed to the new address; it counts once you have followed it.',
  },
  ownRemove: { zh: '移除邮箱', en: 'Remove the address' },
  ownRemoveConsequence: {
    zh: '之后忘记密码时，只能请管理员或节点运营人员帮助。',
    en: 'If you forget your password, only your administrator or the node’s operator can then help.',
  },
  ownRemoved: { zh: '邮箱已移除', en: 'The address was removed' },
})
