import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Command } from './command.tsx'
import { useJoinTexts } from './join-texts.ts'

const RESET = 'waymark user reset NAME'

/** Who cannot get in any more, and who can help. */
export function Page() {
  const t = useJoinTexts()
  return (
    <PageFrame title={t('forgottenTitle')}>
      <p>{t('forgottenAsk')}</p>
      <p>{t('forgottenOperator')}</p>
      <Command text={RESET} />
      <Go to="/sign-in">{t('toSignIn')}</Go>
    </PageFrame>
  )
}
