import { useFormat } from '../../frame/format.ts'
import { When } from '../../ui/when.tsx'
import { type HandleKey, useHandleKeys } from './keys.ts'
import { useTexts } from './texts.ts'

type LastUseProps = { readonly prefix: string; readonly of: HandleKey }

/** When a key was last used, in a row. */
export function LastUse({ prefix, of }: LastUseProps) {
  const t = useTexts()
  const format = useFormat()
  const since = useRecordedSince(prefix, of)
  if (of.lastUsedAt !== undefined) return <When at={of.lastUsedAt} />
  return <>{since === undefined ? t('neverUsed') : t('unusedSince', { day: format.date(since) })}</>
}

/** The same as a sentence, for who is about to take the key away from those that use it. */
export function LastUseSaid({ prefix, of }: LastUseProps) {
  const t = useTexts()
  const format = useFormat()
  const since = useRecordedSince(prefix, of)
  if (of.lastUsedAt !== undefined) {
    const when = `${format.since(of.lastUsedAt)} (${format.dateTime(of.lastUsedAt)})`
    return <strong>{t('usedLast', { when })}</strong>
  }
  return (
    <>{since === undefined ? t('usedNever') : t('usedNotSince', { day: format.date(since) })}</>
  )
}

/** Given for a key that is older than the recording of uses, of which nobody knows what was before. */
function useRecordedSince(prefix: string, { at }: HandleKey): string | undefined {
  const since = useHandleKeys(prefix).data?.usesSince
  return since !== undefined && Date.parse(at) < Date.parse(since) ? since : undefined
}
