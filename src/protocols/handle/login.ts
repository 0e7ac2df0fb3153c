import { randomBytes } from 'node:crypto'
import type { Authority } from '../../identifiers/authority/authority.ts'
import { ExpiringTable } from '../../identifiers/authority/expiring.ts'
import { type Identity, parseIdentity } from '../../identifiers/authority/identity.ts'
import type { Proof, Proven } from '../../identifiers/authority/proof.ts'
import {
  isBearable,
  SECRET_ALGORITHMS,
  type SecretAlgorithm,
  type SecretForm,
} from '../../identifiers/authority/secret-code.ts'
import type { Clock } from '../../lib/clock.ts'
import type { HeaderList } from './cors.ts'

/** What a server's key makes of bytes, for clients that want to know whom they talk to. */
export type ServerSigner = (
  bytes: Uint8Array,
) => Promise<{ readonly algorithm: string; readonly signature: Uint8Array }>

export type LoginParts = {
  readonly authority: Authority
  readonly clock: Clock
  readonly sign: ServerSigner
}

/** A request's credentials. */
export type Credentials = {
  readonly authorization: string | undefined
  /** Network address of the asker. */
  readonly address: string
  /** Sent by a script of a page, whose browser must not ask for a password. */
  readonly isScripted: boolean
  /** As a client certificate has it, checked by the transport: `300:0.NA/88.1`, and the certificate's public key. */
  readonly certificate?: { readonly identity: string; readonly proof: Proof } | undefined
}

export type Session = {
  readonly id: string
  readonly nonce: Uint8Array
  readonly proven?: Proven
  readonly address: string
}

/** What a request's credentials come to. */
export type Login = {
  readonly who?: Identity
  /** The session it came with. */
  readonly session?: Session
  /** Of a session that was begun because the client wants this server to sign. */
  readonly signed?: ServerSignature
  /** Why the credentials do not hold; empty where they are of a kind that is not known. */
  readonly error?: string
  /** The session that was named is not there. */
  readonly isStale?: true
  /** Only a name without a proof, or nothing of use: to be told by which ways one can sign in. */
  readonly isHandleOnly?: true
}

type ServerSignature = { readonly session: Session; readonly alg: string; readonly text: string }

const NONCE_BYTES = 20
const ID_BYTES = 16
const LIMITS = {
  lifeMs: 30 * 60_000,
  entriesMax: 50_000,
  perSourceMax: 1_000,
  bytesMax: Number.POSITIVE_INFINITY,
}

/**
 * Signing in to the JSON API as Handle.Net 9 has it: Basic with the identity as user, or the scheme `Handle`, by which a client
 * proves a key over the nonce of a session and its own. Sessions live half an hour from their last use, in memory.
 */
export class Logins {
  readonly #parts: LoginParts
  readonly #sessions: ExpiringTable<Session>

  constructor(parts: LoginParts) {
    this.#parts = parts
    this.#sessions = new ExpiringTable(LIMITS, parts.clock)
  }

  /** @throws Problem `too-many-requests` */
  async login(credentials: Credentials): Promise<Login> {
    const { authorization, certificate, address } = credentials
    if (authorization === undefined) {
      if (certificate === undefined) return {}
      const proven = await this.#prove(certificate.identity, certificate.proof, address)
      return proven === undefined ? { error: NOT_PROVED } : { who: proven.identity }
    }
    const [, scheme = '', rest = ''] = /^\s*(\S+)(?:\s+([\s\S]*))?$/.exec(authorization) ?? []
    switch (scheme.toLowerCase()) {
      case 'basic':
        return await this.#basic(rest, address)
      case 'handle':
        return await this.#handle(parametersOf(rest), address)
      default:
        return { error: '', isHandleOnly: true }
    }
  }

  begin(address: string): Session {
    const session = {
      id: randomBytes(ID_BYTES).toString('hex'),
      nonce: randomBytes(NONCE_BYTES),
      address,
    }
    this.#keep(session)
    return session
  }

  end({ id }: Session): void {
    this.#sessions.delete(id)
  }

  /** The challenges of a 401, each a header of its own. */
  challenges(
    { isScripted, address }: Credentials,
    { error, isHandleOnly }: Login = {},
  ): HeaderList {
    const { id, nonce } = this.begin(address)
    const told = error === undefined || error === '' ? '' : `, error="${error}"`
    const handle = `Handle sessionId="${id}", nonce="${base64(nonce)}"${told}`
    if (isScripted || isHandleOnly) return ['www-authenticate', handle]
    return ['www-authenticate', 'Basic realm="handle"', 'www-authenticate', handle]
  }

  async #basic(text: string, address: string): Promise<Login> {
    const pair = Buffer.from(text, 'base64').toString('utf8')
    const at = pair.indexOf(':')
    const name = at < 0 ? undefined : decoded(pair.slice(0, at))
    if (name === undefined) return { error: NOT_UNDERSTOOD }
    const proof = { type: 'secret', secret: Buffer.from(pair.slice(at + 1)) } as const
    const proven = await this.#prove(name, proof, address)
    return proven === undefined ? { error: NOT_PROVED } : { who: proven.identity }
  }

  async #handle(given: ReadonlyMap<string, string>, address: string): Promise<Login> {
    const id = given.get('sessionid')
    const session = id === undefined ? undefined : await this.#sessionOf(id)
    if (id !== undefined && session === undefined) return STALE
    if (!given.has('signature')) return await this.#named(session, given.get('cnonce'), address)
    return session === undefined ? STALE : await this.#shown({ ...session, address }, given)
  }

  /** A session, or the wish for a signature of this server's, without a proof. */
  async #named(
    session: Session | undefined,
    cnonce: string | undefined,
    address: string,
  ): Promise<Login> {
    const signed = cnonce === undefined ? undefined : await this.#signed(session, cnonce, address)
    if (session === undefined && signed === undefined) return { error: '', isHandleOnly: true }
    const who = session?.proven?.identity
    return { ...(session && { session }), ...(signed && { signed }), ...(who && { who }) }
  }

  async #shown(session: Session, given: ReadonlyMap<string, string>): Promise<Login> {
    const proof = proofOf(given, (cnonce) => Buffer.concat([session.nonce, cnonce]))
    const name = given.get('id')
    if (proof === undefined || name === undefined) return { error: NOT_UNDERSTOOD, session }
    const proven = await this.#prove(name, proof, session.address)
    if (proven === undefined) return { error: NOT_PROVED, session }
    const known = { ...session, proven }
    this.#keep(known)
    return { who: proven.identity, session: known }
  }

  async #signed(
    known: Session | undefined,
    cnonce: string,
    address: string,
  ): Promise<ServerSignature> {
    const session = known ?? this.begin(address)
    const bytes = Buffer.concat([session.nonce, Buffer.from(cnonce, 'base64')])
    const { algorithm, signature } = await this.#parts.sign(bytes)
    return { session, alg: algorithm, text: base64(signature) }
  }

  async #prove(name: string, proof: Proof, address: string): Promise<Proven | undefined> {
    const claimed = parseIdentity(name)
    return claimed && (await this.#parts.authority.prove(claimed, proof, address))
  }

  /** A session whose key was revoked meanwhile is none. */
  async #sessionOf(id: string): Promise<Session | undefined> {
    const session = this.#sessions.get(id)
    if (session === undefined) return undefined
    const { proven } = session
    if (proven !== undefined && !(await this.#parts.authority.isStill(proven))) {
      this.#sessions.delete(id)
      return undefined
    }
    this.#keep(session)
    return session
  }

  #keep(session: Session): void {
    this.#sessions.put(session.id, session, { source: session.address })
  }
}

/** What a client that knows the server's key can check. */
export function signatureHeader({ session, alg, text }: ServerSignature): string {
  const { id, nonce } = session
  const signed = `serverAlg="${alg}", serverSignature="${text}"`
  return `Handle sessionId="${id}", nonce="${base64(nonce)}", ${signed}`
}

/**
 * A proof as the parameters of a header or a query have it: `type` (a key's, or told by `alg`), `cnonce`, `alg`, `signature`, of
 * PBKDF2 also `salt`, `iterations` and `length` in bits. Undefined where something is missing or asks for too much.
 */
export function proofOf(
  given: ReadonlyMap<string, string>,
  asked: (cnonce: Uint8Array) => Uint8Array,
): Proof | undefined {
  const [alg, signature, cnonce] = ['alg', 'signature', 'cnonce'].map((it) => given.get(it))
  if (alg === undefined || signature === undefined || cnonce === undefined) return undefined
  const bytes = Buffer.from(signature, 'base64')
  const message = asked(Buffer.from(cnonce, 'base64'))
  if (given.get('type')?.toUpperCase() === 'HS_PUBKEY') {
    return { type: 'HS_PUBKEY', asked: message, digest: alg, signature: bytes }
  }
  const form = formOf(given, alg)
  return form && { type: 'HS_SECKEY', asked: message, form, code: bytes }
}

function formOf(given: ReadonlyMap<string, string>, alg: string): SecretForm | undefined {
  const algorithm = ALGORITHMS.get(plain(alg))
  if (algorithm !== 'PBKDF2WithHmacSHA1') return algorithm && { algorithm }
  const [salt = '', iterations, length] = ['salt', 'iterations', 'length'].map((it) =>
    given.get(it),
  )
  const numbers = {
    salt: Buffer.from(salt, 'base64'),
    iterations: Number(iterations ?? ITERATIONS_DEFAULT),
    keyBits: Number(length ?? KEY_BITS_DEFAULT),
  }
  return isBearable(numbers) ? { algorithm, ...numbers } : undefined
}

const ITERATIONS_DEFAULT = 10_000
const KEY_BITS_DEFAULT = 160
const ALGORITHMS = new Map<string, SecretAlgorithm>(SECRET_ALGORITHMS.map((it) => [plain(it), it]))

/** Names of algorithms are written with and without dashes, in any case. */
function plain(name: string): string {
  return name.toUpperCase().replaceAll('-', '')
}

/** `name="value"` pairs, the names folded. */
function parametersOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [, name = '', quoted, bare] of text.matchAll(PAIR)) {
    found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '')
  }
  return found
}

const PAIR = /([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

const STALE: Login = { error: '', isHandleOnly: true, isStale: true }
/** For programs, as deployed servers have them: in English. */
const NOT_PROVED = 'Identity not verified'
const NOT_UNDERSTOOD = 'Credentials not understood'
