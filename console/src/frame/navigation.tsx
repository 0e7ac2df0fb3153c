import { useLocation } from '@tanstack/react-router'
import { memo, type ReactNode, useEffect, useId, useMemo, useRef } from 'react'
import type { Me } from '../api/me.ts'
import { Go } from '../ui/go.tsx'
import { useFrameTexts } from './frame-texts.ts'
import { useText } from './language.ts'
import { menu } from './menu.ts'
import type { MenuEntry, MenuGroup, RoomRoute } from './room.ts'
import { routes } from './rooms.ts'
import './navigation.css'

const GROUP_TEXT = {
  start: 'groupStart',
  identifiers: 'groupIdentifiers',
  policy: 'groupPolicy',
  people: 'groupPeople',
  trust: 'groupTrust',
} as const satisfies Record<MenuGroup, string>

type NavigationProps = { readonly me: Me; readonly onChosen?: () => void }

/** The pages of whoever is signed in, as links: Ant Design's menu took a fifth of what a change of page takes. */
export function Navigation({ me, onChosen }: NavigationProps) {
  const t = useFrameTexts()
  const { pathname } = useLocation()
  const open = useMemo(() => entriesFor(me), [me])
  const here = pathname.replace(/^\/console/, '') || '/'
  const chosen = open
    .map((it) => it.path)
    // the page of one thing is also called by the thing: /identifier
    .filter((path) => [path, path.replace(/s$/, '')].includes(here) || isBelow(here, path))
    .toSorted((a, b) => b.length - a.length)[0]
  const groups = [...new Set(open.map((it) => it.group))]
  return (
    <nav aria-label={t('menu')} className="menu">
      {groups.map((group) => (
        <Group key={group} title={t(GROUP_TEXT[group])}>
          {open
            .filter((it) => it.group === group)
            .map((it) => (
              <Entry key={it.path} entry={it} isHere={it.path === chosen} onChosen={onChosen} />
            ))}
        </Group>
      ))}
    </nav>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <>
      <p id={id}>{title}</p>
      <ul aria-labelledby={id}>{children}</ul>
    </>
  )
}

type EntryProps = {
  readonly entry: MenuEntry
  readonly isHere: boolean
  readonly onChosen: (() => void) | undefined
}

/** Drawn again only where it becomes the page's own, or is it no more. */
const Entry = memo(function Entry({ entry, isHere, onChosen }: EntryProps) {
  const textOf = useText()
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (!isHere) return
    // once the page stands: where one is, is seen in a menu that is longer than the window
    const timer = setTimeout(() => item.current?.scrollIntoView({ block: 'nearest' }))
    return () => clearTimeout(timer)
  }, [isHere])
  return (
    <li ref={item}>
      <Go
        to={entry.path}
        {...(onChosen && { onClick: onChosen })}
        {...(isHere && { 'aria-current': 'page' })}
      >
        <entry.icon aria-hidden />
        <span>{textOf(entry.label)}</span>
      </Go>
    </li>
  )
})

function isBelow(here: string, path: string): boolean {
  return path !== '/' && here.startsWith(`${path}/`)
}

/** An entry is shown to whom its page is: the route says so once. */
function entriesFor(me: Me): readonly MenuEntry[] {
  return menu.filter(
    (it) => routeFor(it.path, me) !== undefined && (it.for === undefined || it.for(me)),
  )
}

/** The pages that the menu leads to, or could from another state of theirs. */
export function pagesOfMenu(me: Me): RoomRoute['page'][] {
  return routes
    .filter((it) => menu.some(({ path }) => path === it.path) && routeFor(it.path, me) === it)
    .map((it) => it.page)
}

function routeFor(path: string, me: Me): RoomRoute | undefined {
  const route = routes.find((it) => it.path === path)
  return route === undefined || route.for?.(me) === false ? undefined : route
}
