import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REGION_FILE, regionsIn } from '../../kernel/packs/pack-files.ts'
import { regionsFolder } from '../../kernel/packs/regions.ts'

type Region = { readonly code: string; readonly parent?: string; readonly division?: string }

let known: Promise<readonly Region[]> | undefined

/**
 * Where a division of GB/T 2260 lies among the regions that have a pack: `shenzhen/baoan` for 440306. A county whose city has a pack
 * and it has none itself lies in the city under its own code; elsewhere the code alone is the place.
 */
export async function placeOfDivision(code: string): Promise<string> {
  known ??= readRegions()
  const regions = await known
  const exact = regions.find((it) => it.division === code)
  if (exact !== undefined) return pathOf(exact, regions)
  const city = regions.find((it) => it.division === `${code.slice(0, 4)}00`)
  return city === undefined ? code : `${pathOf(city, regions)}/${code}`
}

function pathOf(region: Region, regions: readonly Region[]): string {
  const parent = regions.find((it) => it.code === region.parent)
  return parent === undefined ? region.code : `${pathOf(parent, regions)}/${region.code}`
}

async function readRegions(): Promise<readonly Region[]> {
  const { readYaml } = await import('../../kernel/packs/yaml-text.ts')
  const folder = regionsFolder()
  const codes = await regionsIn(folder)
  const texts = await Promise.all(
    codes.map((it) => readFile(join(folder, it, REGION_FILE), 'utf8')),
  )
  return texts.map((it) => readYaml(it).value as Region)
}
