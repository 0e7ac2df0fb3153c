import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Stored } from '../documents/documents.ts'
import type { Access } from './access.ts'
import type { User } from './collections.ts'

const NUMBER_BYTES = 12
export const DEVICE_DAYS_MAX = 400

/**
 * What a browser keeps to show that it once signed in as somebody: its number, the person, which of their passwords it
 * was, and our signature. It opens nothing; it only keeps other people's failures away from its owner.
 */
export async function deviceToken(
  access: Access,
  user: { readonly id: string; readonly body: User },
  number: string = randomBytes(NUMBER_BYTES).toString('hex'),
): Promise<string> {
  const stated = `${number}.${user.id}.${user.body.passwordEpoch}`
  return `${stated}.${(await sign(access, stated)).toString('base64url')}`
}

/** The device's number when it signed in as this person with the password they have now. */
export async function knownDevice(
  access: Access,
  token: string | undefined,
  user: Stored<User> | undefined,
): Promise<string | undefined> {
  const [number = '', id, epoch, signature = ''] = (token ?? '').split('.')
  const expected = await sign(access, `${number}.${id}.${epoch}`)
  const given = Buffer.from(signature, 'base64url')
  const signed = given.length === expected.length && timingSafeEqual(given, expected)
  const same = user !== undefined && id === user.id && Number(epoch) === user.body.passwordEpoch
  return signed && same ? number : undefined
}

async function sign(access: Access, stated: string): Promise<Buffer> {
  return createHmac('sha256', await access.deviceSecret())
    .update(stated)
    .digest()
}
