import { Outlet } from '@tanstack/react-router'
import { Layout } from 'antd'
import { useFrameTexts } from './frame-texts.ts'
import { LanguageButton, ThemeButton } from './preferences.tsx'

/** Around the pages before sign-in. */
export function PlainFrame() {
  const t = useFrameTexts()
  return (
    <Layout style={{ minHeight: '100dvh' }}>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <Layout.Header className="shell-header" style={{ background: 'transparent' }}>
        <span className="shell-brand">
          <img src="/console/mark.svg" alt="" />
          {t('brand')}
        </span>
        <span className="shell-spring" />
        <LanguageButton />
        <ThemeButton />
      </Layout.Header>
      <main id="main" className="plain-main" tabIndex={-1}>
        <Outlet />
      </main>
    </Layout>
  )
}
