import {
  AuditOutlined,
  BankOutlined,
  CreditCardOutlined,
  PayCircleOutlined,
} from '@ant-design/icons'
import { may, mayOnNode } from '../../api/me.ts'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/support/ledger',
    group: 'policy',
    order: 60,
    icon: BankOutlined,
    label: { zh: '预算账簿', en: 'Budget ledgers' },
    for: (me) => mayOnNode(me, 'policy.read'),
  },
  {
    path: '/support/payments',
    group: 'policy',
    order: 61,
    icon: PayCircleOutlined,
    label: { zh: '拨付', en: 'Payments' },
    for: (me) => may(me, 'policy.read') || may(me, 'applications.read'),
  },
  {
    path: '/support/vouchers',
    group: 'policy',
    order: 62,
    icon: CreditCardOutlined,
    label: { zh: '服务券', en: 'Vouchers' },
    for: (me) => may(me, 'policy.read') || may(me, 'applications.read'),
  },
  {
    path: '/support/aftercare',
    group: 'policy',
    order: 63,
    icon: AuditOutlined,
    label: { zh: '后续义务', en: 'After the award' },
    for: (me) => may(me, 'policy.read') || may(me, 'applications.read'),
  },
]
