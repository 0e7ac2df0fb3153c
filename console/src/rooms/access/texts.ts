import { defineTexts } from '../../frame/texts.ts'

export const useTexts = defineTexts('access', {
  signInTitle: { zh: '登录', en: 'Sign in' },
  name: { zh: '登录名', en: 'Sign-in name' },
  password: { zh: '密码', en: 'Password' },
  signIn: { zh: '登录', en: 'Sign in' },
  nameNeeded: { zh: '请填写登录名', en: 'Give your sign-in name' },
  passwordNeeded: { zh: '请填写密码', en: 'Give your password' },
})
