import { createRequire } from 'node:module'
import { lookTheme } from './src/frame/look-theme.ts'

const require = createRequire(import.meta.url)
const { createElement: h } = require('react') as typeof import('react')
const { renderToString } = require('react-dom/server') as typeof import('react-dom/server')
const antd = require('antd') as typeof import('antd')
// what Ant Design makes its styles by, of the version that it asks for
const { createCache, extractStyle, StyleProvider } = createRequire(require.resolve('antd'))(
  '@ant-design/cssinjs',
) as typeof import('@ant-design/cssinjs')

const { Checkbox, Form, Input, Layout, message, Modal, Radio, Select, Space, Tag } = antd
const OPTIONS = [{ value: 'a', label: 'a' }]
const ENTRIES = [{ key: 'a', label: 'a', title: 'a' }]
const ITEMS = [{ ...ENTRIES[0], children: 'a' }]

/** Each component of the console, and of those that have styles for it, each look. */
const DRAWN = [
  h(antd.App),
  h(antd.Alert, { title: 'a', showIcon: true }),
  h(antd.AutoComplete, { options: OPTIONS }),
  h(antd.Button, { loading: true }),
  h(antd.Card, { title: 'a', loading: true }),
  h(Checkbox.Group, { options: OPTIONS }),
  h(antd.Collapse, { items: ITEMS }),
  h(antd.Descriptions, { items: ITEMS }),
  h(antd.Drawer),
  h(antd.Dropdown, { menu: { items: ENTRIES }, children: h('a') }),
  h(antd.Empty),
  h(Form, { children: h(Form.Item, { label: 'a', help: 'a', validateStatus: 'error' }) }),
  h(Input, { prefix: 'a', allowClear: true }),
  h(Input.OTP),
  h(Input.Password),
  h(Input.Search),
  h(Input.TextArea),
  h(antd.InputNumber),
  h(Layout, {}, h(Layout.Sider), h(Layout.Header)),
  h(Modal),
  h(Modal._InternalPanelDoNotUseOrYouWillBeFired, { title: 'a', type: 'confirm' }),
  h(message._InternalPanelDoNotUseOrYouWillBeFired, { content: 'a' }),
  h(antd.notification._InternalPanelDoNotUseOrYouWillBeFired, { title: 'a' }),
  h(antd.Progress),
  h(Radio.Group, { options: OPTIONS, optionType: 'button' }),
  h(antd.Segmented, { options: OPTIONS }),
  h(Select, { options: OPTIONS, mode: 'multiple', value: ['a'] }),
  h(antd.Skeleton),
  h(Space, {}, 'a'),
  h(Space.Addon),
  h(Space.Compact, {}, h(Input), h(antd.Button)),
  h(antd.Spin),
  h(antd.Statistic),
  h(antd.Steps, { items: ITEMS }),
  h(antd.Tabs, { items: ITEMS }),
  h(Tag, { color: 'red' }),
  h(Tag, { color: 'success' }),
  h(antd.Tooltip, { title: 'a', children: h('a') }),
  h(antd.Typography.Text),
]
/** A menu stands in a drop-down only, which has styles for it. */
const WITHIN_OTHERS = ['Menu-Menu']
/** How it tells itself which styles it need not make. */
const MAP = /\.[\w-]+\{content:"[^"{}]*";\}$/

export type DrawnStyles = {
  /** In the order in which they hold. */
  readonly css: string
  /** Of which components, as Ant Design calls them: `Input-Search`. */
  readonly of: ReadonlySet<string>
}

/** The styles of all that the console is made of, which are the same for each look, and the variables by which looks differ. */
export function drawnStyles(): DrawnStyles {
  const [light, dark] = [drawn(false), drawn(true)]
  const names = [...light.cache.keys()].map((key) => key.split('%'))
  return {
    css: [cssOf(light, 'style'), cssOf(light, 'cssVar'), cssOf(dark, 'cssVar')].join(''),
    of: new Set([
      ...WITHIN_OTHERS,
      ...names.flatMap(([kind, , name]) => (kind === 'style' && name ? [name] : [])),
    ]),
  }
}

type Cache = ReturnType<typeof createCache>

function drawn(isDark: boolean): Cache {
  const cache = createCache()
  const theme = lookTheme(isDark, false)
  for (const it of DRAWN) {
    renderToString(h(StyleProvider, { cache }, h(antd.ConfigProvider, { theme }, it)))
  }
  return cache
}

function cssOf(cache: Cache, type: 'style' | 'cssVar'): string {
  return extractStyle(cache, { plain: true, types: [type] }).replace(MAP, '')
}
