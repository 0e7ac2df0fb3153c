import { UploadOutlined } from '@ant-design/icons'
import type { MenuEntry } from '../../frame/room.ts'

export const menu: readonly MenuEntry[] = [
  {
    path: '/imports',
    group: 'identifiers',
    order: 2,
    icon: UploadOutlined,
    label: { zh: '批量导入', en: 'Imports' },
  },
]
