import { defineTexts } from '../frame/texts.ts'

/** What the fields of an enterprise's entry are called. */
export const ENTRY_FIELDS = {
  uscc: { zh: '统一社会信用代码', en: 'Unified social credit code' },
  name: { zh: '企业名称', en: 'Name' },
  nameEn: { zh: '英文名称', en: 'Name in English' },
  legalName: { zh: '法定代表人', en: 'Legal representative' },
  idNumber: { zh: '法定代表人身份证号', en: 'Their identity number' },
  region: { zh: '所在地区', en: 'Region' },
  sector: { zh: '所属行业', en: 'Sector' },
  address: { zh: '地址', en: 'Address' },
  website: { zh: '网站', en: 'Website' },
  contactName: { zh: '联系人姓名', en: 'Contact name' },
  phone: { zh: '电话', en: 'Telephone' },
  email: { zh: '电子邮箱', en: 'E-mail' },
  introduction: { zh: '企业简介', en: 'About the enterprise' },
  prefixWish: { zh: '期望的前缀段', en: 'Wished part of the prefix' },
  licence: { zh: '营业执照照片', en: 'Picture of the licence' },
  stepContact: { zh: '联系人', en: 'Contact' },
} as const

const useTexts = defineTexts('entry-fields', ENTRY_FIELDS)

/** Which text names a field, by its path in the API. */
const FIELD_TEXT = {
  '/uscc': 'uscc',
  '/name': 'name',
  '/nameEn': 'nameEn',
  '/legalPerson/name': 'legalName',
  '/legalPerson/idNumber': 'idNumber',
  '/region': 'region',
  '/sector': 'sector',
  '/address': 'address',
  '/website': 'website',
  '/contact/name': 'contactName',
  '/contact/phone': 'phone',
  '/contact/email': 'email',
  '/introduction': 'introduction',
  '/prefixWish': 'prefixWish',
  '/licence': 'licence',
} as const

export type FieldPath = keyof typeof FIELD_TEXT
export const FIELD_PATHS = Object.keys(FIELD_TEXT) as FieldPath[]

export function useFieldName(): (path: string) => string {
  const t = useTexts()
  return (path) => {
    const full = path.startsWith('/') ? path : `/${path}`
    if (full === '/contact') return t('stepContact')
    if (full === '/legalPerson') return t('legalName')
    return Object.hasOwn(FIELD_TEXT, full) ? t(FIELD_TEXT[full as FieldPath]) : path
  }
}
