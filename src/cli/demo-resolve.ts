import { Agent, get } from 'node:http'
import type { Listed } from './demo-list.ts'
import { pathOfHandle, runCommand, type Stage, type Visited, visit } from './demo-stage.ts'
import { formatCount, startProgress } from './progress.ts'
import { resolveCommand } from './resolve.ts'

const HTML = { accept: 'text/html' }
const CONNECTIONS = 16
const PNG_MAGIC = '89504e470d0a1a0a'

/** One identifier in every way in which it can be asked for. */
export async function resolveEveryWay(
  stage: Stage,
  product: Listed,
  enterpriseName: string,
): Promise<void> {
  const { story } = stage
  const { handle, url } = product
  story.step({ en: `${handle} resolves in every way`, zh: `以各种方式解析 ${handle}` })
  const path = pathOfHandle(handle)
  const api = await visit(stage, `/api/handles${path}`)
  story.check({ en: 'Handle JSON API', zh: 'Handle JSON API' }, isRight(api, product), api.text)
  const typed = await visit(stage, `/api/handles${path}?type=URL`)
  story.check(
    { en: 'Handle JSON API, values of type URL only', zh: 'Handle JSON API，仅取 URL 类型的值' },
    valuesIn(typed)?.size === 1 && valuesIn(typed)?.get('URL') === url,
    typed.text,
  )
  const scanned = await visit(stage, path, HTML)
  story.check(
    { en: `a scanned code leads to ${url}`, zh: `扫码跳转到 ${url}` },
    scanned.status === 302 && scanned.location === url,
    scanned.status,
  )
  await checkPages(stage, product, enterpriseName)
  await checkForPrograms(stage, product)
  await checkCodes(stage, path)
  const { code, stdout } = await runCommand(stage, resolveCommand, [handle])
  const shown = `$ waymark resolve ${handle}`
  story.check({ en: shown, zh: shown }, code === 0 && stdout.includes(url), stdout)
}

async function checkPages(
  stage: Stage,
  { handle, name }: Listed,
  enterpriseName: string,
): Promise<void> {
  for (const [lang, label] of [
    ['zh', '制造商'],
    ['en', 'Maker'],
  ] as const) {
    const page = await visit(stage, `${pathOfHandle(handle)}?lang=${lang}`, HTML)
    const wanted = [name.trim(), label, enterpriseName].map(escaped)
    stage.story.check(
      { en: `the page, ${lang}`, zh: `公众页面（${lang}）` },
      page.status === 200 && wanted.every((it) => page.text.includes(it)),
      page.status === 200 ? wanted : page.status,
    )
  }
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

async function checkForPrograms(stage: Stage, product: Listed): Promise<void> {
  const { handle, vendor, name, models, advisories, latestAdvisory, url } = product
  const json = await visit(stage, pathOfHandle(handle), { accept: 'application/json' })
  const { fields } = parsed(json) as { fields?: Record<string, unknown> }
  const wanted = {
    vendor,
    product_name: name,
    ...(models !== '' && { models: modelsOf(models) }),
    advisories: Number(advisories),
    latest_advisory: latestAdvisory,
    url,
  }
  const same = Object.entries(wanted).every(
    ([field, value]) => JSON.stringify(fields?.[field]) === JSON.stringify(value),
  )
  stage.story.check({ en: 'JSON by Accept', zh: '按 Accept 返回 JSON' }, same, json.text)
  const ld = await visit(stage, pathOfHandle(handle), { accept: 'application/ld+json' })
  const described = parsed(ld) as { '@type'?: string; identifier?: { value?: string } }
  stage.story.check(
    { en: 'JSON-LD by Accept', zh: '按 Accept 返回 JSON-LD' },
    described['@type'] === 'Product' && described.identifier?.value === handle,
    ld.text,
  )
}

async function checkCodes(stage: Stage, path: string): Promise<void> {
  const svg = await visit(stage, `${path}?qr=svg`)
  const png = await visit(stage, `${path}?qr=png&size=512`)
  stage.story.check(
    { en: 'QR code as SVG and PNG', zh: '二维码（SVG 与 PNG）' },
    svg.type.startsWith('image/svg+xml') &&
      svg.text.startsWith('<svg') &&
      png.type === 'image/png' &&
      png.bytes.subarray(0, 8).toString('hex') === PNG_MAGIC,
    [svg.type, png.type],
  )
}

export type Resolved = { readonly answers: number; readonly answersPerS: number }

/** Every product of the list by the Handle JSON API, each compared with its line. */
export async function resolveAll(stage: Stage, products: readonly Listed[]): Promise<Resolved> {
  const { story, io } = stage
  story.step({ en: 'Every product of the list is asked for', zh: '逐一解析清单中的全部产品' })
  const progress = startProgress(io, { total: products.length, language: story.language })
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const wrong: string[] = []
  const queue = products.values()
  let done = 0
  const work = async () => {
    for (const product of queue) {
      const answer = await fetchHandle(stage, product.handle, agent)
      if (!isRight(answer, product)) wrong.push(product.handle)
      progress.update(++done)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  const passedMs = performance.now() - startedAt
  agent.destroy()
  progress.end()
  const answersPerS = Math.round((done / passedMs) * 1000)
  story.check(
    {
      en: `${formatCount(done)} answers, each as its line says, at ${formatCount(answersPerS)}/s`,
      zh: `${formatCount(done)} 个应答，全部与清单一致，${formatCount(answersPerS)} 次/秒`,
    },
    done === products.length && wrong.length === 0,
    wrong.slice(0, 5),
  )
  return { answers: done, answersPerS }
}

type Answer = Pick<Visited, 'status' | 'text'>

/** `fetch` is slower than the node is: this measures the node. */
async function fetchHandle({ url }: Stage, handle: string, agent: Agent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const request = get(`${url}/api/handles/${encodeURIComponent(handle)}`, { agent }, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (it: string) => {
      text += it
    })
    response.on('error', reject)
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
  })
  request.on('error', reject)
  return await promise
}

/** Handle values by type; undefined when the answer is not a found identifier. */
function valuesIn({ status, text }: Answer): ReadonlyMap<string, unknown> | undefined {
  const { responseCode, values } = JSON.parse(text) as {
    readonly responseCode: number
    readonly values?: readonly { readonly type: string; readonly data: { value: unknown } }[]
  }
  if (status !== 200 || responseCode !== 1) return undefined
  return new Map(values?.map(({ type, data }) => [type, data.value]))
}

function isRight(answer: Answer, product: Listed): boolean {
  const values = valuesIn(answer)
  const { vendor, name, models, advisories, latestAdvisory, url } = product
  const wanted = {
    vendor,
    product_name: name,
    models: models === '' ? undefined : JSON.stringify(modelsOf(models)),
    advisories,
    latest_advisory: latestAdvisory,
    URL: url,
  }
  return Object.entries(wanted).every(([type, value]) => values?.get(type) === value)
}

function modelsOf(cell: string): string[] {
  return cell
    .split('|')
    .map((it) => it.trim())
    .filter((it) => it !== '')
}

function parsed({ status, text }: Visited): object {
  return status === 200 ? (JSON.parse(text) as object) : {}
}
