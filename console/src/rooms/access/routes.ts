import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/sign-in', frame: 'plain', page: () => import('./sign-in-page.tsx') },
  { path: '/setup', frame: 'plain', page: () => import('./setup-page.tsx') },
  { path: '/invitation', frame: 'plain', page: () => import('./invitation-page.tsx') },
  { path: '/reset', frame: 'plain', page: () => import('./reset-page.tsx') },
  { path: '/second-factor', frame: 'plain', page: () => import('./factor-page.tsx') },
  { path: '/address', frame: 'plain', page: () => import('./address-page.tsx') },
  { path: '/forgotten', frame: 'plain', page: () => import('./forgotten-page.tsx') },
  { path: '/account', page: () => import('./account-page.tsx') },
]
