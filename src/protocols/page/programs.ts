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

/** Where the files are that everybody may read, by field. */
function filesOf({ fields }: Description, base: string): object {
  const files = fields.flatMap(({ name, value, fileName }) =>
    fileName === undefined
      ? []
      : [
          [
            name,
            { name: fileName, href: `${base}/api/v1/files/${encodeURIComponent(`${value}`)}` },
          ],
        ],
  )
  return files.length === 0 ? {} : { files: Object.fromEntries(files) }
}

function labelOf({ name, label, unit }: ReadField): [string, unknown] {
  return [name, { ...label, ...(unit !== undefined && { unit }) }]
}

/** The same in the words of schema.org: a Product with an identifier and additional properties; a prefix is none. */
export function descriptionLd(description: Description, { base, target }: Addresses): unknown {
  const { handle, kind, title, enterprise } = description
  const isPrefix = kind === 'prefix'
  return {
    '@context': 'https://schema.org',
    '@type': isPrefix ? 'Thing' : 'Product',
    '@id': `${base}${pathOf(handle)}`,
    identifier: { '@type': 'PropertyValue', propertyID: 'handle', value: handle },
    name: title ?? handle,
    ...(target !== undefined && { url: target.href }),
    ...(enterprise !== undefined && {
      [isPrefix ? 'owner' : 'manufacturer']: { '@type': 'Organization', name: enterprise },
    }),
    ...(!isPrefix && { additionalProperty: description.fields.map(propertyOf) }),
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
