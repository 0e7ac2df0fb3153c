import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router'
import { meQuery, useMaybeMe } from '../api/me.ts'
import { Loading, NotHere } from '../ui/states.tsx'
import { askSoon } from './ask-soon.ts'
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
    staticData: { isOpen: route.frame === 'open' },
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

/** A page one may not open answers like one that is not there. */
function Guarded({ route, page }: { route: RoomRoute; page: React.ReactNode }) {
  const me = useMaybeMe()
  if (me === undefined) return <Loading />
  return me !== null && route.for?.(me) === true ? page : <NotHere />
}
