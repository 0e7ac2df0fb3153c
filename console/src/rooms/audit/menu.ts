import { AuditOutlined, EyeOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/audit',
    group: 'trust',
    order: 1,
    icon: AuditOutlined,
    label: { zh: '审计记录', en: 'Audit trail' },
  },
  {
    path: '/access-log',
    group: 'trust',
    order: 2,
    icon: EyeOutlined,
    label: { zh: '访问记录', en: 'Access log' },
  },
]
