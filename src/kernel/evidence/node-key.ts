import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '../../lib/problem.ts'

const KEY_FILE_BYTES_MAX = 4096
const OWNER_ONLY = 0o600

/**
 * The Ed25519 key a node signs with, from a PKCS #8 PEM file readable by its owner alone; made at the first start. Of two
 * processes that make it at once, one wins and both get its key. Throws `wrong-state` for a file that is no such key, or
 * that others may read and whose rights cannot be corrected.
 */
export async function loadOrCreateNodeKey(path: string): Promise<KeyObject> {
  return (await loadNodeKey(path)) ?? (await createNodeKey(path))
}

/** The key in a file; undefined where there is no file. Throws as `loadOrCreateNodeKey`. */
export async function loadNodeKey(path: string): Promise<KeyObject | undefined> {
  const pem = await readKeyFile(path)
  return pem === undefined ? undefined : parseKey(pem, path)
}

async function createNodeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' })
  if (await makeKeyFile(path, pem.toString())) return privateKey
  const winner = await loadNodeKey(path)
  if (winner === undefined) throw notAKey(path)
  return winner
}

/**
 * What stands in a key file, readable by its owner alone from now on at the latest: nothing where it is longer than any key,
 * undefined where there is no file. Throws `wrong-state` where others may read it and that cannot be corrected.
 */
export async function readKeyFile(path: string): Promise<string | undefined> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
  try {
    const { size, mode } = await file.stat()
    if (size > KEY_FILE_BYTES_MAX) return ''
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) await tighten(file, path)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** Makes a key file that survives a power cut. False: somebody else made it first, and it stands. */
export async function makeKeyFile(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  const file = await open(temporary, 'wx', OWNER_ONLY)
  try {
    await file.writeFile(content)
    await file.sync()
    // A hard link never replaces: the first to make the file wins.
    await link(temporary, path)
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    return false
  } finally {
    await file.close()
    await rm(temporary, { force: true })
  }
}

/** Puts a key in the place of another, which is gone then. */
export async function replaceNodeKey(path: string, by: string): Promise<void> {
  await rename(by, path)
  await syncFolder(dirname(path))
}

/** Makes a rename or a new name in a folder survive a power cut. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  await using folder = await open(path, 'r')
  await folder.sync()
}

async function tighten(file: FileHandle, path: string): Promise<void> {
  try {
    await file.chmod(OWNER_ONLY)
  } catch (cause) {
    throw new Problem(
      'wrong-state',
      {
        en: `Others may read the node’s key ${path}; make it readable by its owner alone (chmod 600)`,
        zh: `节点密钥文件 ${path} 可被他人读取，请设为仅所有者可读（chmod 600）`,
      },
      { cause },
    )
  }
}

function parseKey(pem: string, path: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
    createPublicKey(key)
  } catch (cause) {
    throw notAKey(path, cause)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw notAKey(path)
  return key
}

function notAKey(path: string, cause?: unknown): Problem {
  return new Problem(
    'wrong-state',
    {
      en: `${path} is not an Ed25519 private key in PEM (PKCS #8)`,
      zh: `${path} 不是 PEM 格式（PKCS #8）的 Ed25519 私钥`,
    },
    { cause },
  )
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
