import type { Plugin } from 'vite'
import { type DrawnStyles, drawnStyles } from './drawn-styles.ts'

const ASKED = 'virtual:still-styles.css'
const CSS = '/@still-styles.css'
const STYLE = /\/antd\/es\/.+\/style(?:\/[\w-]+)?\.js$/
const MAKERS = ['genStyleHooks', 'genSubStyleComponent', 'genComponentStyleHook']

/**
 * Ant Design makes the styles of a component by script where it is first drawn: a third of the processor time of a page that is
 * opened. Ours are made here once, into a file, and what makes them is left out of the scripts. What is made in the page is the
 * variables that all components share. While developing, all is made in the page.
 */
export function stillStyles(): Plugin {
  let isBuild = false
  let styles: DrawnStyles | undefined
  const named = new Map<string, readonly string[]>()
  return {
    name: 'still-styles',
    configResolved: ({ command }) => {
      isBuild = command === 'build'
    },
    resolveId: (id) => (id === ASKED ? CSS : undefined),
    load(id) {
      if (id !== CSS) return undefined
      if (isBuild) styles = drawnStyles()
      return styles?.css ?? ''
    },
    transform(code, id) {
      if (!isBuild) return undefined
      const changes = Object.entries(CHANGES).find(([end]) => id.endsWith(end))?.[1]
      if (changes !== undefined) return { code: changes(code, id), map: null }
      if (!STYLE.test(id)) return undefined
      const makers = makersIn(this.parse(code))
      named.set(
        id,
        makers.map((it) => it.name),
      )
      return { code: withoutMakers(code, makers), map: null }
    },
    generateBundle(_, bundle) {
      const used = Object.values(bundle).flatMap((it) =>
        it.type === 'chunk' ? Object.entries(it.modules) : [],
      )
      const names = used.flatMap(([id, it]) => (it.renderedLength > 0 ? (named.get(id) ?? []) : []))
      const missing = names.filter((it) => styles?.of.has(it) !== true)
      if (missing.length > 0) {
        throw new Error(`console/drawn-styles.ts does not draw ${[...new Set(missing)].join(', ')}`)
      }
    },
  }
}

const CHANGES: Readonly<Record<string, (code: string, id: string) => string>> = {
  '/@ant-design/cssinjs-utils/es/util/genStyleUtils.js': (code, id) => {
    const at = ['genCSSVarRegister', 'genComponentStyleHook', 'genSubStyleComponent'].map((it) =>
      code.indexOf(`function ${it}(`),
    )
    const [from = -1, then = -1, to = -1] = at
    if (from < 0 || then < from || to < then) throw new Error(`${id} is written otherwise`)
    return code.slice(0, from) + HOOKS + code.slice(to)
  },
  '/antd/es/theme/util/useResetIconStyle.js': () => 'export default () => {};',
}

/** What a component asks: the mark of its styles, which is none, and that of its variables. */
const HOOKS = `function genCSSVarRegister() {
    return function () { return useToken().cssVar.key; };
  }
  function genComponentStyleHook() {
    return function () { return ''; };
  }
  `

type Maker = { readonly name: string; readonly functions: readonly Node[] }
type Node = { readonly type: string; readonly start: number; readonly end: number }
type Call = Node & {
  readonly callee: Node & { readonly name?: string }
  readonly arguments: readonly (Node & { value?: unknown; elements?: { value: unknown }[] })[]
}

/** Where functions are handed over that make the styles of a component. */
function makersIn(node: unknown): readonly Maker[] {
  if (Array.isArray(node)) return node.flatMap(makersIn)
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.values(node).flatMap(makersIn)
  const { type, callee, arguments: given } = node as Call
  if (type !== 'CallExpression' || !MAKERS.includes(callee.name ?? '')) return inner
  const [of, ...others] = given
  const words = of?.elements?.map((it) => it.value) ?? [of?.value, of?.value]
  if (!words.every((it) => typeof it === 'string')) {
    throw new Error('Ant Design names a component otherwise than by words')
  }
  return [{ name: words.join('-'), functions: others.slice(0, 2) }]
}

function withoutMakers(code: string, makers: readonly Maker[]): string {
  let changed = code
  const left = makers.flatMap((it) => it.functions)
  for (const { start, end } of left.toSorted((a, b) => b.start - a.start)) {
    changed = `${changed.slice(0, start)}null${changed.slice(end)}`
  }
  return changed
}
