import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataFolder } from './data-folder.ts'

const FILE = 'handle-site.json'
/** The next one would say that the serial is not known. */
const SERIAL_MAX = 0xfffe

export type SiteSerial = {
  /** In every answer of the Handle protocol, by which clients see that they have to read the site record anew. */
  readonly serial: number
  /** Once it would be known after a crash. */
  readonly saved: Promise<void>
}

/**
 * The serial of this server's site record: one more than before where its addresses, its ports or its key are other ones.
 *
 * @param place addresses and ports, as a text that changes with them
 */
export async function openSiteSerial(
  folder: Pick<DataFolder, 'keys'>,
  key: Promise<KeyObject>,
  place: string,
): Promise<SiteSerial> {
  const path = join(folder.keys, FILE)
  const known = readKnown(path)
  // At the first start the key is still being made, and nobody can have another record.
  if (known === undefined) {
    const saved = key.then((it) => write(path, { serial: 1, digest: digestOf(it, place) }))
    return { serial: 1, saved }
  }
  const digest = digestOf(await key, place)
  if (digest === known.digest) return { serial: known.serial, saved: Promise.resolve() }
  const serial = known.serial >= SERIAL_MAX ? 1 : known.serial + 1
  await write(path, { serial, digest })
  return { serial, saved: Promise.resolve() }
}

type Known = { readonly serial: number; readonly digest: string }

/** What cannot be read is as if it were not there: a serial too many costs clients one question. */
function readKnown(path: string): Known | undefined {
  try {
    const known = JSON.parse(readFileSync(path, 'utf8')) as Partial<Known>
    const { serial = 0, digest = '' } = known
    return Number.isInteger(serial) && serial >= 1 && serial <= SERIAL_MAX
      ? { serial, digest: String(digest) }
      : undefined
  } catch {
    return undefined
  }
}

function digestOf(key: KeyObject, place: string): string {
  const open = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return createHash('sha256').update(open).update(place).digest('hex')
}

async function write(path: string, known: Known): Promise<void> {
  const own = `${path}.${process.pid}`
  await writeFile(own, `${JSON.stringify(known)}\n`, { mode: 0o600, flush: true })
  await rename(own, path)
}
