import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { documentsContract } from '../../../test/contract/documents.contract.ts'
import { openSqliteDocuments } from './sqlite.ts'

let folder = ''
let files = 0
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waymark-documents-'))
})
after(() => rm(folder, { recursive: true }))

documentsContract('SQLite', (options) =>
  openSqliteDocuments({ ...options, path: join(folder, `${files++}.sqlite`) }),
)
