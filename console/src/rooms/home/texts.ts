import { defineTexts } from '../../frame/texts.ts'

export const useTexts = defineTexts('home', {
  title: { zh: '首页', en: 'Home' },
})
