import {
  ContainerOutlined,
  SolutionOutlined,
  TeamOutlined,
  TrophyOutlined,
} from '@ant-design/icons'
import { may, mayOnNode } from '../../api/me.ts'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/support/results',
    group: 'policy',
    order: 11,
    icon: ContainerOutlined,
    label: { zh: '申报结果', en: 'Results of applications' },
    for: (me) => may(me, 'applications.read'),
  },
  {
    path: '/support/panel',
    group: 'policy',
    order: 40,
    icon: TeamOutlined,
    label: { zh: '专家评审', en: 'Expert panels' },
    for: (me) => may(me, 'policy.score'),
  },
  {
    path: '/support/plans',
    group: 'policy',
    order: 41,
    icon: SolutionOutlined,
    label: { zh: '扶持方案', en: 'Plans of awards' },
    for: (me) => mayOnNode(me, 'policy.read'),
  },
  {
    path: '/support/awards',
    group: 'policy',
    order: 42,
    icon: TrophyOutlined,
    label: { zh: '支持名单', en: 'Awards' },
  },
]
