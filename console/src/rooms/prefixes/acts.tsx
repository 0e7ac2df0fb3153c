import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { may, mayOnNode, useMe } from '../../api/me.ts'
import type { Prefix } from './parts.tsx'
import { useTexts } from './texts.ts'

export const DEEDS = [
  ...(['suspend', 'resume', 'hold', 'lift'] as const),
  ...(['delegate', 'take-back', 'release'] as const),
] as const
export type Deed = (typeof DEEDS)[number]

const ActDialog = lazy(async () => ({ default: (await import('./act-dialog.tsx')).ActDialog }))
const DeriveDialog = lazy(async () => ({
  default: (await import('./derive-dialog.tsx')).DeriveDialog,
}))

/** What hurts what is printed on things. */
const DANGEROUS: readonly Deed[] = ['suspend', 'hold', 'release']

/** What may be done to the prefix as it is, by this person. */
export function Acts({ prefix }: { prefix: Prefix }) {
  const t = useTexts()
  const me = useMe()
  const [dialog, setDialog] = useState<Deed | 'derive'>()
  const close = () => setDialog(undefined)
  const mayDerive =
    prefix.state === 'active' && may(me, 'prefixes.request', prefix.enterprise ?? '')
  return (
    <>
      {mayDerive && <Button onClick={() => setDialog('derive')}>{t('derive')}</Button>}
      {mayOnNode(me, 'prefixes.manage') &&
        deedsOf(prefix).map((deed) => (
          <Button key={deed} danger={DANGEROUS.includes(deed)} onClick={() => setDialog(deed)}>
            {t(deed)}
          </Button>
        ))}
      {dialog !== undefined && (
        <Suspense>
          {dialog === 'derive' ? (
            <DeriveDialog prefix={prefix} onClose={close} />
          ) : (
            <ActDialog prefix={prefix} deed={dialog} onClose={close} />
          )}
        </Suspense>
      )}
    </>
  )
}

/** What the node would not refuse. */
function deedsOf({ state, suspension, hold, hosting }: Prefix): readonly Deed[] {
  if (state === 'released') return []
  return [
    suspension === undefined ? 'suspend' : 'resume',
    hold === undefined ? 'hold' : 'lift',
    hosting.kind === 'delegated' ? 'take-back' : 'delegate',
    ...(hold === undefined ? (['release'] as const) : []),
  ]
}
