export type Read =
  | { readonly kind: 'handle'; readonly handle: string; readonly host?: string }
  | { readonly kind: 'empty' }
  /** An address without an identifier in it. */
  | { readonly kind: 'none' }

/** Marks that come along when text is copied and that no name begins or ends with. */
const AROUND =
  /^[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<"“‘]+|[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff>"”’]+$/g
const SCHEME = /^(?:hdl:|info:hdl\/|doi:|urn:handle:)\/{0,2}/i
/** Where a node of ours has a name after other words of the path. */
const BEFORE_NAME = /^\/api\/(?:handles|v1\/(?:identifiers|explain|history))\//

/** The identifier in whatever a person may have: a name, an address of this or another node, the content of a code. */
export function readInput(text: string, here: string): Read {
  const given = text.replace(AROUND, '')
  if (given === '') return { kind: 'empty' }
  if (!/^https?:\/\//i.test(given)) {
    return { kind: 'handle', handle: given.replace(SCHEME, '').toWellFormed() }
  }
  const url = URL.parse(given)
  const handle = url === null ? undefined : handleIn(url)
  if (url === null || handle === undefined) return { kind: 'none' }
  return { kind: 'handle', handle, ...(url.host !== here && { host: url.host }) }
}

function handleIn(url: URL): string | undefined {
  const asked = url.searchParams.get('id')
  const isOwn = url.pathname === '/' || url.pathname.startsWith('/console/')
  if (isOwn) return asked === null || asked === '' ? undefined : asked
  const name = decoded(url.pathname.replace(BEFORE_NAME, '/').slice(1))
  return name === '' ? undefined : name
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
