import type { Documents } from '../../kernel/documents/documents.ts'
import { Problem } from '../../lib/problem.ts'
import type { PrefixKey } from '../handle.ts'
import { lineageOf, type PrefixBook } from '../prefixes/book.ts'
import { type CompiledTemplate, compileTemplate } from './compiled.ts'
import { parseTemplateName, TEMPLATES, templateDocumentId } from './stored-template.ts'
import type { Template } from './template.ts'

const COMPILED_MAX = 1000

type States = readonly Template['state'][]

/**
 * The templates that prefixes may use: their own, and those of the prefixes they derive from that belong to the same
 * enterprise or to the node. The nearest wins; no prefix can take a name that is in use above it.
 */
export class TemplateShelf {
  readonly #documents: Documents
  readonly #book: PrefixBook
  readonly #compiled = new Map<string, { version: number; template: CompiledTemplate }>()

  constructor(documents: Documents, book: PrefixBook) {
    this.#documents = documents
    this.#book = book
  }

  /**
   * A published template by `name@version`, or the newest published one by `name`, ready to check new records.
   * @throws Problem `not-found`; `wrong-state` for one that is a draft or withdrawn.
   */
  async toWrite(prefix: PrefixKey, name: string): Promise<CompiledTemplate> {
    const found = await this.find(prefix, name)
    if (found === undefined) throw noTemplate(name)
    if (found.template.state === 'published') return found
    throw new Problem('wrong-state', {
      en: `The template ${found.id} is ${found.template.state === 'draft' ? 'a draft' : 'withdrawn'}`,
      zh: `模板 ${found.id} ${found.template.state === 'draft' ? '尚未发布' : '已撤回'}`,
    })
  }

  /** The template by which a record was made, whatever has become of it since. */
  async find(prefix: PrefixKey, name: string): Promise<CompiledTemplate | undefined> {
    return await this.#find(prefix, name, ['published'])
  }

  /**
   * By `name` alone the version that has the fields of all records there are: the newest that records can have been made
   * by, also where it has been withdrawn since.
   */
  async toRead(prefix: PrefixKey, name: string): Promise<CompiledTemplate | undefined> {
    return await this.#find(prefix, name, ['published', 'withdrawn'])
  }

  async #find(prefix: PrefixKey, name: string, states: States) {
    const wanted = parseTemplateName(name)
    if (wanted === undefined) return undefined
    const { version } = wanted
    for (const at of lineageOf(this.#book, prefix)) {
      const id =
        version === undefined
          ? await this.#newest(at, wanted.name, states)
          : templateDocumentId({ prefix: at, name: wanted.name, version })
      const found = id === undefined ? undefined : await this.#compile(id)
      if (found !== undefined) return found
    }
    return undefined
  }

  async #newest(prefix: PrefixKey, name: string, states: States): Promise<string | undefined> {
    const page = await this.#documents.query(TEMPLATES, {
      where: { prefix, name, state: { in: [...states] } },
      order: { by: 'version', descending: true },
      limit: 1,
    })
    return page.items[0]?.id
  }

  async #compile(id: string): Promise<CompiledTemplate | undefined> {
    const stored = await this.#documents.get(TEMPLATES, id)
    if (stored === undefined) return undefined
    const known = this.#compiled.get(id)
    if (known?.version === stored.version) return known.template
    const template = compileTemplate(stored.body)
    if (this.#compiled.size >= COMPILED_MAX) this.#compiled.clear()
    this.#compiled.set(id, { version: stored.version, template })
    return template
  }
}

export function noTemplate(name: string): Problem {
  return new Problem('not-found', {
    en: `The prefix has no template ${name}`,
    zh: `该前缀没有模板 ${name}`,
  })
}
