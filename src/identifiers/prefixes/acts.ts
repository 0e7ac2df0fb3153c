import { isIP } from 'node:net'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { parseHandle } from '../handle.ts'
import { type Prefix, type Site, stateOf } from './prefix.ts'

/** After a release, for how long nobody but its last holder gets a prefix: printed codes live on. */
export const QUARANTINE_MS = 365 * 86_400_000

/** What can be done to a prefix that is allotted. */
export type PrefixAct =
  | { readonly act: 'suspend'; readonly reason: string }
  | { readonly act: 'resume' }
  | {
      readonly act: 'hold'
      readonly order: string
      readonly authority: string
      readonly reason: string
    }
  | { readonly act: 'lift' }
  | { readonly act: 'release'; readonly reason: string }
  | {
      readonly act: 'delegate'
      readonly sites?: readonly Site[]
      /** The identifier whose record has the sites. */
      readonly service?: string
      readonly description?: string
    }
  | { readonly act: 'take-back' }

/**
 * The prefix after an act, at a time in milliseconds since 1970. Pure.
 * @throws Problem `wrong-state` where the act does not apply to the prefix as it is.
 */
export function afterAct(prefix: Prefix, act: PrefixAct, at: number): Prefix {
  if (prefix.release !== undefined) throw wrongState(RELEASED)
  const next = applied(prefix, act, at)
  return { ...next, state: stateOf(next) }
}

function applied(prefix: Prefix, act: PrefixAct, at: number): Prefix {
  const { suspension, hold, ...rest } = prefix
  switch (act.act) {
    case 'suspend':
      if (suspension !== undefined) throw wrongState(SUSPENDED)
      return { ...prefix, suspension: { reason: act.reason, at } }
    case 'resume':
      if (suspension === undefined) throw wrongState(NOT_SUSPENDED)
      return { ...rest, ...(hold !== undefined && { hold }) }
    case 'hold':
      if (hold !== undefined) throw wrongState(HELD)
      return {
        ...prefix,
        hold: { order: act.order, authority: act.authority, reason: act.reason, at },
      }
    case 'lift':
      if (hold === undefined) throw wrongState(NOT_HELD)
      return { ...rest, ...(suspension !== undefined && { suspension }) }
    case 'release':
      if (hold !== undefined) throw wrongState(HELD)
      return { ...prefix, release: { reason: act.reason, at } }
    case 'delegate':
      return delegated(prefix, act, at)
    case 'take-back':
      if (prefix.hosting.kind === 'here') throw wrongState(HOSTED_HERE)
      return { ...prefix, hosting: { kind: 'here' } }
  }
}

function delegated(
  prefix: Prefix,
  { sites = [], service, description }: Extract<PrefixAct, { act: 'delegate' }>,
  at: number,
): Prefix {
  const fields = sites.flatMap((site, place) => siteProblems(site, `/sites/${place}`))
  if (sites.length === 0 && service === undefined) fields.push({ path: '/sites', reason: NOWHERE })
  if (service !== undefined && !isWholeName(service)) {
    fields.push({ path: '/service', reason: NO_SERVICE, expected: A_SERVICE })
  }
  if (fields.length > 0) {
    throw new Problem(
      'invalid-input',
      { en: 'Some sites are wrong', zh: '部分站点有误' },
      { fields },
    )
  }
  return {
    ...prefix,
    hosting: {
      kind: 'delegated',
      sites: [...sites],
      since: at,
      ...(service !== undefined && { service }),
      ...(description !== undefined && { description }),
    },
  }
}

function isWholeName(text: string): boolean {
  try {
    return text.includes('/') && parseHandle(text).spelled === text
  } catch {
    return false
  }
}

function siteProblems({ address, url }: Site, at: string): FieldProblem[] {
  if (address === undefined && url === undefined) return [{ path: at, reason: EMPTY_SITE }]
  const problems: FieldProblem[] = []
  if (address !== undefined && isIP(address) === 0) {
    problems.push({ path: `${at}/address`, reason: NO_ADDRESS, expected: AN_ADDRESS })
  }
  if (url !== undefined && !isBaseUrl(url)) {
    problems.push({ path: `${at}/url`, reason: NO_URL, expected: A_URL })
  }
  return problems
}

/** What an identifier can be written behind. */
function isBaseUrl(text: string): boolean {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  return isWeb && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

function wrongState(text: Text): Problem {
  return new Problem('wrong-state', text)
}

const NO_ADDRESS: Text = { en: 'is not an IP address', zh: '不是 IP 地址' }
const AN_ADDRESS: Text = {
  en: 'e.g. 203.0.113.9 or 2001:db8::9',
  zh: '例如 203.0.113.9 或 2001:db8::9',
}
const NO_URL: Text = {
  en: 'is not an address to put an identifier behind',
  zh: '不是可在其后附加标识的网址',
}
const A_URL: Text = { en: 'e.g. https://id.maker.example/', zh: '例如 https://id.maker.example/' }
const EMPTY_SITE: Text = { en: 'A site needs an address or a URL', zh: '站点需要填写地址或网址' }
const NOWHERE: Text = {
  en: 'Say at which sites the prefix is answered, or by which service',
  zh: '请给出应答该前缀的站点或服务标识',
}
const NO_SERVICE: Text = { en: 'is not the identifier of a service', zh: '不是服务标识' }
const A_SERVICE: Text = { en: 'e.g. 0.SERV/maker', zh: '例如 0.SERV/maker' }
const RELEASED: Text = { en: 'The prefix has been released', zh: '该前缀已释放' }
const SUSPENDED: Text = { en: 'The prefix is suspended already', zh: '该前缀已处于暂停状态' }
const NOT_SUSPENDED: Text = { en: 'The prefix is not suspended', zh: '该前缀未被暂停' }
const HELD: Text = {
  en: 'The prefix is held by order; lift that first',
  zh: '该前缀已按指令冻结，请先解除',
}
const NOT_HELD: Text = { en: 'The prefix is not held', zh: '该前缀未被冻结' }
const HOSTED_HERE: Text = { en: 'The prefix is hosted here already', zh: '该前缀已由本节点托管' }
