import { type Static, Type } from 'typebox'
import type { AuditedCollection } from '../access/audit-view.ts'
import type { Collection } from '../documents/documents.ts'

export const FILE_NAME_CHARS_MAX = 200
const Id = Type.String({ minLength: 1, maxLength: 128 })

/** References to contents on the disk. Two enterprises with the same bytes have two of these and one content. */
export const FILES = {
  name: 'files',
  schema: Type.Object({
    /** SHA-256 of the content. */
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    bytes: Type.Integer({ minimum: 0 }),
    mediaType: Type.String({ maxLength: 100 }),
    name: Type.String({ minLength: 1, maxLength: FILE_NAME_CHARS_MAX }),
    enterprise: Id,
    /** `upload`: for values of identifiers. `licence`: part of an application, read only there. */
    kind: Type.Unsafe<'upload' | 'licence'>(Type.Enum(['upload', 'licence'])),
    /** Whether everybody may read it. */
    public: Type.Boolean(),
  }),
  indexes: { digest: 'text', enterprise: 'text', kind: 'text' },
} as const satisfies Collection

export type FileReference = Static<typeof FILES.schema>

/** What an enterprise's files take together; the id is the enterprise's. */
export const FILE_USAGE = {
  name: 'file-usage',
  schema: Type.Object({
    files: Type.Integer({ minimum: 0 }),
    bytes: Type.Integer({ minimum: 0 }),
  }),
  indexes: {},
} as const satisfies Collection

export const FILES_AUDITED: readonly AuditedCollection[] = [
  {
    collection: FILES,
    enterprisesOf: (it: FileReference) => [it.enterprise],
    nameOf: (it: FileReference) => it.name,
  },
  { collection: FILE_USAGE, hidden: true },
]
