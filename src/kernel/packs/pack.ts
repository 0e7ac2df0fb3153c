import { basename, join, resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Text } from '../../lib/text.ts'
import { type EntriesRead, readEntries, readOne } from './entries.ts'
import { type Fault, sortedFaults } from './fault.ts'
import type { InnerId, Names, PackEntry, PackKind } from './kind.ts'
import { FAULTS_MAX, REGION_LEVELS_MAX } from './limits.ts'
import { unknownName } from './nearest.ts'
import { type PackFile, readPackFiles, regionsIn } from './pack-files.ts'
import { type Region, RegionSchema } from './region.ts'

/** A region's data as it was read; entries that have faults are left out. */
export type Pack = {
  readonly folder: string
  readonly region: Region
  readonly parent: Pack | undefined
  /** Its own files of `vectors/`, as they are written; a room judges them. */
  readonly vectors: readonly PackFile[]
  /** Its own entries of a kind, by the kind's folder, in the order of files. */
  own(folder: string): readonly PackEntry[]
  /** The entry with this id: its own, or that of the nearest region above. */
  find(folder: string, id: string): PackEntry | undefined
  /** Every id of a kind that holds here: its own and those of the regions above. */
  ids(folder: string): ReadonlySet<string>
}

export type PackRead = {
  /** Undefined where even `region.yaml` cannot be used. */
  readonly pack: Pack | undefined
  /** At most 500, by file and line. */
  readonly faults: readonly Fault[]
}

/**
 * Reads a region's folder and, beside it, those of the regions above (`parent` names a folder of the same parent folder).
 * Faults of the regions above are told as well. Nothing in the data is executed; every size is bounded (`limits.ts`). Other work of
 * the thread goes on between two files.
 */
export async function readPack(
  folder: string,
  kinds: readonly PackKind[],
  known: KnownPacks = new Map(),
): Promise<PackRead> {
  const { pack, faults } = await readLevel({ folder, kinds, known, below: [] })
  const sorted = sortedFaults(faults)
  const last = sorted[FAULTS_MAX - 1]
  if (sorted.length <= FAULTS_MAX || last === undefined) return { pack, faults: sorted }
  const more = sorted.length - FAULTS_MAX + 1
  const reason = { en: `and ${more} more faults`, zh: `另有 ${more} 处错误` }
  return { pack, faults: [...sorted.slice(0, FAULTS_MAX - 1), { ...last, reason }] }
}

type Level = { readonly pack: Pack | undefined; readonly faults: readonly Fault[] }

/** Packs without faults that were read already, by their folder: regions above that several have in common are read once. */
export type KnownPacks = Map<string, Level>

type Reading = {
  readonly folder: string
  readonly kinds: readonly PackKind[]
  readonly known: KnownPacks
  /** Names of the regions that this one stands above. */
  readonly below: readonly string[]
}

async function readLevel(reading: Reading): Promise<Level> {
  const key = resolve(reading.folder)
  const known = reading.known.get(key)
  if (known !== undefined) return known
  const level = await readAnew(reading)
  if (level.faults.length === 0) reading.known.set(key, level)
  return level
}

async function readAnew(reading: Reading): Promise<Level> {
  const { folder, kinds } = reading
  const files = await readPackFiles(
    folder,
    kinds.map((it) => it.folder),
  )
  const faults: Fault[] = [...files.faults]
  const read = new Map<string, EntriesRead>()
  for (const kind of kinds) {
    const parts: EntriesRead[] = []
    for (const file of files.ofKind.get(kind.folder) ?? []) {
      parts.push(readEntries(file, kind))
      await turn()
    }
    faults.push(...parts.flatMap((it) => it.faults))
    const leftOut = parts.flatMap((it) => it.leftOut)
    read.set(kind.folder, { entries: parts.flatMap((it) => it.entries), faults: [], leftOut })
  }
  if (files.region === undefined) return { pack: undefined, faults }
  const above = await readRegionFile(files.region, reading)
  faults.push(...above.faults)
  if (above.region === undefined) return { pack: undefined, faults }
  const { region, parent } = above
  const pack = packOf({ folder, region, parent, vectors: files.vectors, read })
  faults.push(...repeated(pack, kinds))
  // without the region above, every name of it would seem unknown
  const isWhole = region.parent === undefined || parent !== undefined
  if (isWhole) faults.push(...checked(pack, kinds, read))
  return { pack, faults }
}

type RegionRead = {
  readonly region: Region | undefined
  readonly parent: Pack | undefined
  readonly faults: readonly Fault[]
}

async function readRegionFile(file: PackFile, of: Reading): Promise<RegionRead> {
  const { value: region, faults, at } = readOne(file, RegionSchema)
  if (region === undefined) return { region, parent: undefined, faults }
  const fault = (pointer: string, reason: Text): Fault => ({
    file: file.path,
    ...at(pointer),
    reason,
  })
  const name = basename(resolve(of.folder))
  if (region.code !== name) {
    faults.push(
      fault('/code', {
        en: `the code must be the folder’s name, “${name}”`,
        zh: `代码必须与目录名“${name}”一致`,
      }),
    )
  }
  if (region.parent === undefined) return { region, parent: undefined, faults }
  const below = [...of.below, name]
  const refusal = await refusedParent(of.folder, region.parent, below)
  if (refusal !== undefined) {
    return { region, parent: undefined, faults: [...faults, fault('/parent', refusal)] }
  }
  const folder = join(of.folder, '..', region.parent)
  const level = await readLevel({ ...of, folder, below })
  return { region, parent: level.pack, faults: [...faults, ...level.faults] }
}

async function refusedParent(
  folder: string,
  parent: string,
  below: readonly string[],
): Promise<Text | undefined> {
  if (below.includes(parent)) {
    return { en: `“${parent}” cannot stand above itself`, zh: `“${parent}”不能是自身的上级` }
  }
  if (below.length >= REGION_LEVELS_MAX) {
    return {
      en: `regions stand at most ${REGION_LEVELS_MAX} above each other`,
      zh: `区域最多 ${REGION_LEVELS_MAX} 级`,
    }
  }
  const known = await regionsIn(join(folder, '..'))
  if (known.includes(parent)) return undefined
  return unknownName(
    parent,
    known.filter((it) => !below.includes(it)),
    { en: 'region beside this one', zh: '同级目录区域' },
  )
}

function packOf({
  read,
  ...of
}: Pick<Pack, 'folder' | 'region' | 'parent' | 'vectors'> & {
  readonly read: ReadonlyMap<string, EntriesRead>
}): Pack {
  const { parent } = of
  const byId = new Map(
    [...read].map(([name, { entries }]) => [name, new Map(entries.map((it) => [it.id, it]))]),
  )
  return {
    ...of,
    own: (name) => read.get(name)?.entries ?? [],
    find: (name, id) => byId.get(name)?.get(id) ?? parent?.find(name, id),
    ids: (name) => new Set([...(byId.get(name)?.keys() ?? []), ...(parent?.ids(name) ?? [])]),
  }
}

/** An id names one thing, whatever its kind. */
function repeated(pack: Pack, kinds: readonly PackKind[]): Fault[] {
  const faults: Fault[] = []
  const seen = new Map<string, PackEntry>()
  const given = kinds.flatMap((kind) =>
    pack
      .own(kind.folder)
      .flatMap((entry) => idsOf(entry, kind).map((it) => ({ kind, entry, ...it }))),
  )
  for (const { kind, entry, id, pointer } of given) {
    const above = kind.mayOverride ? undefined : pack.parent?.find(kind.folder, id)
    const first = seen.get(id) ?? above
    const isVersion = kind.hasVersions === true && pack.own(kind.folder).some((it) => it === first)
    if (first === undefined) seen.set(id, entry)
    else if (!isVersion) faults.push(repeat(entry, { id, pointer }, first))
  }
  return faults
}

function idsOf(entry: PackEntry, kind: PackKind): InnerId[] {
  return [{ id: entry.id, pointer: '/id' }, ...(kind.innerIds?.(entry.value as never) ?? [])]
}

function repeat(entry: PackEntry, { id, pointer }: InnerId, first: PackEntry): Fault {
  const { line } = first.at('/id')
  return {
    file: entry.file,
    ...entry.at(pointer),
    reason: {
      en: `“${id}” is already the id of an entry in ${first.file}:${line}`,
      zh: `“${id}”已是 ${first.file}:${line} 中条目的编号`,
    },
  }
}

function entriesOf(pack: Pack, folder: string): PackEntry[] {
  const above = pack.parent === undefined ? [] : entriesOf(pack.parent, folder)
  return [...above, ...pack.own(folder)]
}

function checked(
  pack: Pack,
  kinds: readonly PackKind[],
  read: ReadonlyMap<string, EntriesRead>,
): Fault[] {
  const known = new Set(kinds.map((it) => it.folder))
  const names: Names = {
    of: (folder) => new Set([...pack.ids(folder), ...(read.get(folder)?.leftOut ?? [])]),
    knows: (folder) => known.has(folder),
    entries: (folder) => entriesOf(pack, folder),
  }
  return kinds.flatMap((kind) =>
    (kind.check?.(pack.own(kind.folder) as never, names) ?? []).map(
      ({ entry, pointer, reason }) => ({
        file: entry.file,
        ...entry.at(pointer),
        reason,
      }),
    ),
  )
}
