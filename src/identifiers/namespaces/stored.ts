import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { prefixRecordName } from '../authority/prefix-values.ts'
import {
  inIndexOrder,
  type PrefixWritingParts,
  rewritePrefixRecord,
} from '../authority/prefix-writing.ts'
import { foldAscii, type HandleKey, type PrefixKey } from '../handle.ts'
import type { HandleValue } from '../record.ts'
import { isSameValue } from '../registration/values.ts'
import type { RecordStore } from '../store/store.ts'
import { NAMESPACE_TYPE, parseNamespace } from './namespace.ts'

/** Where the namespace of a prefix stands when nobody has put it elsewhere. */
const INDEX_MIN = 10
const INDEX_MAX = 99

export type StoredNamespaceParts = PrefixWritingParts & {
  readonly store: Pick<RecordStore, 'get'>
}

/** What is wrong with the namespaces of a prefix's record that were not there before. @throws Problem `invalid-input` */
export function checkNamespaces(
  values: readonly HandleValue[],
  before: readonly HandleValue[],
): void {
  for (const value of values) {
    if (!isNamespace(value) || before.some((it) => isSameValue(it, value))) continue
    if (typeof value.data !== 'string') {
      throw new Problem('invalid-input', NO_TEXT, { fields: [{ path: '/xml', reason: NO_TEXT }] })
    }
    parseNamespace(value.data)
  }
}

/** The text of the namespace of a prefix; undefined where it has none of its own. */
export async function storedNamespace(
  { store }: Pick<StoredNamespaceParts, 'store'>,
  prefix: PrefixKey,
): Promise<string | undefined> {
  const record = await store.get(prefixRecordName(prefix) as HandleKey)
  const data = record?.state === 'registered' ? record.values.find(isNamespace)?.data : undefined
  return typeof data === 'string' ? data : undefined
}

export type NamespaceWish = {
  readonly xml: string
  /** What it is to take the place of, null for none; undefined: whatever there is. */
  readonly was?: string | null | undefined
  readonly author: Author
}

/**
 * Puts a namespace in the place of the one there is. @throws Problem `invalid-input` with line and element, `stale-version`
 * where there is another than `was` by now
 */
export async function writeNamespace(
  parts: StoredNamespaceParts,
  prefix: PrefixKey,
  { xml, was, author }: NamespaceWish,
): Promise<void> {
  parseNamespace(xml)
  await rewritePrefixRecord(parts, prefix, author, (values) => {
    if (was !== undefined && (values.find(isNamespace)?.data ?? null) !== was) throw changed()
    const others = values.filter((it) => !isNamespace(it))
    const index = values.find(isNamespace)?.index ?? freeIndex(others)
    const value = { index, type: NAMESPACE_TYPE, data: xml }
    return inIndexOrder([...others, value])
  })
}

function changed(): Problem {
  return new Problem('stale-version', {
    en: 'Somebody else changed the namespace meanwhile; read it again',
    zh: '命名空间已被他人修改，请重新读取',
  })
}

/** @throws Problem `not-found` where there is none */
export async function removeNamespace(
  parts: StoredNamespaceParts,
  prefix: PrefixKey,
  author: Author,
): Promise<void> {
  await rewritePrefixRecord(parts, prefix, author, (values) => {
    const others = values.filter((it) => !isNamespace(it))
    if (others.length === values.length) throw noNamespace()
    return others
  })
}

export function noNamespace(): Problem {
  return new Problem('not-found', {
    en: 'The prefix has no namespace of its own',
    zh: '该前缀没有自己的命名空间',
  })
}

function freeIndex(values: readonly HandleValue[]): number {
  const taken = new Set(values.map((it) => it.index))
  for (let index = INDEX_MIN; index <= INDEX_MAX; index++) if (!taken.has(index)) return index
  throw new Problem('too-large', FULL)
}

function isNamespace({ type }: HandleValue): boolean {
  return foldAscii(type) === NAMESPACE_TYPE
}

const NO_TEXT: Text = { en: 'HS_NAMESPACE is XML text', zh: 'HS_NAMESPACE 应为 XML 文本' }
const FULL: Text = {
  en: `The record of the prefix has no free index from ${INDEX_MIN} to ${INDEX_MAX}`,
  zh: `前缀记录在索引 ${INDEX_MIN} 至 ${INDEX_MAX} 之间已无空位`,
}
