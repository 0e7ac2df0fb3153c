import type { ComponentType } from 'react'
import type { Me } from '../api/me.ts'
import type { Text } from './language.ts'

/**
 * What a room hangs into the frame. A room is a folder of `rooms/` with `routes.ts` (its `routes`), `menu.ts` (its `menu`,
 * if it has entries there), `texts.ts`, and its pages (`…-page.tsx`, each exporting `Page`), which are loaded when they are
 * opened.
 */
export type RoomRoute = {
  /** Below `/console`, beginning with a slash; `$name` for a part that varies. */
  readonly path: string
  readonly page: () => Promise<{ readonly Page: ComponentType }>
  /**
   * `plain` for pages before sign-in; `open` for everybody: within the menu for people signed in, below a slim header for all
   * others; otherwise within the menu and only for people signed in.
   */
  readonly frame?: 'plain' | 'open' | 'shell'
  /** Asks for what the page shows first, while its script may still be under way; by what its address holds, and for whom. */
  readonly ask?: (search: Readonly<Record<string, string>>, me: Me) => unknown
  /** Who may open it; to all others it is not there. */
  readonly for?: (me: Me) => boolean
}

export type MenuEntry = {
  readonly path: string
  readonly label: Text
  /** Entries of one group stand together. */
  readonly group: MenuGroup
  /** Within its group, ascending. */
  readonly order: number
  readonly icon: ComponentType<{ readonly 'aria-hidden'?: boolean }>
  /** Where not everybody who may open the page wants it in the menu. */
  readonly for?: (me: Me) => boolean
}

export type MenuGroup = 'start' | 'identifiers' | 'policy' | 'people' | 'trust'
