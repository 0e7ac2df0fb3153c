import type { ReadField } from '../../identifiers/templates/read.ts'
import type { Description } from './describe.ts'
import { pathOf } from './names.ts'

export type Addresses = {
  /** Public address of the node, without a slash at the end. */
  readonly base: string
  readonly target: URL | undefined
}

/** What everybody may know of an identifier, for programs. Times are RFC 3339. */
export function descriptionJson(description: Description, { base, target }: Addresses): unknown {
  const { handle, state, kind, title, template, enterprise, prefix } = description
  const self = `${base}${pathOf(handle)}`
  return {
    handle,
    kind,
    state,
    ...(title !== undefined && { title }),
    prefix,
    ...(enterprise !== undefined && { enterprise: { name: enterprise } }),
    ...(template !== undefined && { template }),
    fields: Object.fromEntries(description.fields.map((it) => [it.name, it.value])),
    labels: Object.fromEntries(description.fields.map(labelOf)),
    ...filesOf(description, base),
    values: description.others.map(({ index, type, data }) => ({
      index,
      type,
      ...(typeof data === 'string'
        ? { data }
        : { dataBase64: Buffer.from(data).toString('base64') }),
    })),
    history: description.history.map(({ status, at, times }) => ({
      status,
      at: new Date(at).toISOString(),
      times,
    })),
    links: {
      self,
      ...(target !== undefined && { target: target.href }),
      handle: `${base}/api/handles${pathOf(handle)}`,
      jsonLd: `${self}?format=json-ld`,
      qrSvg: `${self}?qr=svg`,
      qrPng: `${self}?qr=png`,
    },
  }
}

/** Where the files are that everybody may read, by field; a list of files has a list of them. */
function filesOf({ fields }: Description, base: string): object {
  const found = fields.flatMap(({ name, type, files }) => {
    const links = [...(files ?? [])].map(([id, fileName]) => ({
      name: fileName,
      href: `${base}/api/v1/files/${encodeURIComponent(id)}`,
    }))
    if (links.length === 0) return []
    return [[name, type === 'list' ? links : links[0]]]
  })
  return found.length === 0 ? {} : { files: Object.fromEntries(found) }
}

function labelOf({ name, label, unit }: ReadField): [string, unknown] {
  return [name, { ...label, ...(unit !== undefined && { unit }) }]
}

/** Types of schema.org that are made by somebody. */
const PRODUCTS: ReadonlySet<string> = new Set([
  ...['Product', 'IndividualProduct', 'ProductModel', 'ProductGroup', 'SomeProducts'],
  ...[
    'Vehicle',
    'BusOrCoach',
    'Car',
    'Motorcycle',
    'MotorizedBicycle',
    'Drug',
    'DietarySupplement',
  ],
])

/**
 * The same in the words of schema.org: of the type that the template names, with an identifier and additional properties.
 * Only of a product is it known that who registered it made it; of other things they published this page.
 */
export function descriptionLd(description: Description, { base, target }: Addresses): unknown {
  const { handle, kind, title, enterprise, thing = 'Thing' } = description
  const isPrefix = kind === 'prefix'
  const type = isPrefix ? 'Thing' : thing
  const self = `${base}${pathOf(handle)}`
  return {
    '@context': 'https://schema.org',
    '@type': type,
    '@id': self,
    identifier: { '@type': 'PropertyValue', propertyID: 'handle', value: handle },
    name: title ?? handle,
    ...(target !== undefined && { url: target.href }),
    ...(enterprise !== undefined && registrantOf({ type, isPrefix, enterprise, self })),
    ...(!isPrefix && { additionalProperty: description.fields.map(propertyOf) }),
  }
}

type Registered = {
  readonly type: string
  readonly isPrefix: boolean
  readonly enterprise: string
  readonly self: string
}

function registrantOf({ type, isPrefix, enterprise, self }: Registered): object {
  const organization = { '@type': 'Organization', name: enterprise }
  if (isPrefix) return { owner: organization }
  if (PRODUCTS.has(type)) return { manufacturer: organization }
  return {
    mainEntityOfPage: { '@type': 'WebPage', '@id': `${self}?show`, publisher: organization },
  }
}

function propertyOf({ name, label, value, unit }: ReadField): object {
  return {
    '@type': 'PropertyValue',
    propertyID: name,
    name: [
      { '@language': 'zh', '@value': label.zh },
      { '@language': 'en', '@value': label.en },
    ],
    value,
    ...(unit !== undefined && { unitText: unit }),
  }
}
