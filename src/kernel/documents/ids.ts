export const DOCUMENT_ID_BYTES_MAX = 1024

/** Ids are text of 1 … 1,024 bytes without control characters. */
export function isId(id: string): boolean {
  if (id === '' || !id.isWellFormed() || Buffer.byteLength(id) > DOCUMENT_ID_BYTES_MAX) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\u0000-\u001f\u007f]/.test(id)
}
