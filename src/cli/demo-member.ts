import type { Admitted } from './demo-admission.ts'
import { PASSWORD } from './demo-cast.ts'
import type { Listed } from './demo-list.ts'
import { refusal, type Session, type Stage, signIn } from './demo-stage.ts'

const CHANGE = { fields: { advisories: 0 } }

/** An enterprise changes what is its own, and finds nothing where others are. */
export async function workAsEnterprise(
  stage: Stage,
  [first, second]: readonly Admitted[],
  products: readonly Listed[],
): Promise<void> {
  if (first === undefined || second === undefined) throw new Error('nobody was admitted')
  const { story } = stage
  story.step({ en: 'An enterprise looks after its own', zh: '企业维护自己的标识' })
  const member = await signIn(stage, { name: second.enterprise.account, password: PASSWORD })
  const own = pathOf(products, second)
  const { handle, version } = await member.call<{ handle: string; version: number }>(
    'PATCH',
    own,
    CHANGE,
  )
  story.check(
    { en: `${handle} changed, version ${version}`, zh: `修改 ${handle}，成为第 ${version} 版` },
    version === 2,
    version,
  )
  const foreign = pathOf(products, first)
  await checkHidden(stage, member, [
    ['PATCH', foreign],
    ['GET', foreign],
    ['GET', `/api/v1/enterprises/${first.id}`],
  ])
}

function pathOf(products: readonly Listed[], { prefix }: Admitted): string {
  const handle = products.find((it) => it.handle.startsWith(`${prefix}/`))?.handle ?? ''
  return `/api/v1/identifiers/${encodeURIComponent(handle)}`
}

async function checkHidden(
  { story }: Stage,
  member: Session,
  calls: readonly (readonly ['GET' | 'PATCH', string])[],
): Promise<void> {
  const allowed: string[] = []
  for (const [method, path] of calls) {
    const told = await refusal(member.call(method, path, method === 'GET' ? undefined : CHANGE))
    if (told === undefined) allowed.push(`${method} ${path}`)
  }
  story.check(
    {
      en: 'identifiers and papers of another enterprise are not there for it',
      zh: '看不到其他企业的标识与资料',
    },
    allowed.length === 0,
    allowed,
  )
}
