import { MenuOutlined, UserOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useLocation, useMatches } from '@tanstack/react-router'
import { App, Button, Drawer, Dropdown, Layout } from 'antd'
import { lazy, Suspense, startTransition, useCallback, useEffect, useRef, useState } from 'react'
import { answer, api } from '../api/client.ts'
import { type Me, useMaybeMe } from '../api/me.ts'
import { session } from '../api/session.ts'
import { Go, GoOn, useGo } from '../ui/go.tsx'
import { whenIdle } from '../ui/idle.ts'
import { Loading } from '../ui/states.tsx'
import { WholePaste } from '../ui/whole-paste.tsx'
import { useIsWide } from '../ui/wide.ts'
import { wasRenewed } from './broken.tsx'
import { useFrameTexts } from './frame-texts.ts'
import { Navigation, pagesOfMenu } from './navigation.tsx'
import { OpenFrame } from './open-frame.tsx'
import { LanguageButton, ThemeButton } from './preferences.tsx'

/** Menu, header and the page; for people signed in, and without the menu for all others where the page is open to them. */
export function Shell() {
  const me = useMaybeMe()
  if (me === undefined) return <Loading />
  if (me === null) return <Stranger />
  // messages and confirmations of the pages within
  return (
    <App>
      <WholePaste />
      <Signed me={me} />
    </App>
  )
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Shown to everybody. */
    readonly isOpen?: boolean
  }
}

/** On its own, so that the frame is not drawn again with each page. */
function Stranger() {
  const isOpen = useMatches({ select: (all) => all.at(-1)?.staticData.isOpen === true })
  return isOpen ? <OpenFrame /> : <ToSignIn />
}

/** On its own, so that the frame is not drawn again with each address. */
function ToSignIn() {
  const { href } = useLocation()
  return <GoOn to="/sign-in" search={{ next: href }} />
}

const RENEWED_S = 8

function Signed({ me }: { me: Me }) {
  const t = useFrameTexts()
  const { message } = App.useApp()
  useEffect(() => {
    if (wasRenewed()) void message.info(t('renewed'), RENEWED_S)
  }, [message, t])
  const isWide = useIsWide('menu')
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Layout style={{ minHeight: '100dvh' }} hasSider={isWide}>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <Ready me={me} />
      {isWide && (
        <Layout.Sider width={232} theme="light" className="shell-sider">
          <Brand />
          <Navigation me={me} />
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header
          className="shell-header"
          style={{ background: 'var(--ant-color-bg-container, inherit)' }}
        >
          {!isWide && (
            <>
              <Button
                type="text"
                icon={<MenuOutlined />}
                aria-label={t('openMenu')}
                aria-expanded={isOpen}
                onClick={() => setIsOpen(true)}
              />
              <Brand />
            </>
          )}
          <span className="shell-spring" />
          <LanguageButton />
          <ThemeButton />
          <Account me={me} />
        </Layout.Header>
        <main id="main" className="shell-main" tabIndex={-1}>
          <Outlet />
        </main>
      </Layout>
      {!isWide && (
        <Drawer
          open={isOpen}
          onClose={() => setIsOpen(false)}
          placement="left"
          size={280}
          title={t('menu')}
          styles={{ body: { padding: 0 } }}
        >
          <Navigation me={me} onChosen={() => setIsOpen(false)} />
        </Drawer>
      )}
    </Layout>
  )
}

/** What the first page still asks for goes before the pages that may be wanted next. */
const READY_AFTER_MS = 3_000

const PartsAhead = lazy(async () => ({
  default: (await import('./parts-ahead.tsx')).PartsAhead,
}))

/** The pages of the menu, and what they are made of, before they are wanted. */
function Ready({ me }: { me: Me }) {
  const [parts, setParts] = useState<'later' | 'now' | 'made'>('later')
  const isLater = useRef(true)
  const onFetched = useCallback(() => {
    if (isLater.current) startTransition(() => setParts('now'))
    isLater.current = false
  }, [])
  useReadyPages(me, onFetched)
  return <Suspense>{parts === 'now' && <PartsAhead onDone={() => setParts('made')} />}</Suspense>
}

/** Fetches the pages one by one while there is nothing else to do, so that going to one waits for no script. */
function useReadyPages(me: Me, onFetched: () => void): void {
  const queries = useQueryClient()
  useEffect(() => {
    const pages = pagesOfMenu(me)
    let stop = () => {}
    const wait = () => {
      const timer = setTimeout(next, READY_AFTER_MS)
      stop = () => clearTimeout(timer)
    }
    const next = () => {
      if (queries.isFetching() > 0 || !navigator.onLine) return wait()
      stop = whenIdle(() => {
        let isWanted = true
        const page = pages.shift()
        if (page === undefined) {
          onFetched()
          return undefined
        }
        // one that does not come is asked for again when it is opened, and says so then
        void page().then(
          () => isWanted && next(),
          () => {},
        )
        return () => {
          isWanted = false
        }
      })
    }
    wait()
    return () => stop()
  }, [me, queries, onFetched])
}

function Brand() {
  const t = useFrameTexts()
  return (
    <Go to="/" className="shell-brand" style={{ padding: '16px 8px 16px 20px' }}>
      <img src="/console/mark.svg" alt="" />
      {t('brand')}
    </Go>
  )
}

function Account({ me }: { me: Me }) {
  const t = useFrameTexts()
  const go = useGo()
  const queries = useQueryClient()
  const name = me.displayName ?? me.name ?? ''
  const signOut = async () => {
    await answer(api.POST('/api/v1/sign-out'))
    session.close()
    queries.clear()
    go('/sign-in')
  }
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'account', label: t('account') },
          { type: 'divider' },
          { key: 'out', label: t('signOut') },
        ],
        onClick: ({ key }) => (key === 'out' ? void signOut() : go('/account')),
      }}
    >
      <Button
        type="text"
        icon={<UserOutlined />}
        aria-label={t('accountOf', { name })}
        aria-haspopup="menu"
      >
        <span className="account-name">{name}</span>
      </Button>
    </Dropdown>
  )
}
