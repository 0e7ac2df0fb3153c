import { meQuery } from '../api/me.ts'
import { askSoon } from './ask-soon.ts'
import { queries } from './queries.ts'
import { routes } from './rooms.ts'
import { parseSearch } from './search.ts'

/**
 * Runs before the scripts that draw: who is signed in, and what the page that was opened shows first, are under way while those
 * begin. A page whose address has parts that vary asks when the router knows it.
 */
const path = location.pathname.replace(/^\/console/, '') || '/'
const route = routes.find((it) => it.path === path && it.frame !== 'plain')
if (route !== undefined) {
  void queries.prefetchQuery(meQuery)
  askSoon(route, parseSearch(location.search))
}
