import { CAST } from './demo-cast.ts'
import type { Session, Stage } from './demo-stage.ts'

/** Prefix and name on the page, by account. */
export type Admitted = ReadonlyMap<string, { readonly prefix: string; readonly name?: string }>

export async function admitAll({ story }: Stage, operator: Session): Promise<Admitted> {
  story.step({ en: 'Prefixes are allotted', zh: '分配前缀' })
  const admitted = new Map<string, { readonly prefix: string }>()
  for (const { account, nameEn, name } of CAST) {
    const { prefix } = await operator.call<{ prefix: string }>('POST', '/api/v1/prefixes', {
      enterprise: account,
    })
    admitted.set(account, { prefix })
    story.check({ en: `${prefix}  ${nameEn}`, zh: `${prefix}  ${name}` }, prefix !== '')
  }
  return admitted
}
