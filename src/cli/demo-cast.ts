import { organisationCheck, usccCheck } from '../kernel/parties/uscc.ts'
import type { Product } from './demo-list.ts'

/** An enterprise of the demo. Its products are real; the enterprise itself, its code and its people are invented. */
export type Enterprise = {
  readonly account: string
  readonly name: string
  readonly nameEn: string
  readonly person: string
  /** GB/T 2260. */
  readonly region: string
  /** GB/T 4754. */
  readonly sector: string
  /** Its products' `vendor` in the list, small letters and without blanks around. */
  readonly makers: readonly string[]
}

/** The makers with most products; whatever is left goes to the registry of the district. */
export const DISTRICT: Enterprise = {
  account: 'district',
  name: '宝安工业产品登记中心（演示）',
  nameEn: 'Registry of the district (demo)',
  person: '林示范',
  region: '440306',
  sector: '6550',
  makers: [],
}

export const CAST: readonly Enterprise[] = [
  {
    account: 'siemens',
    name: '西门子产品登记（演示）有限公司',
    nameEn: 'Registrant of Siemens products (demo)',
    person: '张示范',
    region: '440305',
    sector: '4011',
    makers: ['siemens'],
  },
  {
    account: 'mitsubishi',
    name: '三菱电机产品登记（演示）有限公司',
    nameEn: 'Registrant of Mitsubishi Electric products (demo)',
    person: '李示范',
    region: '440307',
    sector: '4011',
    makers: ['mitsubishi electric', 'mitsubishi electric corporation', 'mitsubishi electric india'],
  },
  {
    account: 'rockwell',
    name: '罗克韦尔产品登记（演示）有限公司',
    nameEn: 'Registrant of Rockwell Automation products (demo)',
    person: '王示范',
    region: '440309',
    sector: '4011',
    makers: ['rockwell automation'],
  },
  {
    account: 'honeywell',
    name: '霍尼韦尔产品登记（演示）有限公司',
    nameEn: 'Registrant of Honeywell products (demo)',
    person: '赵示范',
    region: '440304',
    sector: '4011',
    makers: ['honeywell'],
  },
  {
    account: 'schneider',
    name: '施耐德电气产品登记（演示）有限公司',
    nameEn: 'Registrant of Schneider Electric products (demo)',
    person: '陈示范',
    region: '440306',
    sector: '3823',
    makers: ['schneider electric', 'schneider electric software, llc'],
  },
  {
    account: 'ge',
    name: '通用电气产品登记（演示）有限公司',
    nameEn: 'Registrant of General Electric products (demo)',
    person: '刘示范',
    region: '440311',
    sector: '3581',
    makers: ['ge healthcare', 'ge digital', 'general electric', 'general electric (ge)'],
  },
  {
    account: 'phoenix',
    name: '菲尼克斯产品登记（演示）有限公司',
    nameEn: 'Registrant of Phoenix Contact products (demo)',
    person: '周示范',
    region: '440310',
    sector: '3829',
    makers: ['phoenix contact', 'phoenix contact, innominate security technologies'],
  },
  {
    account: 'hitachi',
    name: '日立能源产品登记（演示）有限公司',
    nameEn: 'Registrant of Hitachi Energy products (demo)',
    person: '吴示范',
    region: '440303',
    sector: '3821',
    makers: ['hitachi energy'],
  },
  DISTRICT,
]

/** Of all their accounts; it is printed, and gone with the node. */
export const PASSWORD = 'rain on the workshop roof'

const OWNERS = new Map(CAST.flatMap((it) => it.makers.map((maker) => [maker, it] as const)))

export function ownerOf({ vendor }: Product): Enterprise {
  return OWNERS.get(vendor.trim().toLowerCase()) ?? DISTRICT
}

/** A right code (GB 32100-2015) that no organisation has: its organisation code begins as none does. */
export function usccOf(enterprise: Enterprise): string {
  const organisation = `00DEM${String(CAST.indexOf(enterprise) + 1).padStart(3, '0')}`
  const first17 = `91${enterprise.region}${organisation}${organisationCheck(organisation)}`
  return `${first17}${usccCheck(first17)}`
}
