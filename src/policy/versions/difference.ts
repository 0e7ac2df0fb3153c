import type { Condition } from '../../kernel/facts/condition-schema.ts'
import { standingAlone, type Text } from '../../lib/text.ts'
import type { Amount, Cap, Measure } from '../measure-schema.ts'
import type { Names } from '../words.ts'
import { labelOf, plainValue } from './labels.ts'
import {
  amountText,
  inForceText,
  perText,
  ratioText,
  wholeCondition,
  yuanText,
} from './told-values.ts'

/** One thing in which two versions of a measure differ; `pointer` (RFC 6901) is its place in the later one, else in the earlier. */
export type Change = {
  readonly pointer: string
  readonly text: Text
  /** Whether a sum or a bound went up or down; absent where that cannot be said. */
  readonly way?: 'up' | 'down'
}

type Json = unknown
type Members = Readonly<Record<string, Json>>
type Told = { readonly before: Json; readonly after: Json; readonly names: Names }

/**
 * In what two versions of a measure differ, in words. Complete: whatever differs is told, what no sentence is made for by its place
 * and both values. Empty exactly when both say the same.
 */
export function differenceOf(before: Measure, after: Measure, names: Names): Change[] {
  const [old, next] = [before as Members, after as Members]
  const members = [...new Set([...Object.keys(after), ...Object.keys(before)])]
  return members.flatMap((member) => {
    const told = { before: old[member], after: next[member], names }
    if (isSame(told.before, told.after)) return []
    const changes = TELLERS[member]?.(told) ?? generic(`/${member}`, told)
    // a teller that overlooks something does not hide it
    return changes.length > 0 ? changes : [changed(`/${member}`, told)]
  })
}

/** The same as a list of sentences. */
export function changesOf(before: Measure, after: Measure, names: Names): Change[] {
  return differenceOf(before, after, names).map((it) => ({ ...it, text: standingAlone(it.text) }))
}

type Teller = (told: Told) => Change[]

const TELLERS: Readonly<Record<string, Teller>> = {
  inForce: ({ before, after }) => {
    const [old, next] = [before, after].map((it) => inForceText(it as Measure['inForce']))
    return [fromTo('/inForce', labelOf('/inForce'), old ?? NONE, next ?? NONE)]
  },
  owner: (told) => members('/owner', told),
  beneficiaries: (told) => members('/beneficiaries', told),
  readings: (told) => members('/readings', told),
  conditions: (told) => conditionChanges('/conditions', told),
  caps: capChanges,
  amount: amountChanges,
}

const NONE: Text = { en: 'none', zh: '无' }

/** The same value, whatever the order of its members. */
export function isSame(a: Json, b: Json): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((it, at) => isSame(it, b[at]))
  }
  if (!isMembers(a) || !isMembers(b)) return a === b
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  )
}

function isMembers(value: Json): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fromTo(pointer: string, label: Text, before: Text, after: Text): Change {
  return {
    pointer,
    text: {
      en: `${label.en} changes from ${before.en} to ${after.en}`,
      zh: `${label.zh}由${before.zh}改为${after.zh}`,
    },
  }
}

function changed(pointer: string, { before, after, names }: Told): Change {
  return fromTo(pointer, labelOf(pointer), plainValue(before, names), plainValue(after, names))
}

function moved(pointer: string, label: Text, sides: readonly [number, number], say: Say): Change {
  const [before, after] = sides
  const way = after > before ? 'up' : 'down'
  const [old, next] = [say(before), say(after)]
  return {
    pointer,
    way,
    text: {
      en: `${label.en} ${way === 'up' ? 'rises' : 'falls'} from ${old.en} to ${next.en}`,
      zh: `${label.zh}由${old.zh}${way === 'up' ? '提高到' : '降至'}${next.zh}`,
    },
  }
}

type Say = (value: number) => Text
const plainNumber: Say = (value) => ({ en: String(value), zh: String(value) })

function added(pointer: string, label: Text, value: Text): Change {
  return {
    pointer,
    text: { en: `${label.en} is added: ${value.en}`, zh: `新增${label.zh}：${value.zh}` },
  }
}

function removed(pointer: string, label: Text, value: Text): Change {
  return {
    pointer,
    text: { en: `${label.en} is dropped: ${value.en}`, zh: `删除${label.zh}：${value.zh}` },
  }
}

/** Member by member down to plain values; lists as a whole where their lengths differ. */
function generic(pointer: string, told: Told): Change[] {
  const { before, after, names } = told
  if (isSame(before, after)) return []
  const label = labelOf(pointer)
  if (before === undefined) return [added(pointer, label, plainValue(after, names))]
  if (after === undefined) return [removed(pointer, label, plainValue(before, names))]
  if (typeof before === 'number' && typeof after === 'number') {
    const say = /yuan/i.test(pointer) ? yuanText : plainNumber
    return [moved(pointer, label, [before, after], say)]
  }
  if (isMembers(before) && isMembers(after)) {
    return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((name) =>
      generic(`${pointer}/${name}`, { before: before[name], after: after[name], names }),
    )
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return after.flatMap((it, at) =>
      generic(`${pointer}/${at}`, { before: before[at], after: it, names }),
    )
  }
  return [changed(pointer, told)]
}

/** A list of names, whose order is told only where nothing else differs. */
function members(pointer: string, { before, after, names }: Told): Change[] {
  const [old, next] = [before, after].map((it) => (Array.isArray(it) ? it : []))
  const label = labelOf(pointer)
  const came = (next ?? []).filter((it) => !old?.includes(it))
  const went = (old ?? []).filter((it) => !next?.includes(it))
  return [
    ...came.map((it) => added(pointer, label, plainValue(it, names))),
    ...went.map((it) => removed(pointer, label, plainValue(it, names))),
  ]
}

/** What a condition is about: of two about one thing the later one is the earlier one changed. */
function aboutOf(condition: Condition): string {
  const it = condition as Members
  const names = ['fact', 'flag', 'judged', 'some', 'day', 'mean', 'sum', 'not', 'all', 'any']
  const name = names.find((key) => key in it) ?? ''
  return `${name}:${typeof it[name] === 'string' ? it[name] : ''}`
}

function conditionChanges(pointer: string, { before, after, names }: Told): Change[] {
  const old = (Array.isArray(before) ? before : []) as Condition[]
  const next = (Array.isArray(after) ? after : []) as Condition[]
  const open = old.filter((it) => !next.some((other) => isSame(it, other)))
  const label = labelOf(pointer)
  const changes: Change[] = []
  for (const [at, it] of next.entries()) {
    if (old.some((other) => isSame(it, other))) continue
    const twin = open.findIndex((other) => aboutOf(other) === aboutOf(it))
    const [was] = twin < 0 ? [] : open.splice(twin, 1)
    if (was === undefined) changes.push(added(`${pointer}/${at}`, label, wholeCondition(it, names)))
    else changes.push(...conditionChange(`${pointer}/${at}`, [was, it], names))
  }
  return [...changes, ...open.map((it) => removed(pointer, label, wholeCondition(it, names)))]
}

/** By their words where these differ; else (a code, the order of words) by the member. */
function conditionChange(
  pointer: string,
  [before, after]: readonly [Condition, Condition],
  names: Names,
): Change[] {
  const [old, next] = [wholeCondition(before, names), wholeCondition(after, names)]
  if (old.zh === next.zh) return generic(pointer, { before, after, names })
  const changes = [fromTo(pointer, labelOf('/conditions'), quoted(old), quoted(next))]
  const codes = ['refused', 'open', 'unclear'].flatMap((name) =>
    generic(`${pointer}/${name}`, {
      before: (before as Members)[name],
      after: (after as Members)[name],
      names,
    }),
  )
  return [...changes, ...codes]
}

function quoted({ en, zh }: Text): Text {
  return { en: `“${en}”`, zh: `“${zh}”` }
}

/** Caps of the same kind are one cap that changed. */
function capChanges({ before, after, names }: Told): Change[] {
  const old = [...((before ?? []) as Cap[])]
  const changes: Change[] = []
  for (const [at, cap] of ((after ?? []) as Cap[]).entries()) {
    const twin = old.findIndex((it) => it.per === cap.per)
    const [was] = old.splice(twin < 0 ? old.length : twin, 1)
    const pointer = `/caps/${at}`
    if (was === undefined) changes.push(added(pointer, capLabel(cap), capValue(cap, names)))
    else changes.push(...capChange(pointer, [was, cap], names))
  }
  return [...changes, ...old.map((it) => removed('/caps', capLabel(it), capValue(it, names)))]
}

function capLabel({ per }: Cap): Text {
  const { en, zh } = perText(per)
  return { en: `cap ${en}`, zh: `${zh}上限` }
}

function capValue(cap: Cap, names: Names): Text {
  return cap.yuan === undefined ? plainValue(cap.byLevel, names) : yuanText(cap.yuan)
}

function capChange(pointer: string, [was, cap]: readonly [Cap, Cap], names: Names): Change[] {
  const label = capLabel(cap)
  if (was.yuan === undefined || cap.yuan === undefined || was.yuan === cap.yuan) {
    return generic(pointer, { before: was, after: cap, names })
  }
  const rest = generic(pointer, {
    before: { ...was, yuan: 0 },
    after: { ...cap, yuan: 0 },
    names,
  })
  return [moved(`${pointer}/yuan`, label, [was.yuan, cap.yuan], yuanText), ...rest]
}

function amountChanges({ before, after, names }: Told): Change[] {
  const [old, next] = [before as Amount | undefined, after as Amount | undefined]
  if (old === undefined || next === undefined) return []
  if (old.form !== next.form) {
    return [fromTo('/amount', labelOf('/amount'), amountText(old, names), amountText(next, names))]
  }
  const share = next.form === 'rate' ? 'rate' : next.form === 'match' ? 'ratio' : undefined
  const [was, is] = [(old as Members)[share ?? ''], (next as Members)[share ?? '']]
  if (typeof was !== 'string' || typeof is !== 'string' || was === is) {
    return generic('/amount', { before: old, after: next, names })
  }
  const rest = generic('/amount', {
    before: { ...old, [share ?? '']: '' },
    after: { ...next, [share ?? '']: '' },
    names,
  })
  const value = (ratio: string) => {
    const [over = 0, under = 1] = ratio.split('/').map(Number)
    return over / under
  }
  const texts = new Map([
    [value(was), ratioText(was)],
    [value(is), ratioText(is)],
  ])
  const say: Say = (it) => ({ en: texts.get(it) ?? '', zh: texts.get(it) ?? '' })
  const pointer = `/amount/${share}`
  // 1/2 and 50/100 are one ratio written in two ways
  const told =
    value(was) === value(is)
      ? fromTo(pointer, labelOf(pointer), { en: was, zh: was }, { en: is, zh: is })
      : moved(pointer, labelOf(pointer), [value(was), value(is)], say)
  return [told, ...rest]
}
