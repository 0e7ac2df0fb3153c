import { after, before, test } from 'node:test'
import { documentsContract } from '../../../test/contract/documents.contract.ts'
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
}
