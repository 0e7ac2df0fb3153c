import { generateKeyPairSync } from 'node:crypto'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evidenceContract } from '../../../test/contract/evidence.contract.ts'
import { openEvidence, openMemoryEvidence } from './embedded.ts'
import type { Evidence } from './evidence.ts'

const clock = () => 1_700_000_000_000
const { privateKey: key } = generateKeyPairSync('ed25519')

evidenceContract('memory', async () => openMemoryEvidence({ key, clock }))

evidenceContract('sqlite', async () => {
  const folder = await mkdtempDisposable(join(tmpdir(), 'evidence-'))
  const log = await openEvidence({ folder: folder.path, key, name: 'node.example/evidence', clock })
  return {
    ...log,
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]()
      await folder.remove()
    },
  } satisfies Evidence
})
