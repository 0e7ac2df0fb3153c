import { request } from 'node:http'
import { SECRET } from './handle-world.ts'

export type HandleJson = {
  readonly status: number
  readonly responseCode?: number
  readonly handle?: string
  readonly message?: string
  readonly prefixes?: readonly string[]
  readonly values?: readonly {
    readonly index: number
    readonly type: string
    readonly timestamp?: string
    readonly data: { readonly value: string }
  }[]
}

export type HandleJsonWish = {
  readonly method?: string | undefined
  /** An identity whose key is the secret of the world; it comes as if encrypted. */
  readonly as?: string | undefined
  readonly body?: unknown
}

/** Asks the JSON API of a world; an answer without a body has its status alone. */
export async function askHandleJson(
  port: number,
  path: string,
  { method = 'GET', as, body }: HandleJsonWish = {},
): Promise<HandleJson> {
  const sentBody = body === undefined ? undefined : JSON.stringify(body)
  const user = as?.replace(':', '%3A')
  const credentials = Buffer.from(`${user}:${SECRET}`).toString('base64')
  const headers = {
    'accept-language': 'en',
    'x-forwarded-proto': 'https',
    ...(as !== undefined && { authorization: `Basic ${credentials}` }),
    ...(sentBody !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(sentBody),
    }),
  }
  return await new Promise((resolve, reject) => {
    const sent = request({ port, path, method, headers }, (answer) => {
      let text = ''
      answer.on('data', (piece) => {
        text += piece
      })
      answer.on('end', () => {
        const told = text === '' ? {} : (JSON.parse(text) as object)
        resolve({ status: answer.statusCode ?? 0, ...told })
      })
    })
    sent.on('error', reject)
    sent.end(sentBody)
  })
}
