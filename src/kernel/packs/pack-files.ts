import type { Dirent } from 'node:fs'
import { access, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Text } from '../../lib/text.ts'
import type { Fault } from './fault.ts'
import { FILE_BYTES_MAX, FILES_MAX, PACK_BYTES_MAX } from './limits.ts'
import { nearestName } from './nearest.ts'

/** A file of a pack as it was found; `text` in UTF-8. */
export type PackFile = { readonly path: string; readonly text: string }

export type PackFiles = {
  /** `region.yaml`; undefined where there is none that can be read. */
  readonly region: PackFile | undefined
  /** By the folder of their kind, in the order of their names. */
  readonly ofKind: ReadonlyMap<string, readonly PackFile[]>
  /** Cases with what is to come of them, by which a room proves the entries; JSON. */
  readonly vectors: readonly PackFile[]
  readonly faults: readonly Fault[]
}

export const REGION_FILE = 'region.yaml'
const VECTORS_FOLDER = 'vectors'
/** Beside the data: what people read. */
const README = /^README(\.[a-z]{2})?\.md$/
const YAML_FILE = /^[A-Za-z0-9][A-Za-z0-9._-]*\.yaml$/
const JSON_FILE = /^[A-Za-z0-9][A-Za-z0-9._-]*\.json$/

/** Codes of the regions in a folder: those of its folders that hold a `region.yaml`. */
export async function regionsIn(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && (await isThere(join(folder, entry.name, REGION_FILE)))) {
      found.push(entry.name)
    }
  }
  return found.sort()
}

/** Everything in a pack's folder, bounded; what does not belong there is a fault. Links are not followed. */
export async function readPackFiles(folder: string, kinds: readonly string[]): Promise<PackFiles> {
  const found = new Found(folder)
  const folders = new Map<string, readonly PackFile[]>()
  const known = [...kinds, VECTORS_FOLDER]
  let region: PackFile | undefined
  const top = await found.list(folder)
  for (const entry of top ?? []) {
    const path = join(folder, entry.name)
    if (entry.isFile() && entry.name === REGION_FILE) region = await found.read(path)
    else if (entry.isDirectory() && known.includes(entry.name)) {
      folders.set(entry.name, await readFolder(path, found))
    } else if (!isReadme(entry)) found.stranger(path, entry, [REGION_FILE, ...known])
  }
  const isMissing = top !== undefined && region === undefined
  if (isMissing && !found.has(join(folder, REGION_FILE))) {
    found.fault(join(folder, REGION_FILE), { en: 'is missing', zh: '缺少此文件' })
  }
  return found.done({ region, ofKind: folders, vectors: folders.get(VECTORS_FOLDER) ?? [] })
}

async function readFolder(folder: string, found: Found): Promise<PackFile[]> {
  const wanted = basename(folder) === VECTORS_FOLDER ? JSON_FILE : YAML_FILE
  const files: PackFile[] = []
  for (const entry of (await found.list(folder)) ?? []) {
    const path = join(folder, entry.name)
    if (entry.isFile() && wanted.test(entry.name)) {
      const file = await found.read(path)
      if (file !== undefined) files.push(file)
    } else if (!isReadme(entry)) found.stranger(path, entry, [])
  }
  return files
}

function isReadme(entry: Dirent): boolean {
  return entry.isFile() && README.test(entry.name)
}

/** What is found on the way, and how much of it there may still be. */
class Found {
  readonly #folder: string
  readonly #faults: Fault[] = []
  #files = 0
  #bytes = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  fault(file: string, reason: Text): void {
    this.#faults.push({ file, line: 1, column: 1, reason })
  }

  has(file: string): boolean {
    return this.#faults.some((it) => it.file === file)
  }

  done(files: Omit<PackFiles, 'faults'>): PackFiles {
    return { ...files, faults: this.#faults }
  }

  async list(folder: string): Promise<Dirent[] | undefined> {
    try {
      const entries = await readdir(folder, { withFileTypes: true })
      return entries
        .filter((it) => !it.name.startsWith('.'))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch (error) {
      if (!isFileError(error)) throw error
      this.fault(folder, { en: 'is no folder that can be read', zh: '不是可读取的目录' })
      return undefined
    }
  }

  stranger(path: string, entry: Dirent, known: readonly string[]): void {
    if (entry.isSymbolicLink()) {
      this.fault(path, {
        en: 'is a link; a pack holds its files itself',
        zh: '是链接；区域包须自带文件',
      })
      return
    }
    const near = nearestName(entry.name, known)
    this.fault(path, {
      en: `does not belong here${near ? `; the nearest name is “${near}”` : '; data stands in NAME.yaml'}`,
      zh: `不应出现在此处${near ? `；最接近的名称是“${near}”` : '；数据应放在“名称.yaml”中'}`,
    })
  }

  /** Undefined where it is over a limit, cannot be read, or is no UTF-8. */
  async read(path: string): Promise<PackFile | undefined> {
    if (++this.#files > FILES_MAX) {
      if (this.#files === FILES_MAX + 1) {
        this.fault(this.#folder, {
          en: `holds more than ${FILES_MAX} files`,
          zh: `文件超过 ${FILES_MAX} 个`,
        })
      }
      return undefined
    }
    const bytes = await this.#bytesOf(path)
    if (bytes === undefined) return undefined
    try {
      return { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.fault(path, { en: 'is not UTF-8', zh: '不是 UTF-8 编码' })
      return undefined
    }
  }

  async #bytesOf(path: string): Promise<Buffer | undefined> {
    try {
      const { size } = await stat(path)
      this.#bytes += size
      if (size > FILE_BYTES_MAX) {
        this.fault(path, {
          en: `is larger than ${FILE_BYTES_MAX} bytes`,
          zh: `超过 ${FILE_BYTES_MAX} 字节`,
        })
      } else if (this.#bytes > PACK_BYTES_MAX) {
        this.fault(path, {
          en: `the pack is larger than ${PACK_BYTES_MAX} bytes`,
          zh: `区域包超过 ${PACK_BYTES_MAX} 字节`,
        })
      } else return await readFile(path)
    } catch (error) {
      if (!isFileError(error)) throw error
      this.fault(path, { en: 'cannot be read', zh: '无法读取' })
    }
    return undefined
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
