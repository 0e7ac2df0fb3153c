import { formatIdentity } from '../../identifiers/authority/identity.ts'
import { JSON_TYPE } from './answers.ts'
import type { ApiAnswer } from './api.ts'
import type { HeaderList } from './cors.ts'
import { base64, type Credentials, type Login, type Logins, type Session } from './login.ts'

export const SESSIONS_PATH = '/api/sessions'
export const THIS_SESSION_PATH = `${SESSIONS_PATH}/this`

const HERE: HeaderList = ['location', THIS_SESSION_PATH]

type Asked = {
  readonly method: string
  readonly path: string
  /** Without encryption there are no sessions. */
  readonly isSecret: boolean
  readonly credentials: Credentials
}

/** `/api/sessions` and `/api/sessions/this`: a client signs in once and then names its session. */
export async function answerSessions(logins: Logins, asked: Asked): Promise<ApiAnswer> {
  if (!asked.isSecret) return empty(403)
  const isThis = asked.path === THIS_SESSION_PATH
  if (!isThis && asked.path !== SESSIONS_PATH) return empty(405, ['allow', OFFERED.all])
  const offered = isThis ? OFFERED.one : OFFERED.all
  if (asked.method === 'OPTIONS') return empty(200, ['allow', offered])
  if (!offered.split(', ').includes(asked.method)) return empty(405, ['allow', offered])
  const login = await logins.login(asked.credentials)
  return isThis ? answerThis(logins, asked, login) : opened(logins, asked, login)
}

const OFFERED = { all: 'POST, OPTIONS', one: 'GET, HEAD, PUT, DELETE, OPTIONS' }

/** A session is opened also for who could not sign in: to try again in it. */
function opened(logins: Logins, { credentials }: Asked, login: Login): ApiAnswer {
  const session = login.session ?? login.signed?.session ?? logins.begin(credentials.address)
  return { ...told(201, session, login), headers: ['content-type', JSON_TYPE, ...HERE] }
}

function answerThis(logins: Logins, { method }: Asked, login: Login): ApiAnswer {
  if (login.isStale) return empty(403)
  const { session } = login
  if (method === 'DELETE') {
    if (session === undefined) return empty(400)
    logins.end(session)
    return empty(204)
  }
  if (method === 'PUT') {
    if (session === undefined) return empty(400)
    return told(login.who === undefined ? 401 : 200, session, login)
  }
  return told(login.error === undefined ? 200 : 401, session, login)
}

function told(status: number, session: Session | undefined, login: Login): ApiAnswer {
  const { who, error, signed } = login
  const members = {
    ...(session && { sessionId: session.id, nonce: base64(session.nonce) }),
    ...(signed && { serverAlg: signed.alg, serverSignature: signed.text }),
    ...(who !== undefined && { authenticated: true, id: formatIdentity(who) }),
    ...(who === undefined && status !== 201 && { authenticated: false }),
    ...(error !== undefined && error !== '' && { error }),
  }
  return { status, headers: ['content-type', JSON_TYPE], body: JSON.stringify(members) }
}

function empty(status: number, headers: HeaderList = []): ApiAnswer {
  return { status, headers, body: '' }
}
