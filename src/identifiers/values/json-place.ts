import type { FieldProblem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'

/**
 * A place in JSON that was given from outside. What is read through it is checked, and everything wrong is noted with its
 * JSON Pointer, so that all faults are told at once.
 */
export class JsonPlace {
  readonly json: unknown
  readonly path: string
  readonly #problems: FieldProblem[]

  constructor(json: unknown, problems: FieldProblem[], path = '') {
    this.json = json
    this.path = path
    this.#problems = problems
  }

  /** Notes what is wrong here; answers undefined, so that a reader can return it. */
  wrong(reason: Text, expected?: Text): undefined {
    this.#problems.push({
      path: this.path,
      reason,
      ...(expected === undefined ? {} : { expected }),
    })
    return undefined
  }

  get isGiven(): boolean {
    return this.json !== undefined && this.json !== null
  }

  member(name: string): JsonPlace {
    const { json } = this
    const value = isObject(json) && Object.hasOwn(json, name) ? json[name] : undefined
    const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1')
    return new JsonPlace(value, this.#problems, `${this.path}/${escaped}`)
  }

  /** The object that stands here. */
  object(): Readonly<Record<string, unknown>> | undefined {
    return isObject(this.json) ? this.json : this.wrong(WANTED.object)
  }

  /** The elements of the array that stands here, `max` at most. */
  elements(max: number): JsonPlace[] | undefined {
    const { json } = this
    if (!Array.isArray(json)) return this.wrong(WANTED.array)
    if (json.length > max) {
      return this.wrong({ en: `At most ${max} elements`, zh: `最多 ${max} 项` })
    }
    return json.map((it, i) => new JsonPlace(it, this.#problems, `${this.path}/${i}`))
  }

  /** Text; numbers and booleans are taken as they are written, as deployed servers do. */
  text(): string | undefined {
    const { json } = this
    if (typeof json === 'number' || typeof json === 'boolean') return String(json)
    if (typeof json !== 'string') return this.wrong(WANTED.text)
    return json.isWellFormed() ? json : this.wrong(WANTED.unicode)
  }

  boolean(): boolean | undefined {
    const { json } = this
    if (json === 'true' || json === true) return true
    if (json === 'false' || json === false) return false
    return this.wrong(WANTED.boolean)
  }

  integer(min: number, max: number): number | undefined {
    const { json } = this
    const value = typeof json === 'string' && /^[+-]?\d{1,10}$/.test(json) ? Number(json) : json
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
      return value
    }
    return this.wrong(WANTED.integer, { en: `${min} … ${max}`, zh: `${min} … ${max}` })
  }
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

const WANTED = {
  object: { en: 'An object is wanted here', zh: '此处应为对象' },
  array: { en: 'An array is wanted here', zh: '此处应为数组' },
  text: { en: 'Text is wanted here', zh: '此处应为文本' },
  unicode: { en: 'This is not valid Unicode text', zh: '不是有效的 Unicode 文本' },
  boolean: { en: 'true or false is wanted here', zh: '此处应为 true 或 false' },
  integer: { en: 'A whole number in range is wanted here', zh: '此处应为范围内的整数' },
} satisfies Record<string, Text>
