import { FileTextOutlined, InboxOutlined, MailOutlined } from '@ant-design/icons'
import { mayOnNode } from '../../api/me.ts'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/papers',
    group: 'policy',
    order: 80,
    icon: FileTextOutlined,
    label: { zh: '政策文件', en: 'Papers' },
  },
  {
    path: '/letters/queue',
    group: 'policy',
    order: 81,
    icon: InboxOutlined,
    label: { zh: '来信办理', en: 'Letters to answer' },
  },
  {
    path: '/letters',
    group: 'policy',
    order: 82,
    icon: MailOutlined,
    label: { zh: '来信与投诉', en: 'Letters' },
    for: (me) => !mayOnNode(me, 'policy.publish'),
  },
]
