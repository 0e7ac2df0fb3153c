import { SafetyCertificateOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/evidence',
    group: 'trust',
    order: 0,
    icon: SafetyCertificateOutlined,
    label: { zh: '存证日志', en: 'Evidence log' },
  },
]
