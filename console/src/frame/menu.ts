import type { MenuEntry, MenuGroup } from './room.ts'

const found = import.meta.glob<{ menu: readonly MenuEntry[] }>('../rooms/*/menu.ts', {
  eager: true,
})

const GROUPS: readonly MenuGroup[] = ['start', 'identifiers', 'policy', 'people', 'trust']

export const menu: readonly MenuEntry[] = Object.values(found)
  .flatMap((it) => it.menu)
  .toSorted((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || a.order - b.order)
