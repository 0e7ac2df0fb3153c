import { type Static, Type } from 'typebox'
import type {
  Collection,
  Documents,
  DocumentWrite,
  Stored,
} from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import { systemClock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import { PREFIXES, type Prefix } from './prefix.ts'
import { parseHostedPrefix } from './segments.ts'

/** What an operator says of the node once, at setup. */
export const NodeSettingsSchema = Type.Object({
  /** `88.100`: enterprises get theirs below it. */
  nodePrefix: Type.String({ minLength: 1, maxLength: 255 }),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** Code of the region (GB/T 2260). */
  region: Type.Optional(Type.String({ pattern: '^\\d{6}$' })),
  /** Address under which people reach the node, without a slash at the end. */
  publicUrl: Type.Optional(Type.String({ pattern: '^https?://[^/?#\\s]+$', maxLength: 512 })),
})
export type NodeSettings = Static<typeof NodeSettingsSchema>

export const NODE_SETTINGS = {
  name: 'settings',
  schema: NodeSettingsSchema,
  indexes: {},
} as const satisfies Collection

const ID = 'node'

export async function getNodeSettings(
  documents: Documents,
): Promise<Stored<NodeSettings> | undefined> {
  return await documents.get(NODE_SETTINGS, ID)
}

/** The settings of a node that is set up. @throws Problem `wrong-state` */
export async function nodeSettingsOf(documents: Documents): Promise<NodeSettings> {
  const stored = await getNodeSettings(documents)
  if (stored !== undefined) return stored.body
  throw new Problem('wrong-state', {
    en: 'This node is not set up yet: its own prefix is not known',
    zh: '本节点尚未完成初始设置，节点前缀未知',
  })
}

/**
 * The writes that give a new node its settings and its own prefix, for the commit that makes its first operator. Refused
 * by that commit if there are settings already. `at`: milliseconds since 1970. @throws Problem `invalid-input`
 */
export function configureNode(settings: NodeSettings, at = systemClock()): DocumentWrite[] {
  const { spelled, key } = parseHostedPrefix(settings.nodePrefix, '/nodePrefix')
  const own: Prefix = { spelled, state: 'active', hosting: { kind: 'here' }, allottedAt: at }
  return [
    { collection: NODE_SETTINGS, id: ID, expected: 0, put: checked(settings) },
    { collection: PREFIXES, id: key, expected: 0, put: own },
  ]
}

/** Changes the settings; the node's own prefix stays: everything hangs below it. */
export async function putNodeSettings(
  documents: Documents,
  changes: Partial<Omit<NodeSettings, 'nodePrefix'>>,
  { author, expected }: { readonly author: Author; readonly expected?: number },
): Promise<NodeSettings> {
  const stored = await getNodeSettings(documents)
  const settings = checked({ ...(await nodeSettingsOf(documents)), ...changes })
  const version = expected ?? stored?.version ?? 0
  await documents.commit(
    [{ collection: NODE_SETTINGS, id: ID, expected: version, put: settings }],
    { author },
  )
  return settings
}

function checked(settings: NodeSettings): NodeSettings {
  const { spelled } = parseHostedPrefix(settings.nodePrefix, '/nodePrefix')
  return {
    ...settings,
    nodePrefix: spelled,
    ...(settings.publicUrl !== undefined && { publicUrl: settings.publicUrl.replace(/\/+$/, '') }),
  }
}
