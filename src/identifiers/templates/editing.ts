import type { Documents } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { PrefixKey } from '../handle.ts'
import { lineageOf, type PrefixBook } from '../prefixes/book.ts'
import { checkTemplate, throwIfAny } from './define.ts'
import { checkExtension } from './extension.ts'
import { type Definition, parseTemplate } from './parse.ts'
import { noTemplate } from './shelf.ts'
import { type StoredTemplate, TEMPLATES, templateDocumentId } from './stored-template.ts'
import type { Template } from './template.ts'

export type EditingDeps = { readonly documents: Documents; readonly book: PrefixBook }
type Name = { readonly prefix: PrefixKey; readonly name: string }
type Place = Name & { readonly version: number }
type Stamped = { readonly author: Author; readonly expected?: number }
/** What a request brings, unread, and what it must be. */
type Given = Pick<Definition, 'given' | 'schema'>

/** Version 1 of a new template, as a draft. @throws Problem `already-exists`, `invalid-input` */
export async function createDraft(
  deps: EditingDeps,
  { prefix, name }: Name,
  wish: Given,
  { author }: Stamped,
): Promise<StoredTemplate> {
  // A name above would change its meaning for the records below that use it already.
  for (const at of lineageOf(deps.book, prefix)) {
    const count = await deps.documents.count(TEMPLATES, { prefix: at, name })
    if (count > 0) throw nameTaken(name, at)
  }
  const template = parseTemplate({ ...wish, place: { prefix, name, version: 1 } })
  return await put(deps, template, { author, expected: 0 })
}

/** The next version, as a draft: what is asked for, or a copy. @throws Problem `wrong-state`, `invalid-input`, `not-found` */
export async function createVersion(
  deps: EditingDeps,
  name: Name,
  wish: Given | undefined,
  { author }: Stamped,
): Promise<StoredTemplate> {
  const newest = await newestOf(deps, name)
  if (newest === undefined) throw noTemplate(name.name)
  const previous = newest.body
  if (previous.state === 'draft') throw new Problem('wrong-state', DRAFT_OPEN)
  const place = { ...name, version: previous.version + 1 }
  const template =
    wish === undefined
      ? { ...previous, version: place.version, state: 'draft' as const }
      : parseTemplate({ ...wish, place, previous })
  return await put(deps, template, { author, expected: 0 })
}

/** Replaces a draft. @throws Problem `wrong-state`, `invalid-input`, `not-found`, `stale-version` */
export async function changeDraft(
  deps: EditingDeps,
  place: Place,
  wish: Given,
  { author, expected }: Stamped,
): Promise<StoredTemplate> {
  const stored = await templateAt(deps, place)
  if (stored.body.state !== 'draft') throw new Problem('wrong-state', NOT_DRAFT)
  const previous = await previousOf(deps, place)
  const template = parseTemplate({ ...wish, place, previous })
  return await put(deps, template, { author, expected: expected ?? stored.version })
}

/** From now on it never changes. @throws Problem `wrong-state`, `invalid-input`, `not-found`, `stale-version` */
export async function publish(
  deps: EditingDeps,
  place: Place,
  { author, expected }: Stamped,
): Promise<StoredTemplate> {
  const stored = await templateAt(deps, place)
  const template = stored.body
  if (template.state !== 'draft') throw new Problem('wrong-state', NOT_DRAFT)
  checkTemplate(template)
  const previous = await previousOf(deps, place)
  if (previous !== undefined) throwIfAny(checkExtension(previous, template))
  const published: Template = { ...template, state: 'published' }
  return await put(deps, published, { author, expected: expected ?? stored.version })
}

/** No new record is made by it; those there are stay. @throws Problem `wrong-state`, `not-found`, `stale-version` */
export async function withdraw(
  deps: EditingDeps,
  place: Place,
  { author, expected }: Stamped,
): Promise<StoredTemplate> {
  const stored = await templateAt(deps, place)
  if (stored.body.state !== 'published') throw new Problem('wrong-state', NOT_PUBLISHED)
  const withdrawn: Template = { ...stored.body, state: 'withdrawn' }
  return await put(deps, withdrawn, { author, expected: expected ?? stored.version })
}

/** Removes a draft for good. @throws Problem `wrong-state`, `not-found`, `stale-version` */
export async function discard(
  deps: EditingDeps,
  place: Place,
  { author, expected }: Stamped,
): Promise<void> {
  const stored = await templateAt(deps, place)
  if (stored.body.state !== 'draft') throw new Problem('wrong-state', NOT_DRAFT)
  const id = templateDocumentId(place)
  const write = { collection: TEMPLATES, id, expected: expected ?? stored.version }
  await deps.documents.commit([{ ...write, delete: true }], { author })
}

/** @throws Problem `not-found` */
export async function templateAt(deps: EditingDeps, place: Place): Promise<StoredTemplate> {
  const stored = await deps.documents.get(TEMPLATES, templateDocumentId(place))
  if (stored === undefined) throw noTemplate(`${place.name}@${place.version}`)
  return stored
}

/** The highest version of a name, whatever its state. */
export async function newestOf(
  deps: EditingDeps,
  { prefix, name }: Name,
): Promise<StoredTemplate | undefined> {
  const page = await deps.documents.query(TEMPLATES, {
    where: { prefix, name },
    order: { by: 'version', descending: true },
    limit: 1,
  })
  return page.items[0]
}

async function previousOf(deps: EditingDeps, place: Place): Promise<Template | undefined> {
  if (place.version === 1) return undefined
  const { body } = await templateAt(deps, { ...place, version: place.version - 1 })
  return body
}

async function put(
  deps: EditingDeps,
  template: Template,
  { author, expected }: Stamped,
): Promise<StoredTemplate> {
  const id = templateDocumentId(template)
  const write = { collection: TEMPLATES, id, put: template }
  await deps.documents.commit([{ ...write, ...(expected !== undefined && { expected }) }], {
    author,
  })
  return await templateAt(deps, template)
}

function nameTaken(name: string, prefix: string): Problem {
  return new Problem('already-exists', {
    en: `${prefix} has a template ${name} already; make a new version of it`,
    zh: `${prefix} 已有模板 ${name}，请为其新建版本`,
  })
}

const DRAFT_OPEN: Text = {
  en: 'The newest version is still a draft; change that one',
  zh: '最新版本仍是草稿，请直接修改该草稿',
}
const NOT_DRAFT: Text = {
  en: 'Only a draft can be changed; a published version never changes',
  zh: '只有草稿可以修改，已发布的版本不可更改',
}
const NOT_PUBLISHED: Text = {
  en: 'Only a published version can be withdrawn',
  zh: '只有已发布的版本可以撤回',
}
