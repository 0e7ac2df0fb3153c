import { BarcodeOutlined, PlusSquareOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/identifiers',
    group: 'identifiers',
    order: 0,
    icon: BarcodeOutlined,
    label: { zh: '标识', en: 'Identifiers' },
  },
  {
    path: '/identifiers/register',
    group: 'identifiers',
    order: 1,
    icon: PlusSquareOutlined,
    label: { zh: '注册标识', en: 'Register' },
  },
]
