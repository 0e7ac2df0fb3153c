import type { FastifyReply, FastifyRequest } from 'fastify'
import { foldAscii, type HandleKey, prefixOf, suffixOf } from '../../identifiers/handle.ts'
import {
  type Delegated,
  PREFIX_RECORDS,
  type Resolution,
  type Resolver,
} from '../../identifiers/resolution/resolution.ts'
import type { Traffic } from '../../identifiers/resolution/traffic.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import type { App } from '../../lib/http.ts'
import type { Text } from '../../lib/text.ts'
import {
  type AskedName,
  firstOf,
  isTrue,
  keyOf,
  NO_PARAMETERS,
  type Parameters,
  parseParameters,
  queryIn,
} from '../handle/request.ts'
import { type DescribeParts, type Description, describe } from './describe.ts'
import { identifierPage } from './identifier-page.ts'
import { landingPage } from './landing-page.ts'
import { langTag, type NodeCard, otherOf, type PageFrame } from './layout.ts'
import { leadOf } from './locations.ts'
import { identifierIn, isReserved, pathOf } from './names.ts'
import { type Form, formOf, pageLanguage } from './negotiate.ts'
import { descriptionJson, descriptionLd } from './programs.ts'
import { qrModules, qrPng, qrSize, qrSvg } from './qr.ts'
import { repairs } from './repair.ts'
import { statePage } from './state-page.ts'
import { ICON, ICON_PATH, STYLE, STYLE_PATH } from './style.ts'
import { aliasOf, appended, delegatedPage, isOwnPage, wantedValues, wantsValues } from './target.ts'
import { type PageState, STATES, TEXTS } from './texts.ts'

export type PageParts = DescribeParts & {
  readonly resolve: Resolver
  readonly traffic: Traffic
  readonly node: () => MaybePromise<NodeCard>
  /** The node's public total. */
  readonly registeredTotal: () => MaybePromise<number>
  /** IANA name of the zone times are shown in. */
  readonly timeZone: string
  /** Where an asker is, as two letters; absent where nobody knows. */
  readonly countryOf?: (request: FastifyRequest) => string | undefined
  /** From 0 to below 1; chance itself where it is absent. */
  readonly random?: () => number
  /** Ask search engines to leave the pages out. */
  readonly noIndex: boolean
}

/** One request for a page, looked at once. */
type Visit = {
  readonly parts: PageParts
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly asked: AskedName
  readonly parameters: Parameters
  readonly form: Form
  readonly frame: PageFrame
  /** Public address of the node, without a slash at the end. */
  readonly base: string
}

/**
 * Pages for people: `GET /` and, for every path that is not the node's own, `GET /{identifier}`. Browsers are sent on to
 * the identifier's URL value; `?show` (or a language chosen by `?lang`) shows the page instead. `?qr=svg|png&size=` is the code.
 */
export function pageRoutes(app: App, parts: PageParts): void {
  assetRoute(app, STYLE_PATH, 'text/css; charset=utf-8', STYLE)
  assetRoute(app, ICON_PATH, 'image/svg+xml', ICON)
  app.get('/', { schema: LANDING_SCHEMA }, (request, reply) => answerLanding(parts, request, reply))
  app.get('/*', { schema: PAGE_SCHEMA }, (request, reply) => {
    if (isReserved(request.originalUrl)) {
      reply.callNotFound()
      return reply
    }
    return answerIdentifier(parts, request, reply)
  })
}

async function answerIdentifier(
  parts: PageParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visit = await visitOf(parts, request, reply)
  const visitor = parts.traffic.admit(request.raw)
  if (visitor.waitS > 0) {
    reply.header('retry-after', String(visitor.waitS))
    return sendState(visit, 'tooMany')
  }
  const { key } = visit.asked
  if (key === undefined) return sendState(visit, 'malformed')
  const resolution = await parts.resolve(key, undefined, visit.asked.spelled)
  parts.traffic.count(prefixOf(key), resolution.kind, visitor)
  switch (resolution.kind) {
    case 'found':
      return sendFound(visit, resolution)
    case 'retired':
      return sendState(visit, 'retired', { description: await describe(parts, resolution) })
    case 'delegated':
      return sendDelegated(visit, resolution)
    case 'absent':
    case 'unknown':
      return await sendAbsent(visit, key, resolution.kind)
    case 'held':
      return sendState(visit, resolution.kind)
    case 'suspended':
      return sendState(visit, resolution.kind, resolution.said && { said: resolution.said })
  }
}

async function visitOf(
  parts: PageParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Visit> {
  const { headers, originalUrl } = request
  const parameters = parseParameters(queryIn(originalUrl)) ?? NO_PARAMETERS
  const asked = identifierIn(originalUrl) ?? { spelled: '', key: undefined }
  const { language, isChosen } = pageLanguage(headers['accept-language'], parameters)
  const node = await parts.node()
  const path = asked.spelled === '' ? '/' : pathOf(asked.spelled)
  const otherPath = `${path}?lang=${otherOf(language)}`
  const { noIndex } = parts
  const frame = { node, language, isChosen, otherPath, noIndex }
  const base = node.publicUrl ?? `${request.protocol}://${request.host}`
  const form = formOf(headers.accept, parameters)
  return { parts, request, reply, asked, parameters, form, frame, base }
}

async function sendFound(
  visit: Visit,
  found: Extract<Resolution, { kind: 'found' }>,
): Promise<FastifyReply> {
  const { parts, parameters, form, frame, base } = visit
  const qr = firstOf(parameters, 'qr')
  if (qr === 'svg' || qr === 'png') return sendQr(visit, qr, found.record.spelled)
  const record = { ...found.record, values: wantedValues(found.record.values, parameters) }
  const isShown = parameters.has('show') || frame.isChosen || wantsValues(parameters)
  const alias = isShown || isTrue(parameters, 'ignore_aliases') ? undefined : aliasOf(record.values)
  if (alias !== undefined && alias.key !== record.key) return sendAlias(visit, alias.spelled)
  const lead = leadOf(record.values, {
    wishes: parameters.get('locatt') ?? [],
    country: parts.countryOf?.(visit.request),
    random: parts.random ?? Math.random,
  })
  const leads = lead !== undefined && !isOwnPage(lead.to, base, visit.asked.key)
  if (form === 'html' && leads && !isShown) {
    return redirect(visit, appended(lead.to, firstOf(parameters, 'urlappend')), lead.status)
  }
  return sendDescription(visit, await describe(parts, { ...found, record }), {
    target: lead?.to,
    shown: leads ? lead.to : undefined,
  })
}

/** `target` is where it leads, `shown` the same where that is not this page itself. */
function sendDescription(
  { parts, reply, form, frame, base }: Visit,
  description: Description,
  { target, shown }: { readonly target: URL | undefined; readonly shown: URL | undefined },
): FastifyReply {
  const page = { description, target: shown, timeZone: parts.timeZone }
  const address = `${base}${pathOf(description.handle)}`
  if (form === 'html')
    return sendHtml({ reply, frame }, 200, identifierPage(frame, { ...page, address }))
  const write = form === 'json' ? descriptionJson : descriptionLd
  const type = form === 'json' ? 'application/json' : 'application/ld+json'
  varied(reply).type(`${type}; charset=utf-8`)
  return reply.send(JSON.stringify(write(description, { base, target })))
}

const REDIRECT = 302

/** The other name leads on, with all that was asked. */
function sendAlias({ reply, request, frame }: Visit, name: string): FastifyReply {
  const query = queryIn(request.originalUrl)
  if (frame.noIndex) reply.header('x-robots-tag', 'noindex, nofollow')
  const location = `${pathOf(name)}${query === '' ? '' : `?${query}`}`
  return varied(reply).code(301).header('location', location).send()
}

type Absence = 'absent' | 'unknown'

async function sendAbsent(visit: Visit, key: HandleKey, kind: Absence): Promise<FastifyReply> {
  const suggestions = await existing(visit)
  // What only lost its slash or got a blank too many is under a prefix of this node.
  const state = suggestions.length > 0 ? 'absent' : whyAbsent(visit, key, kind)
  return sendState(visit, state, { suggestions })
}

/**
 * A resolver says of every prefix's own record that it is not here, as deployed servers do. People are told whether this
 * node could know the prefix at all: one below its own that nobody has is known nowhere else either.
 */
function whyAbsent({ frame }: Visit, key: HandleKey, kind: Absence): PageState {
  const prefix = prefixOf(key)
  const isRecord = prefix === PREFIX_RECORDS
  if (kind === 'absent' && !isRecord) return 'absent'
  const own = frame.node.prefix
  const named = isRecord ? suffixOf(key) : prefix
  const isBelow = own !== undefined && named.startsWith(`${foldAscii(own)}.`)
  return isBelow ? 'unallotted' : 'unknown'
}

/** An address for an identifier on the enterprise's own server, else the page that names that server. */
function sendDelegated(visit: Visit, delegated: Delegated): FastifyReply {
  const target = delegatedPage(delegated, visit.asked.spelled)
  if (target !== undefined) return redirect(visit, target)
  return sendState(visit, 'delegated', { sites: delegated.sites })
}

function redirect({ reply, frame }: Visit, target: URL, status = REDIRECT): FastifyReply {
  if (frame.noIndex) reply.header('x-robots-tag', 'noindex, nofollow')
  return varied(reply).code(status).header('location', target.href).send()
}

function sendQr(visit: Visit, kind: 'svg' | 'png', spelled: string): FastifyReply {
  const { reply, parameters, base } = visit
  const modules = qrModules(`${base}${pathOf(spelled)}`)
  if (modules === undefined) return sendState(visit, 'malformed')
  const size = qrSize(firstOf(parameters, 'size'))
  reply.header('cache-control', 'public, max-age=86400')
  if (kind === 'png') return reply.type('image/png').send(qrPng(modules, size))
  return reply.type('image/svg+xml').send(qrSvg(modules, spelled, size).markup)
}

/** Names that were perhaps meant and are registered. */
async function existing({ parts, asked }: Visit): Promise<string[]> {
  const found: string[] = []
  for (const name of repairs(asked.spelled)) {
    const key = keyOf(name)
    if (key === undefined) continue
    const resolution = await parts.resolve(key)
    if (resolution.kind === 'found') found.push(resolution.record.spelled)
  }
  return [...new Set(found)]
}

type StateMore = {
  readonly suggestions?: readonly string[]
  readonly description?: Description
  readonly sites?: Delegated['sites']
  readonly said?: Text
}

function sendState(visit: Visit, state: PageState, more: StateMore = {}): FastifyReply {
  const { form, frame, asked, parts } = visit
  const { status, code, title, text } = STATES[state]
  if (form === 'html') {
    const page = { state, asked: asked.spelled, timeZone: parts.timeZone, ...more }
    return sendHtml(visit, status, statePage(frame, page))
  }
  const { language } = frame
  const history = more.description?.history.map(({ status: it, at }) => ({
    status: it,
    at: new Date(at).toISOString(),
  }))
  varied(visit.reply).code(status).type('application/problem+json; charset=utf-8')
  return visit.reply.header('content-language', langTag(language)).send(
    JSON.stringify({
      type: `/problems/${code}`,
      title: title[language],
      status,
      detail: (more.said ?? text)[language],
      code,
      handle: asked.spelled,
      ...(more.suggestions?.length && { suggestions: more.suggestions }),
      ...(history !== undefined && { history }),
    }),
  )
}

async function answerLanding(
  parts: PageParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visit = await visitOf(parts, request, reply)
  const given = firstOf(visit.parameters, 'id')
  const name = given?.trim() ?? ''
  if (name !== '' && keyOf(name) !== undefined) {
    const lang = visit.frame.isChosen ? `?lang=${visit.frame.language}` : ''
    return reply
      .code(303)
      .header('location', `${pathOf(name)}${lang}`)
      .send()
  }
  const registered = await parts.registeredTotal()
  const problem = given === undefined ? {} : { problem: TEXTS.searchEmpty }
  return sendHtml(visit, 200, landingPage(visit.frame, { registered, ...problem }))
}

/** No script runs on these pages, and nothing is loaded but the style sheet and the icon. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

function sendHtml(
  { reply, frame }: Pick<Visit, 'reply' | 'frame'>,
  status: number,
  page: string,
): FastifyReply {
  varied(reply).code(status).type('text/html; charset=utf-8')
  reply.header('content-security-policy', POLICY)
  reply.header('content-language', langTag(frame.language))
  if (frame.noIndex) reply.header('x-robots-tag', 'noindex, nofollow')
  return reply.send(page)
}

/** Answers depend on what the asker accepts, and a hold must take effect at once. */
function varied(reply: FastifyReply): FastifyReply {
  return reply.header('vary', 'Accept, Accept-Language').header('cache-control', 'no-cache')
}

function assetRoute(app: App, path: string, type: string, text: string): void {
  app.get(path, { schema: { hide: true } }, (_request, reply) =>
    reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(text),
  )
}

const LANDING_SCHEMA = {
  tags: ['pages'],
  summary: 'The start page of the node; `?id=` sends on to an identifier',
  operationId: 'landingPage',
}

const PAGE_SCHEMA = {
  tags: ['pages'],
  summary: 'An identifier, for people and programs',
  description:
    'By `Accept`: text/html (sent on to the URL value, unless `?show`), application/json, application/ld+json. `?format=json|json-ld` and `?lang=zh|en` say it in the address; `?qr=svg|png&size=` is the QR code of the public address. As at the proxies of the Handle System `noredirect` and `action=showvalues` show the page, `type` and `index` choose values, `urlappend` goes behind the address, `ignore_aliases` stays, `locatt` chooses among the locations of 10320/loc. 404 not registered, 410 retired, 451 held by order, 403 prefix suspended, 302 delegated.',
  operationId: 'identifierPage',
}
