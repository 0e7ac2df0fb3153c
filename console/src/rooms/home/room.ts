import { DashboardOutlined } from '@ant-design/icons'
import type { Room } from '../../frame/room.ts'

export const room: Room = {
  routes: [{ path: '/', page: () => import('./home-page.tsx') }],
  menu: [
    {
      path: '/',
      group: 'start',
      order: 0,
      icon: DashboardOutlined,
      label: { zh: '首页', en: 'Home' },
    },
  ],
}
