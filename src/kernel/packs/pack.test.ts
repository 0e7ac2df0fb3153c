import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Type } from 'typebox'
import { packFolder } from '../../../test/support/pack-folder.ts'
import { formatFault } from './fault.ts'
import { dangling, EntryId, PackLine, packKind } from './kind.ts'
import { FAULTS_MAX, FILE_BYTES_MAX, FILES_MAX, REGION_LEVELS_MAX } from './limits.ts'
import { nearestName } from './nearest.ts'
import { readPack } from './pack.ts'
import { readRegion, regionsFolder } from './regions.ts'

const Plant = Type.Object(
  {
    id: EntryId,
    name: PackLine,
    near: Type.Optional(EntryId),
    height: Type.Optional(Type.Integer()),
  },
  { additionalProperties: false },
)
const plants = packKind<typeof Plant>({
  folder: 'plants',
  word: { en: 'plant', zh: '植物' },
  schema: Plant,
  check: (entries, names) =>
    entries.flatMap((entry) =>
      entry.value.near === undefined
        ? []
        : dangling(entry, {
            pointer: '/near',
            id: entry.value.near,
            among: names.of('plants'),
            word: { en: 'plant', zh: '植物' },
          }),
    ),
})
const Stone = Type.Object(
  { id: EntryId, parts: Type.Array(EntryId) },
  { additionalProperties: false },
)
const stones = packKind<typeof Stone>({
  folder: 'stones',
  word: { en: 'stone', zh: '石头' },
  schema: Stone,
  mayOverride: true,
  innerIds: ({ parts }) => parts.map((id, index) => ({ id, pointer: `/parts/${index}` })),
})
const KINDS = [plants, stones]

const region = (code: string, more = '') =>
  `code: ${code}\nname: {zh: 此地, en: Here}\nedition: 1\n${more}`
const rose = 'id: rose\nname:\n  zh: 玫瑰\n  en: Rose\n'

test('a pack is read: one entry a file or a list of them, its own and those of the regions above', async () => {
  await using folder = await packFolder({
    'above/region.yaml': region('above'),
    'above/plants/rose.yaml': rose,
    'above/stones/flint.yaml': 'id: flint\nparts: []\n',
    'here/region.yaml': region('here', 'parent: above\n'),
    'here/plants/trees.yaml':
      '- id: oak\n  name: {zh: 橡树, en: Oak}\n  near: rose\n- {id: elm, name: {zh: 榆树, en: Elm}}\n',
    'here/stones/flint.yaml': 'id: flint\nparts: [edge]\n',
    'here/README.md': 'What this is',
  })
  const { pack, faults } = await readPack(folder.of('here'), KINDS)
  assert.deepEqual(faults, [])
  assert.deepEqual(
    pack?.own('plants').map((it) => it.id),
    ['oak', 'elm'],
  )
  assert.deepEqual([...(pack?.ids('plants') ?? [])], ['oak', 'elm', 'rose'])
  assert.equal(pack?.find('plants', 'rose')?.file, join(folder.of('above'), 'plants/rose.yaml'))
  assert.deepEqual(pack?.find('stones', 'flint')?.value, { id: 'flint', parts: ['edge'] })
  assert.equal(pack?.parent?.region.code, 'above')
  assert.deepEqual(pack?.find('plants', 'elm')?.at('/name/en'), { line: 4, column: 32 })
  const byCode = await readRegion('here', { kinds: KINDS, folder: folder.path })
  assert.equal(byCode.pack?.region.name.en, 'Here')
})

type Case = {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  /** What is told in English, below the folder of the regions. */
  readonly told: readonly (string | RegExp)[]
}
const here = (files: Case['files']) => ({ 'here/region.yaml': region('here'), ...files })

const BROKEN: Readonly<Record<string, Case>> = {
  'no region.yaml': {
    files: { 'here/plants/rose.yaml': rose },
    told: ['here/region.yaml:1:1: is missing'],
  },
  'a folder that is not there': { files: {}, told: [/^here:1:1: is no folder/] },
  'a code that is not the folder’s name': {
    files: { 'here/region.yaml': region('there') },
    told: ['here/region.yaml:1:7: the code must be the folder’s name, “here”'],
  },
  'a misspelled field': {
    files: here({ 'here/plants/rose.yaml': 'id: rose\nname: {zh: 玫瑰, en: Rose}\nheigth: 3\n' }),
    told: ['here/plants/rose.yaml:3:1: “heigth” is not a known field (the nearest is “height”)'],
  },
  'a missing field and one of the wrong type': {
    files: here({ 'here/plants/rose.yaml': '- id: rose\n  name: {zh: 玫瑰}\n  height: tall\n' }),
    told: [
      'here/plants/rose.yaml:2:9: “name/en” is required',
      'here/plants/rose.yaml:3:11: “height” must be a whole number',
    ],
  },
  'an entry that is no object': {
    files: here({ 'here/plants/rose.yaml': '- rose\n' }),
    told: ['here/plants/rose.yaml:1:3: must be an object'],
  },
  'an empty name': {
    files: here({ 'here/plants/rose.yaml': 'id: rose\nname: {zh: 玫瑰, en: " "}\n' }),
    told: [/^here\/plants\/rose.yaml:2:20: “name\/en” is not of the right form/],
  },
  'an id twice in one kind': {
    files: here({ 'here/plants/a.yaml': rose, 'here/plants/b.yaml': `# again\n${rose}` }),
    told: [/^here\/plants\/b.yaml:2:5: “rose” is already the id of an entry in .*a.yaml:1$/],
  },
  'an id twice in two kinds, once within an entry': {
    files: here({
      'here/plants/a.yaml': rose,
      'here/stones/b.yaml': 'id: flint\nparts: [edge, rose]\n',
    }),
    told: [/^here\/stones\/b.yaml:2:15: “rose” is already the id/],
  },
  'an id of the region above': {
    files: {
      'above/region.yaml': region('above'),
      'above/plants/rose.yaml': rose,
      'here/region.yaml': region('here', 'parent: above\n'),
      'here/plants/rose.yaml': rose,
    },
    told: [/^here\/plants\/rose.yaml:1:5: “rose” is already the id/],
  },
  'a name that nothing has': {
    files: here({ 'here/plants/a.yaml': `${rose}\nnear: rsoe\n` }),
    told: ['here/plants/a.yaml:6:7: there is no plant “rsoe”; the nearest is “rose”'],
  },
  'a parent that is not there': {
    files: {
      'above/region.yaml': region('above'),
      'here/region.yaml': region('here', 'parent: abvoe\n'),
    },
    told: [
      'here/region.yaml:4:9: there is no region beside this one “abvoe”; the nearest is “above”',
    ],
  },
  'a parent that is itself': {
    files: { 'here/region.yaml': region('here', 'parent: here\n') },
    told: ['here/region.yaml:4:9: “here” cannot stand above itself'],
  },
  'parents in a circle': {
    files: {
      'above/region.yaml': region('above', 'parent: here\n'),
      'here/region.yaml': region('here', 'parent: above\n'),
    },
    told: ['above/region.yaml:4:9: “here” cannot stand above itself'],
  },
  'a fault in the region above': {
    files: {
      'above/region.yaml': region('above'),
      'above/plants/rose.yaml': 'id: 7\n',
      'here/region.yaml': region('here', 'parent: above\n'),
    },
    told: [
      'above/plants/rose.yaml:1:1: “name” is required',
      /^above\/plants\/rose.yaml:1:5: “id” must be text/,
    ],
  },
  'a file and a folder that do not belong there': {
    files: here({ 'here/notes.txt': 'x', 'here/plnats/a.yaml': rose, 'here/plants/a.yml': rose }),
    told: [
      /^here\/notes.txt:1:1: does not belong here/,
      /^here\/plants\/a.yml:1:1: does not belong here; data stands in NAME.yaml/,
      'here/plnats:1:1: does not belong here; the nearest name is “plants”',
    ],
  },
  'a file that is not UTF-8': {
    files: here({ 'here/plants/a.yaml': Buffer.from([0x69, 0x64, 0x3a, 0xff]) }),
    told: ['here/plants/a.yaml:1:1: is not UTF-8'],
  },
  'a file that is too large': {
    files: here({ 'here/plants/a.yaml': `# ${' '.repeat(FILE_BYTES_MAX)}\n${rose}` }),
    told: [/^here\/plants\/a.yaml:1:1: is larger than \d+ bytes/],
  },
  'faults of syntax beside those of other files': {
    files: here({
      'here/plants/a.yaml': 'id: [\n',
      'here/plants/b.yaml': 'id: b\n',
      'here/stones/c.yaml': 'id: c\nid: c\n',
    }),
    told: [
      /^here\/plants\/a.yaml:2:1: /,
      'here/plants/b.yaml:1:1: “name” is required',
      /^here\/stones\/c.yaml:2:1: the field stands here twice/,
    ],
  },
}
for (const [name, { files, told }] of Object.entries(BROKEN)) {
  test(`${name}: told at its place`, async () => {
    await using folder = await packFolder(files)
    const { faults } = await readPack(folder.of('here'), KINDS)
    const lines = faults.map((it) => formatFault(it, 'en').replaceAll(`${folder.path}/`, ''))
    assert.equal(lines.length, told.length, lines.join('\n'))
    for (const [index, expected] of told.entries()) {
      if (typeof expected === 'string') assert.equal(lines[index], expected)
      else assert.match(lines[index] ?? '', expected)
    }
    for (const fault of faults) assert.match(fault.reason.zh, /[\u4e00-\u9fff]/)
  })
}

test('an entry that is left out for its own fault is still known to who names it', async () => {
  await using folder = await packFolder({
    'here/region.yaml': region('here'),
    'here/plants/rose.yaml': `${rose}height: tall\n`,
    'here/plants/ivy.yaml': 'id: ivy\nname: {zh: 藤, en: Ivy}\nnear: rose\n',
    'here/plants/moss.yaml': 'id: moss\nname: {zh: 苔, en: Moss\n',
    'here/plants/fern.yaml': 'id: fern\nname: {zh: 蕨, en: Fern}\nnear: moss\n',
  })
  const { faults } = await readPack(folder.of('here'), KINDS)
  assert.deepEqual(
    [...new Set(faults.map((it) => it.file.split('/').at(-1)))].sort(),
    ['moss.yaml', 'rose.yaml'],
    'each fault once, where it is',
  )
})

test('without the region above nothing is said of its names', async () => {
  await using folder = await packFolder({
    'here/region.yaml': region('here', 'parent: abvoe\n'),
    'here/plants/ivy.yaml': 'id: ivy\nname: {zh: 藤, en: Ivy}\nnear: rose\n',
    'above/region.yaml': region('above'),
    'above/plants/rose.yaml': rose,
  })
  const { faults } = await readPack(folder.of('here'), KINDS)
  assert.deepEqual(
    faults.map((it) => it.reason.en),
    ['there is no region beside this one “abvoe”; the nearest is “above”'],
  )
})

test('a link is not followed', async () => {
  await using folder = await packFolder({
    ...here({ 'here/plants/a.yaml': rose }),
    'secret.yaml': rose,
  })
  await symlink(join(folder.path, 'secret.yaml'), join(folder.of('here'), 'plants/b.yaml'))
  const { faults } = await readPack(folder.of('here'), KINDS)
  assert.deepEqual(
    faults.map((it) => it.reason.en),
    ['is a link; a pack holds its files itself'],
  )
})

test('a pack of too many files is refused, one of as many as allowed is read', async () => {
  const files = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, it) => [
        `here/plants/p${it}.yaml`,
        `id: p${it}\nname: {zh: 植物, en: Plant}\n`,
      ]),
    )
  await using folder = await packFolder(here(files(FILES_MAX - 1)))
  assert.deepEqual((await readPack(folder.of('here'), KINDS)).faults, [])
  await using over = await packFolder(here(files(FILES_MAX)))
  const { faults } = await readPack(over.of('here'), KINDS)
  assert.deepEqual(
    faults.map((it) => it.reason.en),
    [`holds more than ${FILES_MAX} files`, 'is missing'],
  )
})

test('regions stand at most so many above each other', async () => {
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, it) => [
        `r${it}/region.yaml`,
        region(`r${it}`, it + 1 < length ? `parent: r${it + 1}\n` : ''),
      ]),
    )
  await using folder = await packFolder(chain(REGION_LEVELS_MAX))
  assert.deepEqual((await readPack(folder.of('r0'), KINDS)).faults, [])
  await using over = await packFolder(chain(REGION_LEVELS_MAX + 1))
  const { faults } = await readPack(over.of('r0'), KINDS)
  assert.match(faults[0]?.reason.en ?? '', /at most 5 above each other/)
})

test('beyond the limit of faults the rest are counted', async () => {
  const list = Array.from({ length: FAULTS_MAX + 10 }, (_, it) => `- {id: p${it}}\n`).join('')
  await using folder = await packFolder(here({ 'here/plants/a.yaml': list }))
  const { faults } = await readPack(folder.of('here'), KINDS)
  assert.equal(faults.length, FAULTS_MAX)
  assert.equal(faults.at(-1)?.reason.en, 'and 11 more faults')
})

test('a region that nobody has is not found, and the nearest is offered', async () => {
  await using folder = await packFolder(here({}))
  await assert.rejects(readRegion('hare', { kinds: KINDS, folder: folder.path }), {
    code: 'not-found',
    message: 'there is no region “hare”; the nearest is “here”',
  })
  assert.match(regionsFolder(), /regions$/)
})

const NEAR: readonly [string, readonly string[], string | undefined][] = [
  ['shenzen', ['luan', 'shenzhen'], 'shenzhen'],
  [
    'audited_investmnet_yuan',
    ['audited_investment_yuan', 'declared_investment_yuan'],
    'audited_investment_yuan',
  ],
  ['D1-M1', ['D1-M01', 'D3-M7a'], 'D1-M01'],
  ['banana', ['shenzhen', 'luan'], undefined],
  ['x'.repeat(200), ['x'.repeat(199)], undefined],
]
for (const [name, known, expected] of NEAR) {
  test(`nearest to ${name.slice(0, 30)}: ${expected}`, () => {
    assert.equal(nearestName(name, known), expected)
  })
}
