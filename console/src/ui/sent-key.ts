import { useMemo } from 'react'

type Sent = { readonly digest: string; readonly key: string }

/**
 * The key under which the node does something once. The same wish has the same key until the node has said that it is done: sent
 * again after an answer that was lost, by another dialog of the same name or after a reload too, it is one deed. What was changed
 * is another. The wish itself is kept nowhere.
 */
export function useSentKey(name: string): {
  readonly keyFor: (wish: unknown) => string
  /** The node has answered that it is done: the same again is meant as another. */
  readonly done: () => void
} {
  return useMemo(() => {
    const at = `waymark.sent.${name}`
    return {
      keyFor: (wish) => {
        const digest = digestOf(JSON.stringify(wish))
        const known = read(at)
        if (known?.digest === digest) return known.key
        const sent = { digest, key: newKey() }
        write(at, sent)
        return sent.key
      },
      done: () => write(at, undefined),
    }
  }, [name])
}

/** Nobody guesses it. `crypto.randomUUID` is not there without TLS. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((it) => it.toString(16).padStart(2, '0'))
    .join('')
}

/** Where the browser keeps nothing of this page. */
const here = new Map<string, Sent>()

function read(at: string): Sent | undefined {
  try {
    const text = sessionStorage.getItem(at)
    if (text !== null) return JSON.parse(text) as Sent
  } catch {
    // the browser keeps nothing of this page
  }
  return here.get(at)
}

function write(at: string, sent: Sent | undefined): void {
  if (sent === undefined) here.delete(at)
  else here.set(at, sent)
  try {
    if (sent === undefined) sessionStorage.removeItem(at)
    else sessionStorage.setItem(at, JSON.stringify(sent))
  } catch {
    // the browser keeps nothing of this page
  }
}

const MIX_A = 2_654_435_761
const MIX_B = 1_597_334_677

/** 64 bits: tells one wish from the next one of the same form, which nobody chooses to be alike. */
function digestOf(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, MIX_A)
    b = Math.imul(b ^ unit, MIX_B)
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}.${text.length}`
}
