import { GiftOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/support',
    group: 'policy',
    order: 0,
    icon: GiftOutlined,
    label: { zh: '支持政策', en: 'Support measures' },
  },
]
