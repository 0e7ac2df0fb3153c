import { EditOutlined, ExperimentOutlined, FundOutlined } from '@ant-design/icons'
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
  {
    path: '/support/simulate',
    group: 'policy',
    order: 71,
    icon: ExperimentOutlined,
    label: { zh: '模拟', en: 'Simulation' },
    for: (me) => mayOnNode(me, 'policy.draft'),
  },
  {
    path: '/support/evaluation',
    group: 'policy',
    order: 72,
    icon: FundOutlined,
    label: { zh: '效果评估', en: 'Effect evaluation' },
  },
]
