import { ApartmentOutlined, CalendarOutlined } from '@ant-design/icons'
import { mayOnNode } from '../../api/me.ts'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/support/offices',
    group: 'policy',
    order: 90,
    icon: ApartmentOutlined,
    label: { zh: '岗位', en: 'Who does what' },
    for: (me) => mayOnNode(me, 'policy.review') || mayOnNode(me, 'node.configure'),
  },
  {
    path: '/support/calendars',
    group: 'policy',
    order: 91,
    icon: CalendarOutlined,
    label: { zh: '工作日历', en: 'Working calendars' },
    for: (me) => mayOnNode(me, 'policy.review'),
  },
]
