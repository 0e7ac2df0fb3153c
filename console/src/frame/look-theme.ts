import { type ThemeConfig, theme } from 'antd'

/** Colours and sizes of a look; its variables are made from this in the build (`drawn-styles.ts`). */
export function lookTheme(isDark: boolean, isStill: boolean): ThemeConfig {
  return {
    // there is one Ant Design in the page, so that its rules need no mark of their version
    hashed: false,
    // styles are kept: those of one look must not hold in the other
    cssVar: { key: isDark ? 'dark' : 'light' },
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    // shortening the animations by a style sheet would leave menus where they were before they were placed
    token: { ...(isDark ? DARK : LIGHT), motion: !isStill, opacityLoading: 1 },
    components: {
      Layout: { headerPadding: '0 16px', headerHeight: 56 },
      ...(isDark && DARK_PARTS),
    },
  }
}

/** Ant Design's own second and third text colours, those under the pointer and on what is busy, are below 4.5 to 1 (WCAG 2.2, 1.4.3). */
const LIGHT = {
  colorPrimary: '#1555c0',
  colorPrimaryHover: '#2464cf',
  colorLink: '#1555c0',
  colorLinkHover: '#0e3f91',
  colorError: '#c4161c',
  colorErrorHover: '#d1292f',
  colorErrorText: '#b01217',
  colorInfo: '#1555c0',
  colorSuccess: '#1b7a33',
  colorWarning: '#9a5b00',
  colorSuccessBg: '#edf7ef',
  colorWarningBg: '#fff6e5',
  colorInfoBg: '#eaf1fd',
  colorErrorBg: '#fdeeee',
  colorSuccessText: '#1b6e2c',
  colorWarningText: '#8a5300',
  colorTextSecondary: 'rgba(0,0,0,0.72)',
  colorTextTertiary: 'rgba(0,0,0,0.62)',
  colorTextDescription: 'rgba(0,0,0,0.65)',
  colorTextPlaceholder: 'rgba(0,0,0,0.6)',
  colorTextDisabled: 'rgba(0,0,0,0.58)',
  borderRadius: 6,
}
const DARK = {
  colorPrimary: '#2f6bd8',
  // under white words; where it would be the words itself it is lighter (below)
  colorPrimaryHover: '#3568c6',
  colorPrimaryText: '#7ea8f5',
  colorPrimaryTextHover: '#a9c5fa',
  colorPrimaryTextActive: '#a9c5fa',
  colorLink: '#7ea8f5',
  colorLinkHover: '#a9c5fa',
  colorLinkActive: '#c6d8fb',
  colorError: '#ff6f6a',
  colorErrorActive: '#f0a5a0',
  colorErrorText: '#ff8a85',
  colorInfo: '#6aa0f8',
  colorTextSecondary: 'rgba(255,255,255,0.78)',
  colorTextTertiary: 'rgba(255,255,255,0.7)',
  colorTextDescription: 'rgba(255,255,255,0.7)',
  colorTextPlaceholder: 'rgba(255,255,255,0.62)',
  colorTextDisabled: 'rgba(255,255,255,0.62)',
  borderRadius: 6,
}

/** Where words stand in the primary colour on the dark ground itself, it is too dark to be read. */
const DARK_PARTS = {
  Button: {
    defaultHoverColor: '#7ea8f5',
    defaultHoverBorderColor: '#7ea8f5',
    defaultActiveColor: '#a9c5fa',
    defaultActiveBorderColor: '#a9c5fa',
    // the red of the dark look is too light for white words
    dangerColor: '#141414',
  },
  Tabs: {
    itemSelectedColor: '#a9c5fa',
    itemHoverColor: '#a9c5fa',
    itemActiveColor: '#a9c5fa',
    inkBarColor: '#7ea8f5',
  },
}
