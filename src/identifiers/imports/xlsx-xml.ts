import { SaxesParser } from 'saxes'
import { broken } from './xlsx-zip.ts'

/** Bytes that may come without a tag: no cell is longer, and a text without end is not kept. */
const UNTAGGED_BYTES_MAX = 4_194_304

/** What a reader of a part wants to be told; names are without their namespace prefix. */
export type XmlListener = {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
}

/**
 * Tells the elements of a part. Entities beyond XML's five and character references are refused, document types are not
 * looked at. `pause` is awaited after each piece.
 */
export async function readXml(
  bytes: AsyncIterable<Buffer>,
  listener: XmlListener,
  pause?: () => Promise<void>,
): Promise<void> {
  const parser = new SaxesParser()
  let untagged = 0
  parser.on('error', (error) => {
    throw broken('its XML is damaged', 'XML 已损坏', error)
  })
  parser.on('opentag', ({ name, attributes }) => {
    untagged = 0
    listener.open?.(local(name), attributes)
  })
  parser.on('text', (text) => listener.text?.(text))
  parser.on('cdata', (text) => listener.text?.(text))
  parser.on('closetag', ({ name }) => {
    untagged = 0
    listener.close?.(local(name))
  })
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of bytes) {
    untagged += chunk.length
    if (untagged > UNTAGGED_BYTES_MAX) throw broken('a cell is too long', '单元格过长')
    parser.write(decoder.decode(chunk, { stream: true }))
    await pause?.()
  }
  parser.write(decoder.decode()).close()
}

function local(name: string): string {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}
