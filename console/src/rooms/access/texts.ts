import { defineTexts } from '../../frame/texts.ts'

export const useTexts = defineTexts('access', {
  signInTitle: { zh: '登录', en: 'Sign in' },
  name: { zh: '登录名', en: 'Sign-in name' },
  password: { zh: '密码', en: 'Password' },
  signIn: { zh: '登录', en: 'Sign in' },
  nameNeeded: { zh: '请填写登录名', en: 'Give your sign-in name' },
  passwordNeeded: { zh: '请填写密码', en: 'Give your password' },
  forgotten: { zh: '忘记密码？', en: 'Forgotten your password?' },
  apply: { zh: '企业入驻申请', en: 'Apply as an enterprise' },
  notSetUp: { zh: '本节点尚未初始化', en: 'This node is not set up yet' },
  toSetup: { zh: '开始初始化', en: 'Set it up' },
})
