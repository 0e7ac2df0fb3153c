const SUMMARY_CHARS = 300

export type FeedEntry = {
  readonly id: string
  readonly title: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly author: string
  readonly text: string
}

/** An Atom feed (RFC 4287) of papers, the newest first. `base` is the node's own address. */
export function atomFeed({
  base,
  entries,
  now,
}: {
  readonly base: string
  readonly entries: readonly FeedEntry[]
  readonly now: number
}): string {
  const self = `${base}/api/v1/policy/papers/feed`
  const updated = new Date(entries[0]?.at ?? now).toISOString()
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">',
    '<title>政策文件 Policy papers</title>',
    `<id>${xml(self)}</id>`,
    `<link rel="self" type="application/atom+xml" href="${xml(self)}"/>`,
    `<link rel="alternate" type="text/html" href="${xml(`${base}/console/papers`)}"/>`,
    `<updated>${updated}</updated>`,
    ...entries.map((it) => entryOf(it, base)),
    '</feed>',
    '',
  ].join('\n')
}

function entryOf({ id, title, at, author, text }: FeedEntry, base: string): string {
  const link = `${base}/console/papers/${encodeURIComponent(id)}`
  const time = new Date(at).toISOString()
  return [
    '<entry>',
    `<title>${xml(title)}</title>`,
    `<id>${xml(link)}</id>`,
    `<link rel="alternate" type="text/html" href="${xml(link)}"/>`,
    `<published>${time}</published>`,
    `<updated>${time}</updated>`,
    `<author><name>${xml(author)}</name></author>`,
    `<summary>${xml(text.slice(0, SUMMARY_CHARS).toWellFormed())}</summary>`,
    '</entry>',
  ].join('\n')
}

const NAMES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function xml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (it) => NAMES[it] ?? '')
}
