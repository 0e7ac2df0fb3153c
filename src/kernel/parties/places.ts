import type { Documents } from '../documents/documents.ts'
import { type CodeTable, type NamedCode, regions, sectors } from './codes.ts'
import { ENTERPRISES } from './enterprise.ts'

const PAGE = 500

export type EnterprisePlace = {
  readonly enterprise: string
  /** The province. */
  readonly region: NamedCode
  /** The section. */
  readonly sector: NamedCode
}

/** Where each enterprise is that was admitted, and what it does. */
export async function* enterprisePlaces(
  documents: Pick<Documents, 'query'>,
): AsyncGenerator<EnterprisePlace> {
  let after: string | undefined
  do {
    const page = await documents.query(ENTERPRISES, {
      where: { state: { in: ['admitted', 'suspended'] } },
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    for (const { id, body } of page.items) {
      yield {
        enterprise: id,
        region: widest(regions(), body.entry.region.code),
        sector: widest(sectors(), body.entry.sector.code),
      }
    }
    after = page.next
  } while (after !== undefined)
}

function widest(table: CodeTable, code: string): NamedCode {
  return table.find(code)?.chain[0] ?? { code, name: code }
}
