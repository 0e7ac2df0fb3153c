import { EditOutlined } from '@ant-design/icons'
import { mayOnNode } from '../../api/me.ts'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/support/editor',
    group: 'policy',
    order: 70,
    icon: EditOutlined,
    label: { zh: '措施编辑', en: 'Measure editor' },
    for: (me) => mayOnNode(me, 'policy.read'),
  },
]
