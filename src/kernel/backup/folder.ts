import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../../lib/problem.ts'
import type { ArchiveManifest, ArchivePart } from './manifest.ts'
import { readArchive } from './read-archive.ts'
import { fullOr, syncFolder } from './write-archive.ts'

/** A file as a part of an archive; it must not change while it is archived. */
export async function filePart(name: string, path: string): Promise<ArchivePart> {
  const { size } = await stat(path)
  // What grew since is left out: an append-only file is taken as it was at this moment.
  const content = () => (size === 0 ? empty() : createReadStream(path, { end: size - 1 }))
  return { name, sizeBytes: size, content }
}

async function* empty(): AsyncGenerator<Uint8Array> {}

/**
 * Every file below a folder, named `PREFIX/…`, in the order of their names; `isPart` is asked by the path in the folder. A
 * folder that is not there has none.
 */
export async function* folderParts(
  prefix: string,
  folder: string,
  isPart: (path: string) => boolean = () => true,
): AsyncGenerator<ArchivePart> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    absentIsEmpty,
  )
  const files = entries.filter((it) => it.isFile())
  const paths = files.map((it) => relative(folder, join(it.parentPath, it.name)))
  for (const path of paths.toSorted()) {
    if (isPart(path))
      yield await filePart([prefix, ...path.split(sep)].join('/'), join(folder, path))
  }
}

function absentIsEmpty(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}

/**
 * Unpacks an archive into a new folder. The folder appears when everything in it has been checked and is on the disk; on
 * any failure there is none. Throws as `readArchive`, `already-exists` and `storage-full`.
 */
export async function unpackArchive(
  path: string,
  folder: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<ArchiveManifest> {
  const partial = `${folder}.${randomUUID()}.partial`
  await mkdir(partial, { mode: 0o700 })
  try {
    const folders = new Set([partial])
    const manifest = await readArchive(
      path,
      async ({ name, content }) => {
        const target = join(partial, ...name.split('/'))
        await mkdir(dirname(target), { recursive: true, mode: 0o700 })
        for (let it = dirname(target); it !== partial; it = dirname(it)) folders.add(it)
        const file = await open(target, 'wx', 0o600)
        await pipeline(
          Readable.from(content(), { objectMode: false }),
          file.createWriteStream({ flush: true }),
        )
      },
      options,
    )
    for (const it of folders) await syncFolder(it)
    await renameToNew(partial, folder)
    await syncFolder(dirname(folder))
    return manifest
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw fullOr(error)
  }
}

/** Renaming over an empty folder is allowed, over anything else is not (rename(2)). */
async function renameToNew(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error
    throw new Problem('already-exists', {
      en: `${to} is there already and not empty`,
      zh: `${to} 已存在且不为空`,
    })
  }
}
