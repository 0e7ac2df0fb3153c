import { ScanOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/resolve',
    group: 'identifiers',
    order: 3,
    icon: ScanOutlined,
    label: { zh: '解析', en: 'Resolve' },
  },
]
