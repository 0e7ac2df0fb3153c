import { documentsContract } from '../../../test/contract/documents.contract.ts'
import { openMemoryDocuments } from './memory.ts'

documentsContract('memory', openMemoryDocuments)
