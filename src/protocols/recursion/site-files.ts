import { readFileSync } from 'node:fs'
import { JsonPlace } from '../../identifiers/values/json-place.ts'
import { readSite, type Site } from '../../identifiers/values/site.ts'
import { readData } from '../../identifiers/values/value-data.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'

const FILE_BYTES_MAX = 2 ** 20
const SITES_MAX = 64
const BRACKETS = new Set(['{', '['])

/** The sites in files, each as `readSites` takes them. @throws Problem that says what is wrong with which */
export function readSiteFiles(paths: readonly string[], setting: string): Site[] {
  const problems: FieldProblem[] = []
  const sites = paths.flatMap((path) => {
    try {
      return readSites(readFileSync(path))
    } catch (error) {
      problems.push(...problemsIn(error, path, setting))
      return []
    }
  })
  if (problems.length === 0) return sites
  const text = {
    en: `${setting} names files that are no sites`,
    zh: `${setting} 所列文件不是站点记录`,
  }
  throw new Problem('invalid-input', text, { fields: problems })
}

function problemsIn(error: unknown, path: string, setting: string): FieldProblem[] {
  if (error instanceof Problem) {
    return error.fields.map((it) => ({ ...it, path: `${setting} ${path} ${it.path}` }))
  }
  const why = error instanceof Error ? error.message : String(error)
  const reason = { en: `Cannot be read: ${why}`, zh: `无法读取：${why}` }
  return [{ path: `${setting} ${path}`, reason }]
}

/**
 * Sites in the binary form of HS_SITE, or as JSON: one, several in an array, what `/api/site` answers, or a record with
 * HS_SITE values as the JSON API answers it. @throws Problem, MalformedBytes
 */
export function readSites(bytes: Uint8Array): Site[] {
  if (bytes.length > FILE_BYTES_MAX) throw new Error(`it has more than ${FILE_BYTES_MAX} bytes`)
  const text = Buffer.from(bytes).toString('utf8').trimStart()
  const sites = BRACKETS.has(text.charAt(0)) ? sitesInJson(JSON.parse(text)) : [readSite(bytes)]
  if (!sites.some((it) => it.servers.some((server) => server.interfaces.length > 0))) {
    throw new Error('there is no server in it')
  }
  return sites
}

function sitesInJson(json: unknown): Site[] {
  const problems: FieldProblem[] = []
  const sites = dataOfSites(new JsonPlace(json, problems)).map(({ place, isData }) => {
    const data = readData(isData ? place : new JsonPlace(asData(place), problems, place.path))
    return data instanceof Uint8Array ? readSite(data) : undefined
  })
  if (problems.length > 0) throw new Problem('invalid-input', NO_SITE, { fields: problems })
  return sites.filter((it) => it !== undefined)
}

type Found = { readonly place: JsonPlace; readonly isData: boolean }

function dataOfSites(place: JsonPlace): Found[] {
  if (Array.isArray(place.json)) {
    return place.elements(SITES_MAX)?.map((it) => ({ place: it, isData: false })) ?? []
  }
  const values = place.member('values')
  if (values.isGiven) {
    const all = values.elements(SITES_MAX) ?? []
    const sites = all.filter((it) => it.member('type').json === 'HS_SITE')
    return sites.map((it) => ({ place: it.member('data'), isData: true }))
  }
  const site = place.member('site')
  return [{ place: site.isGiven ? site : place, isData: false }]
}

function asData({ json }: JsonPlace): unknown {
  return { format: 'site', value: json }
}

const NO_SITE = { en: 'This is not a site record', zh: '不是有效的站点记录' }
