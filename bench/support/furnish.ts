import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { callNode } from '../../src/cli/api.ts'
import { setupCommand } from '../../src/cli/setup.ts'
import { FIELD_NAMES, type FieldName, type LineBatch } from '../data-sets.ts'
import type { NodeProcess } from './node.ts'

export const NODE_PREFIX = '88.100'
export const TEMPLATE_NAME = 'product'
/** Of the nodes that benches make. */
export const OPERATOR = { name: 'bench', password: 'a password for an hour 7391' } as const

const FIELD_TYPES: Partial<Record<FieldName, string>> = {
  url: 'url',
  time: 'date',
  weight: 'number',
}

/** Operator, prefixes of the data set and its template, over the public API; answers an API key. */
export async function furnish(node: NodeProcess, batches: readonly LineBatch[]): Promise<string> {
  const key = await setUp(node)
  const env = { WAYMARK_URL: node.url, WAYMARK_API_KEY: key }
  const post = (path: string, body?: unknown) => callNode({ env }, { method: 'POST', path, body })
  for (const prefix of new Set(batches.map((it) => it.prefix))) {
    await post('/api/v1/prefixes', { prefix })
  }
  await post('/api/v1/templates', {
    prefix: NODE_PREFIX,
    name: TEMPLATE_NAME,
    label: { en: 'Product', zh: '产品' },
    fields: FIELD_NAMES.map((name, i) => ({
      name,
      type: FIELD_TYPES[name] ?? 'text',
      label: { en: name, zh: name },
      index: i + 1,
      handleType: name.toUpperCase(),
      required: false,
      unique: false,
      public: true,
    })),
  })
  await post(`/api/v1/templates/${NODE_PREFIX}/${TEMPLATE_NAME}/1/publish`)
  return key
}

async function setUp({ url, setupCode }: NodeProcess): Promise<string> {
  if (setupCode === undefined) throw new Error('the node has an operator already')
  const stdout = new PassThrough()
  // A code may begin with a hyphen.
  const args = [
    `--code=${setupCode}`,
    '--name',
    OPERATOR.name,
    '--node',
    NODE_PREFIX,
    '--password-stdin',
  ]
  const code = await setupCommand([...args, '--json'], {
    stdout,
    stderr: process.stderr,
    stdin: Readable.from([OPERATOR.password]),
    env: { WAYMARK_URL: url },
    isTty: false,
  })
  stdout.end()
  const told = await text(stdout)
  if (code !== 0) throw new Error(`setup failed: ${told}`)
  return (JSON.parse(told) as { key: string }).key
}
