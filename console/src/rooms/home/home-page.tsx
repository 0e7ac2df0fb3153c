import '../../ui/tiles.css'
import { mayOnNode, useMe } from '../../api/me.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { NextSteps } from './next-steps.tsx'
import { NodeHealth } from './node-health.tsx'
import { Statistics } from './statistics.tsx'
import { useTexts } from './texts.ts'

/** What to do next, what was done, and for operators how the node is. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const hasOwn = me.memberships.some((it) => it.permissions.includes('prefixes.read'))
  return (
    <PageFrame
      title={t('title')}
      lead={<bdi>{t('welcome', { name: me.displayName ?? me.name ?? '' })}</bdi>}
    >
      <NextSteps me={me} />
      {(hasOwn || mayOnNode(me, 'metrics.read')) && <Statistics me={me} />}
      {mayOnNode(me, 'node.configure') && <NodeHealth />}
    </PageFrame>
  )
}
