import { Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { NodeSettingsSchema, nodeSettingsOf, putNodeSettings } from './node-settings.ts'

const tags = ['node']

/** What this node is, for everybody; changed by those who configure it. */
export function nodeRoutes(app: App, { documents }: { readonly documents: Documents }): void {
  const response = { 200: NodeSettingsSchema }
  const read = { tags, operationId: 'readNode', summary: 'What this node is', response }
  app.get('/api/v1/node', { schema: read }, async () => await nodeSettingsOf(documents))
  const { name, region, publicUrl } = NodeSettingsSchema.properties
  const change = {
    tags,
    operationId: 'changeNode',
    summary: 'Change the node’s name, region or public address; its prefix stays',
    body: Type.Object({ name, region, publicUrl }, { additionalProperties: false }),
    response,
  }
  app.patch('/api/v1/node', { schema: change }, async ({ caller, body }) => {
    authorise(caller, 'node.configure')
    return await putNodeSettings(documents, body, { author: authorOf(caller) })
  })
}
