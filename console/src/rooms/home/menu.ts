import { DashboardOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/',
    group: 'start',
    order: 0,
    icon: DashboardOutlined,
    label: { zh: '首页', en: 'Home' },
  },
]
