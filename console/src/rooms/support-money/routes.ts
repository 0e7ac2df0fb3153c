import { type Me, may, mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

const seesMoney = (me: Me) => may(me, 'policy.read') || may(me, 'applications.read')

export const routes: readonly RoomRoute[] = [
  {
    path: '/support/ledger',
    for: (me) => mayOnNode(me, 'policy.read'),
    page: () => import('./ledger-page.tsx'),
  },
  { path: '/support/payments', for: seesMoney, page: () => import('./payments-page.tsx') },
  { path: '/support/vouchers', for: seesMoney, page: () => import('./vouchers-page.tsx') },
  { path: '/support/aftercare', for: seesMoney, page: () => import('./aftercare-page.tsx') },
]
