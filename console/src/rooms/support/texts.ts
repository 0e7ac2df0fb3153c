import { defineTexts } from '../../frame/texts.ts'

export const useTexts = defineTexts('support', {
  hub: { zh: '支持政策', en: 'Support measures' },
  hubLead: {
    zh: '查政策、测算金额、申请、办理、核验，每个数字都能说明来由。',
    en: 'Find what there is, reckon, apply, review and verify; every figure says where it comes from.',
  },
})
