import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { answer, api } from '../../api/client.ts'
import type { Me } from '../../api/me.ts'

type Asked = Parameters<typeof startAuthentication>[0]['optionsJSON']
type Made = Parameters<typeof startRegistration>[0]['optionsJSON']

/** In by a passkey: any of this node, or with the ticket of a password one of that person's. */
export async function signInByPasskey(ticket?: string): Promise<Me> {
  const body = ticket === undefined ? {} : { ticket }
  const { options, state } = await answer(api.POST('/api/v1/sign-in/passkey/options', { body }))
  const shown = await startAuthentication({ optionsJSON: options as unknown as Asked })
  const response = shown as unknown as Record<string, unknown>
  return answer(api.POST('/api/v1/sign-in/passkey', { body: { state, response } }))
}

/** Lets the device make a passkey and the node keep it; answers the recovery codes that came with the first. */
export async function makePasskey(wish: {
  readonly password: string
  readonly label: string
}): Promise<readonly string[]> {
  const { password, label } = wish
  const asked = await answer(api.POST('/api/v1/me/passkeys/options', { body: { password } }))
  const made = await startRegistration({ optionsJSON: asked.options as unknown as Made })
  const response = made as unknown as Record<string, unknown>
  const body = { state: asked.state, label, response }
  return (await answer(api.POST('/api/v1/me/passkeys', { body }))).recovery
}
