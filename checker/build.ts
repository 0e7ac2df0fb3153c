/**
 * Builds `waymark-check.mjs`, the one file with which outsiders recompute a decision on plain Node, into `dist/checker` or the folder
 * given as argument.
 */
import { join } from 'node:path'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..')
const NODE_TARGET = 'node20'

await build({
  configFile: false,
  root: ROOT,
  logLevel: 'warn',
  build: {
    ssr: join(ROOT, 'src/policy/checker/main.ts'),
    outDir: process.argv[2] ?? join(ROOT, 'dist', 'checker'),
    emptyOutDir: false,
    target: NODE_TARGET,
    minify: false,
    rollupOptions: {
      output: { entryFileNames: 'waymark-check.mjs', codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
})
