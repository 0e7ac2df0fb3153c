import type { Listed } from './demo-list.ts'
import { pathOfHandle, type Session, type Stage, visit } from './demo-stage.ts'

/** Handles that stay as they are made here, for whoever looks at them afterwards. */
export type States = {
  readonly retired: string
  readonly held: string
  readonly absent: string
  readonly delegated: string
}

const OWN_SERVER = 'https://id.example.com'

/** Everything that is not a plain answer has a clear one of its own. */
export async function showStates(
  stage: Stage,
  operator: Session,
  [retired, held]: readonly [Listed, Listed],
): Promise<States> {
  const { story } = stage
  story.step({ en: 'Every other state has its own answer', zh: '其他状态各有明确的应答' })
  const prefix = retired.handle.slice(0, retired.handle.indexOf('/'))
  const states = {
    retired: retired.handle,
    held: held.handle,
    absent: `${prefix}/no-such-product`,
    delegated: `${prefix}.9/pump-7`,
  }
  await operator.call('POST', '/api/v1/identifiers/retire', {
    handle: states.retired,
    reason: '产品停产 / out of production',
  })
  await operator.call('POST', '/api/v1/identifiers/hold', {
    handle: states.held,
    reason: '演示：依令停止解析 / demo: stopped by order',
    order: '演示令 2026-1',
    authority: '演示主管部门',
  })
  await operator.call('POST', `/api/v1/prefixes/${prefix}/derive`, { segment: '9' })
  await operator.call('POST', `/api/v1/prefixes/${prefix}.9/delegate`, {
    sites: [{ url: OWN_SERVER }],
    description: '企业自建标识服务 / the enterprise’s own server',
  })
  await checkStates(stage, states)
  return states
}

async function checkStates(stage: Stage, states: States): Promise<void> {
  const { story } = stage
  const answer = (handle: string) =>
    visit(stage, pathOfHandle(handle), { accept: 'text/html, application/xhtml+xml' })
  const retired = await answer(states.retired)
  story.check({ en: 'retired: 410', zh: '已注销：410' }, retired.status === 410, retired.status)
  const held = await answer(states.held)
  const tells = held.text.includes('product_name')
  story.check(
    { en: 'held by order: 451, and nothing of it is shown', zh: '依令停止：451，不显示任何内容' },
    held.status === 451 && !tells,
    held.status,
  )
  const absent = await answer(states.absent)
  story.check(
    { en: 'not registered: 404', zh: '未注册：404' },
    absent.status === 404,
    absent.status,
  )
  const target = `${OWN_SERVER}${pathOfHandle(states.delegated)}`
  const delegated = await answer(states.delegated)
  story.check(
    { en: 'delegated: 302 to the enterprise’s own server', zh: '已委托：302 到企业自建服务' },
    delegated.status === 302 && delegated.location === target,
    [delegated.status, delegated.location],
  )
  for (const handle of [states.retired, states.held, states.absent]) {
    const { status, text } = await visit(stage, `/api/handles${pathOfHandle(handle)}`)
    const { responseCode } = JSON.parse(text) as { responseCode: number }
    story.check(
      { en: `Handle JSON API, ${handle}: not found`, zh: `Handle JSON API，${handle}：未找到` },
      status === 404 && responseCode === 100,
      text,
    )
  }
}
