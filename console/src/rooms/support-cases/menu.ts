import { AuditOutlined, FormOutlined } from '@ant-design/icons'
import { may, mayOnNode } from '../../api/me.ts'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/support/applications',
    group: 'policy',
    order: 10,
    icon: FormOutlined,
    label: { zh: '我的申请', en: 'My applications' },
    for: (me) => may(me, 'applications.write') && !mayOnNode(me, 'policy.review'),
  },
  {
    path: '/support/cases',
    group: 'policy',
    order: 20,
    icon: AuditOutlined,
    label: { zh: '办件', en: 'Cases' },
  },
]
