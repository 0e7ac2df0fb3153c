import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { call, must, signIn } from '../../test/support/api-client.ts'
import { NODE_PREFIX, OPERATOR } from './furnish.ts'
import type { Imported } from './imported.ts'
import { startNodeProcess, untilIdle } from './node.ts'
import { upload } from './upload.ts'

export const SPARE_TEMPLATE = 'spare'
const SPARES_A_PREFIX = 4

/** Some identifiers of each prefix that are of another template; a quarter of them is held, a quarter retired. */
export async function addSpares({ dataFolder, key, batches }: Imported): Promise<void> {
  const prefixes = [...new Set(batches.map((it) => it.prefix))]
  const names = prefixes.flatMap((prefix) =>
    Array.from(
      { length: SPARES_A_PREFIX },
      (_, i) => `${prefix}/SPARE-${String(i).padStart(4, '0')}`,
    ),
  )
  const file = join(dataFolder, '..', 'spares.csv')
  await writeFile(
    file,
    ['identifier,name', ...names.map((it) => `${it},spare part 备件`)].join('\n'),
  )
  await using node = await startNodeProcess({ dataFolder })
  // a key may not hold
  const headers = await signIn(node.url, OPERATOR.name, OPERATOR.password)
  const post = (path: string, body?: unknown) =>
    must(call(node.url, 'POST', path, { headers, body }))
  await post('/api/v1/templates', {
    prefix: NODE_PREFIX,
    name: SPARE_TEMPLATE,
    label: { en: 'Spare part', zh: '备件' },
    fields: [
      {
        name: 'name',
        type: 'text',
        label: { en: 'Name', zh: '名称' },
        index: 1,
        handleType: 'NAME',
        required: false,
        unique: false,
        public: true,
      },
    ],
  })
  await post(`/api/v1/templates/${NODE_PREFIX}/${SPARE_TEMPLATE}/1/publish`)
  await upload(node, { file, format: 'csv', key, template: SPARE_TEMPLATE })
  for (const [i, handle] of names.entries()) {
    if (i % SPARES_A_PREFIX === 0)
      await post('/api/v1/identifiers/hold', { handle, reason: 'bench' })
    if (i % SPARES_A_PREFIX === 1) await post('/api/v1/identifiers/retire', { handle })
  }
  await untilIdle(node)
}
