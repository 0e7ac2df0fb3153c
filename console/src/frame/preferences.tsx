import { MoonOutlined, SunOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useFrameTexts } from './frame-texts.ts'
import { chooseLanguage, useLanguage } from './language.ts'
import { chooseTheme, useIsDark } from './theme.ts'

export function LanguageButton() {
  const t = useFrameTexts()
  const language = useLanguage()
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <Button
      type="text"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => chooseLanguage(other)}
    >
      {t('language')}
    </Button>
  )
}

/** Light or dark; as the system has it until somebody chooses. */
export function ThemeButton() {
  const t = useFrameTexts()
  const isDark = useIsDark()
  return (
    <Button
      type="text"
      aria-label={t('themeDark')}
      aria-pressed={isDark}
      title={t('themeDark')}
      icon={isDark ? <SunOutlined /> : <MoonOutlined />}
      onClick={() => chooseTheme(isDark ? 'light' : 'dark')}
    />
  )
}
