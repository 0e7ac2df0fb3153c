import type { Plugin } from 'vite'

/**
 * Ant Design counts the components that use each of its looks, in every drawing of every component, and forgets a look with the
 * last of them. Ours stays open for a day and shows the same components over and over: the variables of a look are made once, put
 * into the page and kept. The two looks have keys of their own (`frame/look-theme.ts`), so that neither hides the other.
 */
export function lastingStyles(): Plugin {
  const left = new Set(Object.keys(CHANGES))
  return {
    name: 'lasting-styles',
    // the dependencies are packed beforehand while developing, where nothing can be changed in them
    apply: 'build',
    transform(code, id) {
      const [file, changes] = Object.entries(CHANGES).find(([end]) => id.endsWith(end)) ?? []
      if (file === undefined || changes === undefined) return undefined
      left.delete(file)
      let changed = code
      for (const [from, to] of changes) {
        if (changed.split(from).length !== 2) throw new Error(`${id} is written otherwise: ${from}`)
        changed = changed.replace(from, () => to)
      }
      return { code: changed, map: null }
    },
    buildEnd(error) {
      if (error !== undefined || left.size === 0) return
      throw new Error(`Ant Design has no ${[...left].join(', ')} any more`)
    },
  }
}

type Change = readonly [from: string, to: string]

const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  '/@ant-design/cssinjs/es/hooks/useGlobalCache.js': [
    [
      'export default function useGlobalCache(',
      `const kept = new Map();
export default function useKept(prefix, keyPath, make, _remove, put) {
  const path = pathKey([prefix, ...keyPath]);
  let content = kept.get(path);
  if (content === undefined) {
    content = make();
    kept.set(path, content);
    put?.(content);
  }
  return content;
}
function useGlobalCache(`,
    ],
  ],
  '/antd/es/theme/useToken.js': [
    [
      'export default function useToken() {',
      `const known = new WeakMap();
export default function useToken() {
  const design = React.useContext(DesignTokenContext);
  let token = known.get(design);
  if (token === undefined) {
    token = useMadeToken();
    known.set(design, token);
  }
  return token;
}
function useMadeToken() {`,
    ],
  ],
}
