import { after, before, test } from 'node:test'
import { documentsContract } from '../../../test/contract/documents.contract.ts'
import { documentsReopenedContract } from '../../../test/contract/documents-reopened.contract.ts'
import { openPostgresDatabase, postgresSkip } from '../../../test/support/postgres.ts'
import { openPostgresDocuments } from './postgres.ts'

const skip = await postgresSkip()
if (skip) test('PostgreSQL: documents', { skip })
else {
  let database: Awaited<ReturnType<typeof openPostgresDatabase>>
  let schemas = 0
  before(async () => {
    database = await openPostgresDatabase()
  })
  after(() => database[Symbol.asyncDispose]())

  documentsContract('PostgreSQL', (options) =>
    openPostgresDocuments({ ...options, url: database.url, schema: `s${schemas++}` }),
  )
  documentsReopenedContract('PostgreSQL', (place) =>
    openPostgresDocuments({ clock: () => 7, url: database.url, schema: `at_${place}` }),
  )
}
