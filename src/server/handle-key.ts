import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, link, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Problem } from '../lib/problem.ts'
import type { DataFolder } from './data-folder.ts'

/** RSA, which every client of the Handle protocol can check. */
const MODULUS_BITS = 2_048
const FILE = 'handle.pem'

/** The key by which this server signs for clients of the Handle protocol; made once. */
export async function loadOrCreateHandleKey(folder: DataFolder): Promise<KeyObject> {
  const path = join(folder.keys, FILE)
  const known = readKey(path)
  if (known !== undefined) return known
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS })
  const own = `${path}.${process.pid}`
  await writeFile(own, privateKey.export({ format: 'pem', type: 'pkcs8' }), {
    mode: 0o600,
    flush: true,
  })
  try {
    // of two that make one, the first keeps its name
    await link(own, path)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error
  } finally {
    await rm(own, { force: true })
  }
  await chmod(path, 0o600)
  return readKey(path) ?? privateKey
}

function readKey(path: string): KeyObject | undefined {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    const text = {
      en: `${path} does not hold a private key; restore it, or remove it to have another made`,
      zh: `${path} 中没有私钥；请恢复该文件，或删除以重新生成`,
    }
    throw new Problem('wrong-state', text, { cause })
  }
}
