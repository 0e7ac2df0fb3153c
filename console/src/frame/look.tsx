import { SearchOutlined } from '@ant-design/icons'
import { ConfigProvider } from 'antd'
import enUs from 'antd/locale/en_US'
import zhCn from 'antd/locale/zh_CN'
import type { ReactNode } from 'react'
import { useFrameTexts } from './frame-texts.ts'
import { type Language, LanguageContext, useChosenLanguage } from './language.ts'
import { lookTheme } from './look-theme.ts'
import { useIsDark } from './theme.ts'

const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches

/** Language, colours and sizes of everything within. */
export function Look({ children }: { children: ReactNode }) {
  const language = useChosenLanguage()
  return (
    <LanguageContext value={language}>
      <Styled language={language}>{children}</Styled>
    </LanguageContext>
  )
}

function Styled({ language, children }: { language: Language; children: ReactNode }) {
  const isDark = useIsDark()
  const t = useFrameTexts()
  return (
    <ConfigProvider
      locale={language === 'zh' ? zhCn : enUs}
      // a space set by itself between two Chinese characters of a button breaks searching for its name
      button={{ autoInsertSpace: false }}
      inputSearch={{ searchIcon: <SearchOutlined aria-label={t('find')} /> }}
      theme={lookTheme(isDark, isStill)}
    >
      <div className="app">{children}</div>
    </ConfigProvider>
  )
}
