import { TableOutlined } from '@ant-design/icons'
import { mayOnNode } from '../../api/me.ts'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/support/batches',
    group: 'policy',
    order: 82,
    icon: TableOutlined,
    label: { zh: '批量测算', en: 'Batches' },
    for: (me) => mayOnNode(me, 'policy.read'),
  },
]
