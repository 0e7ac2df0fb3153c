import { keyOf } from '../handle/request.ts'

const CANDIDATES_MAX = 6
const NAME_CHARS_MAX = 300

/** Schemes and resolvers people copy along with an identifier. */
const WRAPPING = /^\s*(?:hdl:|(?:https?:\/\/)?(?:hdl\.handle\.net|dx\.doi\.org|doi\.org)\/)/i
const INVISIBLE = /[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/g
const SPACES = /[\s\u3000]+/g
/** A prefix as it is printed: numbers joined by dots; then what stands where the slash was lost. */
const LOST_SLASH = /^(\d{1,5}(?:\.\d{1,128}){1,4})(?:[\s_:|\\-]+|(?=[^\d./\s]))(.+)$/

/**
 * Names that were perhaps meant: printed codes lose their slash, are retyped with full-width characters, or copied with
 * spaces and line breaks (`88.122.2 SX-7` → `88.122.2/SX-7`). None of them is the name itself; the caller looks which exist.
 */
export function repairs(spelled: string): string[] {
  if (spelled.length > NAME_CHARS_MAX) return []
  const plain = spelled.normalize('NFKC').replace(INVISIBLE, '').replace(WRAPPING, '').trim()
  const slashed = plain.replaceAll('\\', '/')
  const joined = slashed.replace(SPACES, '')
  const candidates = [slashed, joined, ...withSlash(slashed), ...withSlash(joined)]
  const trimmed = candidates.map((it) => it.replace(/[/.,;:。，；：]+$/, ''))
  const dashed = slashed.replace(/[\u2010-\u2015\u2212]/g, '-').replace(SPACES, '')
  const all = [...candidates, ...trimmed, dashed]
  const known = new Set([keyOf(spelled)])
  const found: string[] = []
  for (const name of all) {
    const key = keyOf(name)
    if (key === undefined || known.has(key) || found.length === CANDIDATES_MAX) continue
    known.add(key)
    found.push(name)
  }
  return found
}

function withSlash(name: string): string[] {
  const [, prefix, suffix] = LOST_SLASH.exec(name) ?? []
  if (prefix === undefined || suffix === undefined) return []
  const spaceless = suffix.replace(SPACES, '')
  return [`${prefix}/${suffix.trim()}`, `${prefix}/${spaceless}`]
}
