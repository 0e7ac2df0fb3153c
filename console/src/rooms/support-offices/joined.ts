import { apart } from '../../frame/apart.ts'
import { useLanguage } from '../../frame/language.ts'

/** Names one after the other, as the reader's language lists them. */
export function useJoined(): (names: readonly (string | undefined)[]) => string {
  const between = useLanguage() === 'zh' ? '、' : ', '
  return (names) => names.map((it) => apart(it ?? '')).join(between)
}
