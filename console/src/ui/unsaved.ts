import { useBlocker } from '@tanstack/react-router'
import { useFrameTexts } from '../frame/frame-texts.ts'
import { useConfirm } from './confirm.tsx'
import { useStayBeforeUnload } from './stay.ts'

/** Whether something was typed that is kept nowhere. */
export type Unsaved = { current: boolean }

/**
 * Asks before something typed is let go that is kept nowhere: `mayLeave` by whatever closes it; the browser's back button and
 * closing the tab by themselves. What a dialog itself goes to is not asked about, for that is where saving leads; beside a form
 * that `isOnPage` there are links.
 */
export function useUnsaved(
  unsaved: Unsaved,
  { isOnPage = false } = {},
): { readonly mayLeave: () => Promise<boolean> } {
  const t = useFrameTexts()
  const confirm = useConfirm()
  const mayLeave = async () => {
    if (!unsaved.current) return true
    const said = await confirm({
      title: t('unsavedTitle'),
      consequence: t('unsavedConsequence'),
      verb: t('unsavedLeave'),
      stay: t('unsavedStay'),
      isDestructive: true,
    })
    if (said !== undefined) unsaved.current = false
    return said !== undefined
  }
  useBlocker({
    shouldBlockFn: async ({ action, current, next }) => {
      const isByPage = action === 'PUSH' || action === 'REPLACE'
      const isAsked = isByPage ? isOnPage && current.pathname !== next.pathname : true
      return isAsked && !(await mayLeave())
    },
    enableBeforeUnload: false,
  })
  useStayBeforeUnload(() => unsaved.current)
  return { mayLeave }
}
