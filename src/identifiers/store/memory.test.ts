import { storeContract } from '../../../test/contract/store.contract.ts'
import { openMemoryStore } from './memory.ts'

storeContract('memory', async () => openMemoryStore())
