import { ProfileOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/templates',
    group: 'identifiers',
    order: 11,
    icon: ProfileOutlined,
    label: { zh: '模板', en: 'Templates' },
  },
]
