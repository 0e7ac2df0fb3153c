import { ApiOutlined, SafetyOutlined, TeamOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/users',
    group: 'people',
    order: 10,
    icon: TeamOutlined,
    label: { zh: '用户', en: 'People' },
  },
  {
    path: '/roles',
    group: 'people',
    order: 11,
    icon: SafetyOutlined,
    label: { zh: '角色与权限', en: 'Roles and rights' },
  },
  {
    path: '/keys',
    group: 'people',
    order: 12,
    icon: ApiOutlined,
    label: { zh: 'API 密钥', en: 'API keys' },
  },
]
