import type { Page } from 'playwright-core'

/** Around every hostile text, so that a page's own words can be told from it. */
export const BEGIN = '⟦'
export const END = '⟧'

const SCRIPT = '<script>window.ran=1</script><img src=x onerror="window.ran=1">'
const TURNED = '\u202eتجربة \u2066مضخة'
const EMOJI = '👩🏽‍🔧👨‍👩‍👧‍👦🏴‍☠️'
const PILE = `Z${'\u0335\u0322\u035e\u0300\u0301'.repeat(8)}a`
const LETTER = 'W'
/** Where not all of it has room. */
const SHORT = ['<img src=x onerror=window.ran=1>', TURNED, EMOJI, 'Z\u0335\u0322\u035e\u0300a']
let shorts = 0

type Hostile = {
  /** Marks that turn the direction of writing round are refused in names of enterprises and people. */
  readonly mayTurn?: boolean
  /** A file's name ends where a folder would begin. */
  readonly isFile?: boolean
}

/**
 * A text as long as a field may be, in which there is what breaks pages: markup that would run, writing that turns round and is
 * never turned back, signs joined of many, a pile of marks, and a word without an end.
 */
export function hostile(charsMax: number, of: Hostile = {}): string {
  const { mayTurn = true, isFile = false } = of
  const whole = [isFile ? SHORT[0] : SCRIPT, ...(mayTurn ? [TURNED] : []), EMOJI, PILE].join(' ')
  const has = (it: string) => it.length + 3 <= charsMax
  const short = SHORT[shorts++ % SHORT.length] ?? ''
  const start = has(whole) ? `${BEGIN}${whole} ` : `${BEGIN}${has(short) ? short : ''}`
  return `${start}${LETTER.repeat(charsMax - start.length - END.length)}${END}`
}

/** Page's own words that a hostile text turns round with itself, for it was not held apart from them. */
export async function turnedRound(page: Page): Promise<string[]> {
  return (await page.evaluate(TURNED_ROUND)) as string[]
}

/** A line of words ends with its box; what is marked as apart, and what lies in a box that bends, is by itself. */
const TURNED_ROUND = `(() => {
  const apart = /isolate|plaintext/
  const boxOf = (node) => {
    let it = node.parentElement
    while (it.parentElement) {
      const { display, unicodeBidi } = getComputedStyle(it)
      if (!display.startsWith('inline') && display !== 'contents') return it
      if (apart.test(unicodeBidi)) return it
      it = it.parentElement
    }
    return it
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const boxes = new Map()
  while (walker.nextNode()) {
    const node = walker.currentNode
    const parent = node.parentElement
    if (node.textContent.trim() === '' || parent.closest('script, style, noscript, textarea')) continue
    if (!parent.checkVisibility()) continue
    const box = boxOf(node)
    if (/flex|grid/.test(getComputedStyle(box).display) && parent === box) continue
    boxes.set(box, [...(boxes.get(box) ?? []), node.textContent])
  }
  const found = []
  for (const [box, texts] of boxes) {
    const text = texts.join('').replace(/\\u2068[^\\u2069]*\\u2069/gs, '')
    if (!text.includes('\u202e')) continue
    const own = text.replace(/${BEGIN}[^${END}]*${END}?/gs, '').trim()
    const several = text.split('\u202e').length > 2
    if (own !== '' || several) found.push(box.tagName + '.' + box.className + ': ' + own.slice(0, 80))
  }
  return found
})()`
