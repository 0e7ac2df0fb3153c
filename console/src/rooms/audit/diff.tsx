import { Button } from 'antd'
import { useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { Named } from '../../ui/named.tsx'
import { useMemberName, useWord } from './member-texts.ts'
import { useTexts } from './texts.ts'
import type { Entry } from './trail.ts'

type Row = {
  readonly member: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly isChanged: boolean
}

/** Before and after, member by member; inner members by their path. */
export function Diff({ entry }: { entry: Entry }) {
  const t = useTexts()
  const [isAll, setIsAll] = useState(false)
  const rows = rowsOf(entry)
  const changed = rows.filter((it) => it.isChanged)
  const isBoth = entry.before !== undefined && entry.after !== undefined
  const shown = isAll || !isBoth ? rows : changed
  if (rows.length === 0) return <p>{t('nothingShown')}</p>
  return (
    <>
      <table className="diff">
        <caption className="visually-hidden">{t('diffTitle')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('member')}</th>
            {entry.before !== undefined && <th scope="col">{t('before')}</th>}
            {entry.after !== undefined && <th scope="col">{t('after')}</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((it) => (
            <DiffRow key={it.member} row={it} entry={entry} />
          ))}
        </tbody>
      </table>
      {isBoth && changed.length < rows.length && (
        <Button
          style={{ marginBlockStart: 12 }}
          aria-pressed={isAll}
          onClick={() => setIsAll(!isAll)}
        >
          {t('unchangedToo')}
        </Button>
      )}
    </>
  )
}

function DiffRow({ row, entry }: { row: Row; entry: Entry }) {
  const t = useTexts()
  const format = useFormat()
  const memberName = useMemberName()
  const wordOf = useWord()
  const shown = (text: string | undefined) => {
    if (text === undefined) return undefined
    const isTime = TIME.test(row.member) && MS.test(text)
    return isTime ? format.dateTime(Number(text)) : (wordOf(row.member, text) ?? text)
  }
  return (
    <tr>
      <th scope="row">
        <bdi>{memberName(row.member)}</bdi>
      </th>
      {entry.before !== undefined && (
        <td data-label={t('before')} {...(row.isChanged && { className: 'was' })}>
          <Value member={row.member} text={shown(row.before)} />
        </td>
      )}
      {entry.after !== undefined && (
        <td data-label={t('after')} {...(row.isChanged && { className: 'is' })}>
          <Value member={row.member} text={shown(row.after)} />
        </td>
      )}
    </tr>
  )
}

function Value({ member, text }: { member: string; text: string | undefined }) {
  const t = useTexts()
  if (text === undefined) return <em>{t('none')}</em>
  if (member === 'enterprise') return <Named id={text} name={<EnterpriseName id={text} />} />
  // as it is stored, in whatever language
  return <bdi lang="zxx">{text}</bdi>
}

function rowsOf({ before, after, changed }: Entry): readonly Row[] {
  const [old, fresh] = [membersOf(before), membersOf(after)]
  const names = [...new Set([...old.keys(), ...fresh.keys()])]
  const rows = names.map((member) => {
    const [was, is] = [old.get(member), fresh.get(member)]
    return { member, before: was, after: is, isChanged: was !== is }
  })
  // what differs, but is masked or kept secret, is named all the same
  const told = new Set(rows.filter((it) => it.isChanged).map((it) => it.member.split('.')[0]))
  const hidden = changed.filter((it) => !told.has(it))
  return [
    ...rows.map((it) => ({ ...it, isChanged: it.isChanged || hidden.includes(it.member) })),
    ...hidden
      .filter((it) => !names.includes(it))
      .map((member) => ({ member, before: HIDDEN, after: HIDDEN, isChanged: true })),
  ]
}

/** Members that hold a moment, in milliseconds since 1970. */
const TIME = /(?:At|Since|Until|since)$/
const MS = /^1\d{12}$/
const HIDDEN = '***'
const DEPTH_MAX = 4

/** Values by the path of their member: inner members are told apart, lists stay whole. */
function membersOf(body: unknown, path = '', depth = 0): Map<string, string> {
  const found = new Map<string, string>()
  if (typeof body !== 'object' || body === null) return found
  for (const [name, value] of Object.entries(body)) {
    const member = path === '' ? name : `${path}.${name}`
    if (depth < DEPTH_MAX && hasMembers(value)) {
      for (const [inner, text] of membersOf(value, member, depth + 1)) found.set(inner, text)
    } else found.set(member, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return found
}

function hasMembers(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0
  )
}
