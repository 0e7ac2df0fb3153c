import type { Writable } from 'node:stream'
import { Problem } from '../lib/problem.ts'
import type { Language, Text } from '../lib/text.ts'

/** One thing the demo looked at. */
export type Check = { readonly what: string; readonly holds: boolean; readonly seen?: string }

/** What the demo tells as it goes, and everything it has checked. */
export class Story {
  readonly language: Language
  readonly checks: Check[] = []
  readonly #to: Writable
  #steps = 0

  constructor(to: Writable, language: Language) {
    this.#to = to
    this.language = language
  }

  get failures(): readonly Check[] {
    return this.checks.filter((it) => !it.holds)
  }

  step(title: Text): void {
    this.#steps++
    this.#to.write(`\n${this.#steps}  ${title[this.language]}\n`)
  }

  tell(text: Text): void {
    this.#to.write(`   ${text[this.language]}\n`)
  }

  /** `seen`: what was there instead, told when it does not hold. */
  check(what: Text, holds: boolean, seen?: unknown): void {
    const told = what[this.language]
    const instead = holds || seen === undefined ? undefined : brief(seen)
    this.checks.push({ what: told, holds, ...(instead !== undefined && { seen: instead }) })
    this.#to.write(
      `   ${holds ? '✓' : '✗'} ${told}${instead === undefined ? '' : `: ${instead}`}\n`,
    )
  }
}

const SEEN_CHARS_MAX = 400

function brief(seen: unknown): string {
  const text =
    seen instanceof Problem ? seen.message : typeof seen === 'string' ? seen : JSON.stringify(seen)
  return text.length > SEEN_CHARS_MAX ? `${text.slice(0, SEEN_CHARS_MAX)}…` : text
}
