import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseHandle } from '../../src/identifiers/handle.ts'
import { openLmdbStore } from '../../src/identifiers/store/lmdb.ts'
import type { BatchDraft, RecordStore, RecordWrite } from '../../src/identifiers/store/store.ts'

/*
 * The sample that stands for a format of the store: `node test/support/store-sample.ts spec/store/vN` makes the folder.
 * Once a format is released its sample is never made again, only opened.
 */
const at = Date.UTC(2026, 0, 5, 8)
const AUTHORS = [
  { kind: 'user', id: 'u1' },
  { kind: 'key', id: 'k7' },
  { kind: 'system', id: 'import-undo' },
] as const

function batch(number: number, writes: readonly RecordWrite[]): BatchDraft {
  const author = AUTHORS[number % AUTHORS.length] ?? AUTHORS[0]
  const job = number % 2 === 0 ? { job: `import-${number}` } : {}
  return { author, at: at + number * 60_000, ...job, writes }
}

function write(
  name: string,
  expected: number,
  more: Partial<RecordWrite['next']> = {},
): RecordWrite {
  const { spelled, key } = parseHandle(name)
  const values = [
    { index: 1, type: 'URL', data: `https://id.example.cn/${name}` },
    { index: 2, type: 'NAME', data: `齿轮泵 ${expected + 1}` },
  ]
  return { expected, next: { key, spelled, state: 'registered', held: false, values, ...more } }
}

function run(prefix: string, count: number, expected = 0): RecordWrite[] {
  const serial = (i: number) => String(i).padStart(6, '0')
  const template = { template: 'product@1' }
  return Array.from({ length: count }, (_, i) =>
    write(`${prefix}/Line-${serial(i * 3)}`, expected, template),
  )
}

const RAW = {
  values: [
    { index: 1, type: 'RAW', data: new Uint8Array([0, 1, 254, 255]), permissions: 12, ttl: 0 },
    { index: 7, type: 'X', data: '', timestamp: 99, references: [{ handle: '0.NA/88', index: 3 }] },
    { index: 9, type: 'T', data: 't', ttl: 1_900_000_000, ttlAbsolute: true },
  ],
} as const

const LONG = `88.100.7/${'中'.repeat(679)}`

/** Bulk and single commits, changes, claims, odd names; the last ones stay in the recent area. */
export const SAMPLE: readonly BatchDraft[] = [
  batch(1, run('88.100.7', 170)),
  batch(2, [...run('88.100.8', 40), ...run('10.CN.é', 34)]),
  batch(3, run('88.100.7', 34, 1)),
  batch(4, [write('88.100.7/', 0, RAW), write(LONG, 0), write('88.1/é中\u{1f600}', 0)]),
  batch(5, [
    { ...write('88.100.8/Line-000000', 1, { state: 'retired' }), claims: ['product/serial=1'] },
    { ...write('88.100.8/New', 0, { held: true }), claims: ['product/serial=2', 'a/b'] },
  ]),
  batch(6, [{ ...write('88.100.8/new', 1), releases: ['a/b'] }, write('88.100.7/Line-000003', 2)]),
]

const SCATTERED = ['88.3.1', '88.3.2', '88.3.3', '88.3.4', '88.3.5'].flatMap((it) => run(it, 30))

/** What the sample of each format holds. From 2 on scattered commits stand in runs. */
export const SAMPLES: ReadonlyMap<string, readonly BatchDraft[]> = new Map([
  ['v1', SAMPLE],
  ['v2', [...SAMPLE, batch(7, SCATTERED), batch(8, [write('88.3.2/Line-000012', 1)])]],
])

/** Everything the port answers about the sample, as plain JSON. */
export async function answersOf(store: RecordStore): Promise<unknown> {
  const prefixes = await store.prefixes({ limit: 100 })
  const scanned = await Promise.all(prefixes.map((it) => store.scan(it, { limit: 10_000 })))
  const changes = await store.changes(0, 100)
  const histories = scanned.flatMap((records) => records.filter(({ version }) => version > 1))
  const claims = ['product/serial=1', 'product/serial=2', 'a/b']
  const answers = {
    totals: await store.totals(),
    counts: await Promise.all(prefixes.map(async (it) => [it, await store.counts(it)])),
    records: scanned.flat(),
    changes,
    keys: await Promise.all(changes.map(({ sequence }) => store.batchKeys(sequence))),
    histories: await Promise.all(histories.map(({ key }) => store.history(key))),
    claims: await Promise.all(
      prefixes.flatMap((prefix) =>
        claims.map(async (it) => [prefix, it, (await store.claimant(prefix, it)) ?? null]),
      ),
    ),
  }
  return JSON.parse(JSON.stringify(answers, octetsAsHex))
}

function octetsAsHex(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value
}

const [, program = '', folder = ''] = process.argv
if (program.endsWith('store-sample.ts')) {
  await using store = await openLmdbStore({ path: `${folder}.made` })
  for (const draft of SAMPLES.get(basename(folder)) ?? []) await store.commit(draft)
  await store.copyTo(folder)
  await writeFile(join(folder, 'expected.json'), `${JSON.stringify(await answersOf(store))}\n`)
}
