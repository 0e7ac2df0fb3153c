import { BankOutlined, FileDoneOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/enterprises/queue',
    group: 'people',
    order: 0,
    icon: FileDoneOutlined,
    label: { zh: '准入审核', en: 'Review queue' },
  },
  {
    path: '/enterprises',
    group: 'people',
    order: 1,
    icon: BankOutlined,
    label: { zh: '企业', en: 'Enterprises' },
  },
  {
    path: '/enterprise',
    group: 'people',
    order: 2,
    icon: BankOutlined,
    label: { zh: '本企业', en: 'My enterprise' },
  },
]
