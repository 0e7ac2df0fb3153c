import { CASE_ENTRIES, CASES, type CaseContent } from './collections.ts'
import { readContent } from './content.ts'
import { type CaseDesk, noCase, readCase, readProcedure } from './desk.ts'
import type { Actor } from './events.ts'
import { type CaseView, type EntryView, sectionsFor, viewCase, viewEntry } from './view.ts'

/** @throws Problem `not-found`, also where it is not theirs to know of */
export async function showCase(desk: CaseDesk, actor: Actor, id: string): Promise<CaseView> {
  const { body } = await readCase(desk.documents, id)
  const procedure = await readProcedure(desk.documents, body.pins.procedure)
  const view = viewCase(body, { actor, procedure, calendars: desk.calendars() })
  if (view === undefined) throw noCase()
  return view
}

export type ThreadPage = { readonly items: readonly EntryView[]; readonly next?: string }

/** The thread as they may see it, the oldest first. A page may hold fewer than `limit`, even none, and still have a `next`. */
export async function showThread(
  desk: CaseDesk,
  actor: Actor,
  id: string,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<ThreadPage> {
  await showCase(desk, actor, id)
  const { body } = await readCase(desk.documents, id)
  const procedure = await readProcedure(desk.documents, body.pins.procedure)
  const page = await desk.documents.query(CASE_ENTRIES, {
    where: { case: id },
    order: { by: 'number' },
    limit,
    ...(after !== undefined && { after }),
  })
  const items = page.items
    .map((it) => viewEntry(body, it.body, { actor, procedure }))
    .filter((it) => it !== undefined)
  return { items, ...(page.next !== undefined && { next: page.next }) }
}

/** What was handed in; the newest where no version is said. @throws Problem `not-found` */
export async function showContent(
  desk: CaseDesk,
  actor: Actor,
  id: string,
  version?: number,
): Promise<CaseContent> {
  const { body } = await readCase(desk.documents, id)
  const procedure = await readProcedure(desk.documents, body.pins.procedure)
  if (!sectionsFor(body, actor, procedure).has('content')) throw noCase()
  return await readContent(desk.documents, id, version ?? body.content.version)
}

export type DueCase = {
  readonly id: string
  readonly receipt: string
  readonly step: string
  readonly dueAt: number
}

/** Cases of which something is due before a time, the most urgent first; for those whose work they are. */
export async function dueBefore(
  { documents }: CaseDesk,
  { before, after, limit }: { before: number; after?: string; limit: number },
): Promise<{ readonly items: readonly DueCase[]; readonly next?: string }> {
  const page = await documents.query(CASES, {
    where: { dueAt: { below: before } },
    order: { by: 'dueAt' },
    limit,
    ...(after !== undefined && { after }),
  })
  const items = page.items.map(({ id, body }) => {
    return { id, receipt: body.receipt, step: body.step, dueAt: body.dueAt ?? before }
  })
  return { items, ...(page.next !== undefined && { next: page.next }) }
}
