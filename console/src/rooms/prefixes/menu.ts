import { ApartmentOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/prefixes',
    group: 'identifiers',
    order: 10,
    icon: ApartmentOutlined,
    label: { zh: '前缀', en: 'Prefixes' },
  },
]
