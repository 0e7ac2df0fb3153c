import type { Plugin } from 'vite'

const NAMED = /role: "img",\s*"aria-label": icon\.name/
const QUIET = '...(props["aria-label"] === undefined ? { "aria-hidden": true } : { role: "img" })'

/**
 * Ant Design's icons call themselves by English names (`download`), which screen readers read out in the middle of Chinese:
 * they are for the eye alone, as what they stand beside has a name.
 */
export function quietIcons(): Plugin {
  const quiet = { name: 'quiet-icons', transform: hushed }
  return {
    ...quiet,
    // while developing, the dependencies are packed beforehand by plugins of their own
    config: () => ({ optimizeDeps: { rolldownOptions: { plugins: [quiet] } } }),
  }
}

function hushed(code: string, id: string): { code: string; map: null } | undefined {
  if (!/@ant-design\/icons\/es\/components\/AntdIcon(?:Light)?\.js$/.test(id)) return undefined
  if (!NAMED.test(code)) throw new Error(`${id} names its icons otherwise than it did`)
  return { code: code.replace(NAMED, QUIET), map: null }
}
