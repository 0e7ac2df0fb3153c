import { useCallback } from 'react'
import { type Me, mayOnNode } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { Named } from '../../ui/named.tsx'
import './audit.css'
import { useNote } from './member-texts.ts'
import { useTexts } from './texts.ts'
import type { Action, Entry } from './trail.ts'

const COLLECTIONS = [
  'users',
  'sessions',
  'keys',
  'links',
  'mail-addresses',
  'passkeys',
  'second-factors',
  'setup-codes',
  'personal-reads',
  'enterprises',
  'enterprise-cases',
  'enterprise-codes',
  'prefixes',
  'prefix-requests',
  'templates',
  'identifiers',
  'imports',
  'files',
  'identifier-orders',
  'settings',
] as const

/** Of the policy desk; of these the trail tells the node's people alone. */
const DESK_COLLECTIONS = [
  'calls',
  'cases',
  'case-entries',
  'case-contents',
  'policy-forms',
  'policy-calls',
  'policy-posts',
  'policy-offices',
  'policy-determinations',
  'policy-calendars',
  'policy-awards',
  'policy-decisions',
  'policy-plans',
  'policy-plan-lines',
  'policy-ledger-reasons',
  'policy-payment-rule',
  'policy-payment-plans',
  'policy-payments',
  'policy-duties',
  'policy-recoveries',
  'policy-voucher-series',
  'policy-vouchers',
  'policy-measure-drafts',
  'policy-measure-versions',
  'policy-evaluations',
  'policy-batches',
  'papers',
  'paper-comments',
  'paper-answers',
  'letters',
  'letter-terms',
  'proposals',
] as const

type Known = (typeof COLLECTIONS | typeof DESK_COLLECTIONS)[number]
const KNOWN: readonly Known[] = [...COLLECTIONS, ...DESK_COLLECTIONS]

/** Those that somebody can look for. */
export function collectionsOf(me: Me): readonly Known[] {
  return mayOnNode(me, 'audit.read') ? KNOWN : COLLECTIONS
}

/** The words for a kind of thing; one of a room that came later is shown as it is. */
export function useCollectionName(): (name: string) => string {
  const t = useTexts()
  return useCallback(
    (name) => (KNOWN.includes(name as Known) ? t(`collection.${name as Known}`) : name),
    [t],
  )
}

/** What was done; lists hold one in each row, and a style is enough for its mark. */
export function ActionTag({ action }: { action: Action }) {
  const t = useTexts()
  return <span className={`action ${action}`}>{t(`action.${action}`)}</span>
}

const DEEDS = ['registered', 'updated', 'retired', 'restored', 'held', 'lifted'] as const

/** Why something was done: of the node's own acts in words, otherwise what its author wrote. */
export function Why({ of: { collection, note = '' } }: { of: Pick<Entry, 'collection' | 'note'> }) {
  const t = useTexts()
  const deed = collection === 'identifiers' ? DEEDS.find((it) => it === note) : undefined
  const told = useNote()(note)
  if (deed !== undefined) return t(`deed.${deed}`)
  if (told === undefined) return <bdi lang="zxx">{note}</bdi>
  if (told.more === '') return told.why
  return (
    <>
      {told.why}
      {t('colon')}
      <bdi lang="zxx">{told.more}</bdi>
    </>
  )
}

/** Kinds of data whose readings are told. */
export const READ_KINDS = [
  ...(['users', 'user', 'audit', 'application', 'enterprise', 'licence'] as const),
  ...(['identifiers', 'file', 'letter', 'comments'] as const),
]

/** The words for a kind of data; one of a room that came later is shown as it is. */
export function useReadName(): (what: string) => string {
  const t = useTexts()
  return (what) =>
    READ_KINDS.includes(what as (typeof READ_KINDS)[number])
      ? t(`read.${what}` as 'read.user')
      : what
}

type ThingProps = {
  readonly of: Pick<Entry, 'id' | 'name' | 'read'>
  readonly isCopied?: boolean
}

/** What an entry is about: by its name where that may be known, or by what was read; its id beside it. */
export function Thing({ of: { id, name, read }, ...more }: ThingProps) {
  const text = useText()
  const readName = useReadName()
  if (name !== undefined) {
    return <Named id={id} name={typeof name === 'string' ? name : text(name)} {...more} />
  }
  return <Named id={id} {...(read !== undefined && { name: readName(read.what) })} {...more} />
}

type AuthorProps = { readonly author: Entry['author']; readonly me: Me }

/** Who it was, as far as the viewer (`me`) may know. */
export function Author({ author, me }: AuthorProps) {
  const t = useTexts()
  if (author.kind === 'system') return <span>{t('system')}</span>
  if (author.id === 'node') return <span>{t('theNode')}</span>
  if (author.kind === 'user' && author.id === me.id) {
    return (
      <span className="author">
        <bdi>{me.displayName ?? me.name}</bdi>
        {t('aside', { text: t('you') })}
      </span>
    )
  }
  const name = author.name ?? author.id
  return (
    <span className="author">
      <bdi>{name}</bdi>
      {author.kind === 'key' && t('aside', { text: t('byKey') })}
      {author.kind === 'handle' && t('aside', { text: t('byHandle') })}
    </span>
  )
}
