import { Outlet, useLocation } from '@tanstack/react-router'
import { App, Layout } from 'antd'
import { Go } from '../ui/go.tsx'
import { GoButton } from '../ui/go-button.tsx'
import { WholePaste } from '../ui/whole-paste.tsx'
import { useFrameTexts } from './frame-texts.ts'
import { LanguageButton, ThemeButton } from './preferences.tsx'

/** Around a page that is open to everybody, for those who are not signed in. */
export function OpenFrame() {
  const t = useFrameTexts()
  return (
    <App>
      <WholePaste />
      <Layout style={{ minHeight: '100dvh' }}>
        <a className="skip" href="#main">
          {t('skip')}
        </a>
        <Layout.Header
          className="shell-header open-header"
          style={{ background: 'var(--ant-color-bg-container, inherit)' }}
        >
          <Go to="/support" className="shell-brand">
            <img src="/console/mark.svg" alt="" />
            {t('brand')}
            <span className="open-room">{t('support')}</span>
          </Go>
          <span className="shell-spring" />
          <LanguageButton />
          <ThemeButton />
          <ToSignIn />
        </Layout.Header>
        <main id="main" className="shell-main" tabIndex={-1}>
          <Outlet />
        </main>
      </Layout>
    </App>
  )
}

/** On its own: it follows every change of address, so that signing in leads back. */
function ToSignIn() {
  const t = useFrameTexts()
  const { href } = useLocation()
  return (
    <GoButton to="/sign-in" search={{ next: href }}>
      {t('signIn')}
    </GoButton>
  )
}
