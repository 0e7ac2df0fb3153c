import { type As, DAY_MS, MINUTE_MS } from './award-world.ts'
import { hostile } from './hostile-text.ts'
import { type Filling, fileTo, type Ids, keyed } from './hostile-world.ts'
import { PAPER } from './papers-world.ts'

/** A draft put to comment with its comments and answers, letters and proposals. */
export async function written(filling: Filling): Promise<Ids> {
  const { otto } = filling.people
  const time = (days: number) => new Date(filling.now + days * DAY_MS).toISOString()
  const draft = await commentedOn(filling, { until: time(30), comments: 2 })
  await answered(filling, draft, 1)
  const begun = await begunBy(filling)
  const letters = await lettersOf(filling)
  const proposal = await otto('POST', '/policy/proposals', keyed(proposalOf(time)))
  return { draft, begun: begun.id, ...letters, proposal: proposal.id }
}

/** A paper that is published and will be repealed, with what became of the comments on it. The clock moves by a minute. */
export async function published(filling: Filling): Promise<Ids> {
  const { world, people } = filling
  const { otto, approver } = people
  const until = new Date(world.clock() + MINUTE_MS).toISOString()
  const id = await commentedOn(filling, { until, comments: 1 })
  world.clock.advance(MINUTE_MS)
  await answered(filling, id, 1)
  const deed = async (by: As, body: object) => {
    const { version } = await otto('GET', `/policy/paper-drafts/${id}`)
    await by('POST', `/policy/paper-drafts/${id}/deeds`, { ...body, version })
  }
  await deed(otto, { do: 'put-forward' })
  await deed(approver, { do: 'publish' })
  await deed(otto, { do: 'repeal', from: '2022-06-30', reason: hostile(4000) })
  return { published: id }
}

/** A paper that is being written, with a file. */
async function begunBy({ world, people }: Filling): Promise<{ id: string; version: number }> {
  const line = () => hostile(300)
  const { otto, sessions } = people
  const paper = {
    ...{ ...PAPER, title: line(), issuer: line(), indexNumber: line(), class: line() },
    ...{ documentNumber: line(), keywords: [line(), line()], interpreter: line() },
    ...{ text: `# ${hostile(10_000)}\n\n- ${hostile(10_000)}`, note: hostile(10_000) },
  }
  const { id } = await otto('POST', '/policy/paper-drafts', keyed(paper))
  const query = keyed({})
  await fileTo(world, `/policy/paper-drafts/${id}/files`, { headers: sessions.otto, query })
  const { version } = await otto('GET', `/policy/paper-drafts/${id}`)
  return { id, version }
}

type Window = { readonly until: string; readonly comments: number }

/** A paper that is put to comment, with comments that have a file each; answers its id. */
async function commentedOn(filling: Filling, { until, comments }: Window): Promise<string> {
  const { world, people } = filling
  const line = () => hostile(300)
  const { id, version } = await begunBy(filling)
  const window = { opensAt: new Date(world.clock() - 1_000).toISOString(), closesAt: until }
  await people.otto('POST', `/policy/paper-drafts/${id}/deeds`, {
    ...{ do: 'open-comments', version, ...window, source: line() },
  })
  for (let at = 0; at < comments; at++) {
    const comment = { text: hostile(4000), place: line(), name: line(), contact: line() }
    const path = `/policy/consultations/${id}/comments`
    const holder = await people.anybody('POST', path, keyed(comment))
    await fileTo(world, '/policy/comments/files', { headers: headersOf(holder), query: keyed({}) })
  }
  return id
}

type Holder = { readonly receipt: string; readonly secret: string }

const headersOf = ({ receipt, secret }: Holder) => ({ 'x-receipt': receipt, 'x-secret': secret })

/** Answers so many of the comments on a paper. */
async function answered({ people }: Filling, paper: string, count: number): Promise<void> {
  const { otto } = people
  const { items } = await otto('GET', `/policy/paper-drafts/${paper}/comments`)
  for (const { id } of items.slice(0, count)) {
    const words = { gist: hostile(4000), reason: hostile(4000) }
    const answer = keyed({ comments: [id], verdict: 'adopted', ...words })
    await otto('POST', `/policy/paper-drafts/${paper}/answers`, answer)
  }
}

function proposalOf(time: (days: number) => string): object {
  const line = () => hostile(300)
  return {
    ...{ region: 'shenzhen', kind: 'proposal', number: line(), session: line(), title: line() },
    ...{ lead: line(), signatories: 3, dueSource: line() },
    ...{ receivedOn: time(-30).slice(0, 10), dueOn: time(60).slice(0, 10) },
    ...{ leadUnit: 'city-industry', jointUnits: ['city-finance'] },
    points: [
      { question: hostile(4000), answer: hostile(4000) },
      { question: hostile(4000), unit: 'city-finance' },
    ],
    ...{ publicity: 'summary', summary: hostile(4000), copiesTo: [line(), line()] },
  }
}

async function lettersOf({ world, people }: Filling): Promise<Ids> {
  const { otto, anybody } = people
  const line = () => hostile(300)
  await otto('PUT', '/policy/letter-terms/baoan', {
    ...{
      accept: { length: 5, unit: 'working-day', calendar: 'hostile', source: hostile(500) },
      answer: { length: 30, unit: 'calendar-day', calendar: 'hostile', source: hostile(500) },
    },
    version: 0,
  })
  for (const _ of [1, 2, 3]) {
    const words = { subject: line(), text: hostile(4000), name: line(), contact: line() }
    const wish = keyed({ kind: 'letter', region: 'baoan', ...words })
    const holder = await anybody('POST', '/policy/letters', wish)
    await fileTo(world, '/policy/letters/files', { headers: headersOf(holder), query: keyed({}) })
  }
  const { items } = await otto('GET', '/policy/letters')
  const [answered, forwarded, fresh] = items.map((it: { id: string }) => it.id)
  const deed = (id: string, body: object) =>
    otto('POST', `/policy/letters/${id}/deeds`, keyed(body))
  await deed(answered, { do: 'accept' })
  await deed(answered, { do: 'answer', text: hostile(4000) })
  await deed(forwarded, { do: 'forward', unit: 'city-finance', reason: line() })
  return { letterAnswered: answered, letterForwarded: forwarded, letterFresh: fresh }
}
