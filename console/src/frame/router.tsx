import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router'
import { type Me, meQuery, useMaybeMe } from '../api/me.ts'
import { Loading, NotHere } from '../ui/states.tsx'
import { Broken, fetched } from './broken.tsx'
import { PlainFrame } from './plain-frame.tsx'
import { queries } from './queries.ts'
import type { RoomRoute } from './room.ts'
import { routes } from './rooms.ts'
import { parseSearch, stringifySearch } from './search.ts'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotHere })
const plain = createRoute({ getParentRoute: () => root, id: 'plain', component: PlainFrame })
// on demand: the page before sign-in needs no menu
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => {
    // who it is for is asked while it is fetched
    void queries.prefetchQuery(meQuery)
    return fetched(() => import('./shell.tsx'))
  }, 'Shell'),
})

plain.addChildren(routes.filter((it) => it.frame === 'plain').map((it) => asRoute(it, plain)))
const absent = createRoute({ getParentRoute: () => shell, path: '$', component: NotHere })
shell.addChildren([
  ...routes.filter((it) => it.frame !== 'plain').map((it) => asRoute(it, shell)),
  absent,
])

export const router = createRouter({
  routeTree: root.addChildren([plain, shell]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultPendingMs: 150,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
})

function asRoute(route: RoomRoute, parent: typeof plain | typeof shell) {
  return createRoute({
    getParentRoute: () => parent as typeof shell,
    path: route.path,
    loader: ({ location }) => askSoon(route, location.search as Readonly<Record<string, string>>),
    component: lazyRouteComponent(async () => {
      const { Page } = await fetched(route.page)
      return {
        default: () =>
          route.for === undefined ? <Page /> : <Guarded route={route} page={<Page />} />,
      }
    }),
  })
}

/** As soon as it is known that the page is for whoever is signed in; the page itself tells what went wrong. */
function askSoon({ ask, for: isFor }: RoomRoute, search: Readonly<Record<string, string>>): void {
  if (ask === undefined) return
  const known = queries.getQueryData(meQuery.queryKey)
  const asked = (me: Me | null) => me !== null && isFor?.(me) !== false && ask(search, me)
  if (known !== undefined) asked(known)
  else void queries.ensureQueryData(meQuery).then(asked, () => {})
}

/** A page one may not open answers like one that is not there. */
function Guarded({ route, page }: { route: RoomRoute; page: React.ReactNode }) {
  const me = useMaybeMe()
  if (me === undefined) return <Loading />
  return me !== null && route.for?.(me) === true ? page : <NotHere />
}
