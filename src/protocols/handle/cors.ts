/** Cross-origin reading is open to every site, without credentials; headers are name, value, name, value, …. */
export type HeaderList = readonly string[]

const NONE: HeaderList = []
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']
const HEADERS = ['x-requested-with', 'content-type', 'accept', 'origin', 'authorization']
const PREFLIGHT_AGE_S = 86_400

/** On every answer to a request that names its origin. */
export function corsHeaders(origin: string | undefined, exposed: string): HeaderList {
  if (origin === undefined) return NONE
  return [
    'access-control-allow-origin',
    origin,
    'access-control-expose-headers',
    exposed,
    'vary',
    'Origin',
  ]
}

export type Preflight = {
  readonly origin: string
  readonly method: string
  readonly headers: string | undefined
}

/** The answer to a preflight; no header at all when the method or one of the headers is not offered. */
export function preflightHeaders({ origin, method, headers }: Preflight): HeaderList {
  const wanted = headers === undefined ? [] : headers.split(/\s*,\s*/)
  const offered = wanted.every((it) => HEADERS.includes(it.trim().toLowerCase()))
  if (!METHODS.includes(method) || !offered) return NONE
  return [
    'access-control-allow-origin',
    origin,
    'access-control-max-age',
    String(PREFLIGHT_AGE_S),
    'access-control-allow-methods',
    METHODS.join(','),
    'access-control-allow-headers',
    'X-Requested-With,Content-Type,Accept,Origin,Authorization',
    'vary',
    'Origin',
  ]
}
