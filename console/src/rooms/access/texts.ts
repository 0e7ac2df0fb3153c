import { defineTexts } from '../../frame/texts.ts'

export const useTexts = defineTexts('access', {
  signInTitle: { zh: '登录', en: 'Sign in' },
  name: { zh: '登录名', en: 'Sign-in name' },
  password: { zh: '密码', en: 'Password' },
  signIn: { zh: '登录', en: 'Sign in' },
  nameNeeded: { zh: '请填写登录名', en: 'Give your sign-in name' },
  passwordNeeded: { zh: '请填写密码', en: 'Give your password' },
  passkey: { zh: '使用通行密钥登录', en: 'Sign in with a passkey' },
  passkeyCancelled: {
    zh: '未使用通行密钥：操作已取消或超时。',
    en: 'No passkey was used: it was cancelled or took too long.',
  },
  secondTitle: { zh: '第二验证', en: 'Second factor' },
  secondLead: {
    zh: '密码正确。请再输入验证器应用中的 6 位验证码，或一个恢复码。',
    en: 'Your password is right. Now give the six digits of your authenticator app, or a recovery code.',
  },
  code: { zh: '验证码', en: 'Code' },
  codeNeeded: { zh: '请输入验证码', en: 'Give the code' },
  confirm: { zh: '确认', en: 'Confirm' },
  usePasskey: { zh: '使用通行密钥', en: 'Use a passkey' },
  startOver: { zh: '重新登录', en: 'Start over' },
  lostFactor: {
    zh: '丢失了验证器和恢复码？请联系管理员或节点运营人员。',
    en: 'Lost the app and the codes? Ask your administrator or the node’s operator.',
  },
  forgotten: { zh: '忘记密码？', en: 'Forgotten your password?' },
  apply: { zh: '企业准入申请', en: 'Apply as an enterprise' },
  notSetUp: { zh: '本节点尚未初始化', en: 'This node is not set up yet' },
  toSetup: { zh: '开始初始化', en: 'Set it up' },
})
