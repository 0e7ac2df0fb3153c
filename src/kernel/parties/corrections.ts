import { commitDecided } from '../access/access.ts'
import { authorOf } from '../access/caller.ts'
import type { Caller } from '../access/permissions.ts'
import type { PartiesDeps } from './deps.ts'
import {
  type Case,
  type Enterprise,
  readEnterprise,
  staleEnterprise,
  withCase,
} from './enterprise.ts'
import { keepLicence } from './licence.ts'
import { changedMembers, revised } from './revision.ts'
import { type EntryWish, entryOf } from './wish.ts'

export type Correction = {
  readonly entry: EntryWish
  readonly licence?: Buffer
  readonly note?: string
  /** The version it was read at. */
  readonly version: number
}

/** Corrects and resubmits. The caller was found entitled. @throws Problem `stale-version`, `wrong-state` */
export async function correct(
  deps: PartiesDeps,
  caller: Caller,
  id: string,
  { entry: wish, licence, note, version }: Correction,
): Promise<void> {
  const { documents, clock } = deps.access
  const author = authorOf(caller)
  const commit = async (
    fileId: string | undefined,
    fileWrites: () => Promise<Parameters<typeof documents.commit>[0]>,
  ): Promise<void> =>
    await commitDecided(documents, author, async () => {
      const stored = await readEnterprise(documents, id)
      if (stored.version !== version) throw staleEnterprise()
      const before = stored.body.pending ?? stored.body.entry
      const after = entryOf(wish, fileId ?? before.licence)
      const changed = changedMembers(before, after)
      if (changed.length === 0 && stored.body.state !== 'returned') {
        return { writes: [], answer: undefined }
      }
      const now = clock()
      const body = revised(stored.body, after, { now, resubmits: true })
      const told = { kind: kindOf(stored.body, body), at: now, author, note, changed }
      const writes = withCase(stored, body, told)
      return { writes: [...writes, ...(await fileWrites())], answer: undefined }
    })
  if (licence === undefined) return await commit(undefined, async () => [])
  await keepLicence(deps.files, { bytes: licence, enterprise: id }, (file) =>
    commit(file.id, file.writes),
  )
}

function kindOf({ state }: Enterprise, after: Enterprise): Case['kind'] {
  if (state === 'applied' || state === 'returned') return 'corrected'
  return after.waiting === 'change' ? 'change-requested' : 'changed'
}
