import { useQuery } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { encode } from 'uqr'
import { answer, api, handlePath } from '../../api/client.ts'
import { downloadText } from '../../ui/download.ts'
import { useTexts } from './texts.ts'

/** Light modules around a symbol; ISO/IEC 18004 wants four. */
const QUIET_MODULES = 4
/** What a symbol of level M can hold as bytes. */
const CONTENT_BYTES_MAX = 2331

export type Modules = readonly (readonly boolean[])[]

/** The code of an address, error correction M; undefined where it is too long for one. */
export function modulesOf(address: string, border = QUIET_MODULES): Modules | undefined {
  if (new TextEncoder().encode(address).length > CONTENT_BYTES_MAX) return undefined
  return encode(address, { ecc: 'M', border }).data
}

/** A path of the dark modules: runs in a row are one rectangle. */
export function darkPath(modules: Modules): string {
  return darkRuns(modules)
    .map(({ x, y, length }) => `M${x} ${y}h${length}v1h-${length}z`)
    .join('')
}

export type Run = { readonly x: number; readonly y: number; readonly length: number }

export function darkRuns(modules: Modules): Run[] {
  const runs: Run[] = []
  for (const [y, row] of modules.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue
      const start = x
      while (row[x + 1] === true) x++
      runs.push({ x: start, y, length: x + 1 - start })
    }
  }
  return runs
}

/** Where the public finds identifiers: the node's public address, or the one this page was opened by. */
export function usePublicBase(): string {
  const node = useQuery({
    queryKey: ['node'],
    staleTime: 60_000,
    queryFn: () => answer(api.GET('/api/v1/node')),
  })
  return node.data?.publicUrl ?? location.origin
}

/** The address of an identifier's page, as the code carries it. */
export function publicAddress(base: string, handle: string): string {
  return `${base.replace(/\/$/, '')}/${pathOf(handle)}`
}

/** As the node writes it: readable, unless a browser would fold its dots and slashes. */
function pathOf(handle: string): string {
  const parts = handle.split('/')
  const isFolded = parts.some((it) => it === '' || it === '.' || it === '..')
  return isFolded ? encodeURIComponent(handle) : parts.map(encodeURIComponent).join('/')
}

/** Dark on light whatever the page's colours: a scanner needs it so. */
export function QrCode({ handle, sizePx }: { handle: string; sizePx: number }) {
  const t = useTexts()
  const address = publicAddress(usePublicBase(), handle)
  const modules = modulesOf(address)
  if (modules === undefined) return <Alert type="warning" showIcon title={t('qrTooLong')} />
  const { length } = modules
  return (
    <svg
      role="img"
      aria-label={t('qrOf', { handle })}
      viewBox={`0 0 ${length} ${length}`}
      shapeRendering="crispEdges"
      style={{ inlineSize: sizePx, blockSize: sizePx, maxInlineSize: '100%', display: 'block' }}
    >
      <path fill="#fff" d={`M0 0h${length}v${length}H0z`} />
      <path fill="#000" d={darkPath(modules)} />
    </svg>
  )
}

export function QrDownload({ handle }: { handle: string }) {
  const t = useTexts()
  const base = usePublicBase()
  const save = () => {
    const modules = modulesOf(publicAddress(base, handle))
    if (modules === undefined) return
    const { length } = modules
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${length} ${length}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${length}v${length}H0z"/><path d="${darkPath(modules)}"/></svg>`
    downloadText(`${fileNameOf(handle)}.svg`, 'image/svg+xml', svg)
  }
  return (
    <Button size="small" onClick={save}>
      {t('qrSave')}
    </Button>
  )
}

/** An identifier as the name of a file. */
export function fileNameOf(handle: string): string {
  return handle.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 100)
}

/** Opens what the public sees; addresses with a slash hidden in the suffix stay so. */
export function publicPath(handle: string): string {
  return `/${handlePath(handle)}`
}
