import { Button } from 'antd'
import { useContext } from 'react'
import { useText } from '../../frame/language.ts'
import type { Vocabulary } from './api.ts'
import {
  ChoiceField,
  ChoicesField,
  FaultsAt,
  listOf,
  membersOf,
  NumberField,
  numberOf,
  textOf,
  WritableContext,
} from './fields.tsx'
import { useTexts } from './texts.ts'

type Condition = Readonly<Record<string, unknown>>
const LEVELS_MAX = 3
const COMPARATORS = ['atLeast', 'moreThan', 'atMost', 'lessThan'] as const
const JOINED = ['all', 'any', 'not'] as const
const PLAIN = ['compare', 'oneOf', 'flag', 'judged', 'some'] as const
type Kind = (typeof PLAIN)[number] | (typeof JOINED)[number] | 'other'

function kindOf(it: Condition): Kind {
  for (const kind of JOINED) if (kind in it) return kind
  if ('flag' in it) return 'flag'
  if ('judged' in it) return 'judged'
  if ('some' in it) return 'some'
  if ('fact' in it && 'oneOf' in it) return 'oneOf'
  return 'fact' in it && 'unit' in it ? 'compare' : 'other'
}

const BEGINNINGS: Readonly<Record<Exclude<Kind, 'other'>, Condition>> = {
  compare: { fact: '', unit: '', atLeast: 0 },
  oneOf: { fact: '', oneOf: [] },
  flag: { flag: '' },
  judged: { judged: '' },
  some: { some: '', oneOf: [] },
  all: { all: [{ flag: '' }] },
  any: { any: [{ flag: '' }] },
  not: { not: { flag: '' } },
}

type ListProps = {
  readonly at: string
  /** What stands before the number of each: `2.` below the second. */
  readonly number?: string
  readonly level?: number
  readonly list: readonly unknown[]
  readonly vocabulary: Vocabulary
  readonly change: (list: readonly unknown[]) => void
}

/** Conditions over the vocabulary, joined to three levels. */
export function ConditionList({ at, number = '', level = 1, list, vocabulary, change }: ListProps) {
  const t = useTexts()
  const isWritable = useContext(WritableContext)
  return (
    <>
      {list.map((it, index) => (
        <ConditionFields
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
          key={index}
          at={`${at}/${index}`}
          number={`${number}${index + 1}`}
          level={level}
          condition={membersOf(it)}
          vocabulary={vocabulary}
          change={(next) => change(list.map((old, place) => (place === index ? next : old)))}
          remove={() => change(list.filter((_, place) => place !== index))}
        />
      ))}
      {isWritable && (
        <div>
          <Button onClick={() => change([...list, BEGINNINGS.compare])}>{t('addCondition')}</Button>
        </div>
      )}
    </>
  )
}

type OneProps = {
  readonly at: string
  readonly number: string
  readonly level: number
  readonly condition: Condition
  readonly vocabulary: Vocabulary
  readonly change: (condition: Condition) => void
  readonly remove?: () => void
}

function ConditionFields(props: OneProps) {
  const { at, number, level, condition, change, remove } = props
  const t = useTexts()
  const isWritable = useContext(WritableContext)
  const kind = kindOf(condition)
  const kinds: readonly Kind[] = [
    ...PLAIN,
    ...(level < LEVELS_MAX ? JOINED : []),
    ...(kind === 'other' ? (['other'] as const) : []),
  ]
  const isJoined = kind === 'all' || kind === 'any' || kind === 'not'
  return (
    <fieldset className="editor-condition" style={{ border: 0, borderInlineStart: '3px solid' }}>
      <div className="editor-fields">
        <ChoiceField
          label={t('kindOf', { at: number })}
          value={kind}
          choices={kinds.map((it) => ({ value: it, label: t(it) }))}
          change={(next) => change(BEGINNINGS[next as Exclude<Kind, 'other'>] ?? condition)}
        />
        {!isJoined && <PlainFields {...props} kind={kind} />}
      </div>
      {isJoined && <JoinedFields {...props} kind={kind} />}
      {!isJoined && <FaultsAt at={at} />}
      {isWritable && remove !== undefined && (
        <div>
          <Button size="small" danger onClick={remove}>
            {t('removeCondition', { at: number })}
          </Button>
        </div>
      )}
    </fieldset>
  )
}

function JoinedFields({
  at,
  number,
  level,
  condition,
  vocabulary,
  change,
  kind,
}: OneProps & { kind: 'all' | 'any' | 'not' }) {
  const below = { number: `${number}.`, level: level + 1, vocabulary }
  if (kind === 'not') {
    return (
      <ConditionFields
        {...below}
        at={`${at}/not`}
        number={`${number}.1`}
        condition={membersOf(condition.not)}
        change={(next) => change({ ...condition, not: next })}
      />
    )
  }
  const list = condition[kind]
  return (
    <ConditionList
      {...below}
      at={`${at}/${kind}`}
      list={Array.isArray(list) ? list : []}
      change={(next) => change({ ...condition, [kind]: next })}
    />
  )
}

function useFacts(vocabulary: Vocabulary, ...types: readonly string[]) {
  const text = useText()
  return vocabulary.facts
    .filter((it) => types.includes(it.type))
    .map((it) => ({ value: it.id, label: `${text(it.title)} · ${it.id}` }))
}

function PlainFields(props: OneProps & { kind: Kind }) {
  const { kind, condition, change, vocabulary } = props
  const t = useTexts()
  const lists = useFacts(vocabulary, 'list')
  const words = useFacts(vocabulary, 'word')
  const flags = useFacts(vocabulary, 'flag')
  const judgements = useNamed(vocabulary.judgements)
  if (kind === 'compare') return <CompareFields {...props} />
  if (kind === 'oneOf' || kind === 'some') {
    const member = kind === 'some' ? 'some' : 'fact'
    return (
      <>
        <ChoiceField
          label={t('fact')}
          value={textOf(condition[member])}
          choices={kind === 'some' ? lists : words}
          change={(fact) => change({ ...condition, [member]: fact })}
        />
        <WordsField
          condition={condition}
          change={change}
          words={wordsOf(vocabulary, textOf(condition[member]))}
        />
      </>
    )
  }
  if (kind === 'flag') {
    return (
      <>
        <ChoiceField
          label={t('fact')}
          value={textOf(condition.flag)}
          choices={flags}
          change={(flag) => change({ ...condition, flag })}
        />
        <ChoiceField
          label={t('value')}
          value={condition.is === false ? 'no' : 'yes'}
          choices={[
            { value: 'yes', label: t('isTrue') },
            { value: 'no', label: t('isFalse') },
          ]}
          change={(is) => {
            const { is: _, ...rest } = condition
            change(is === 'no' ? { ...rest, is: false } : rest)
          }}
        />
      </>
    )
  }
  if (kind === 'judged') {
    return (
      <ChoiceField
        label={t('judgement')}
        value={textOf(condition.judged)}
        choices={judgements}
        change={(judged) => change({ ...condition, judged })}
      />
    )
  }
  return <code style={{ overflowWrap: 'anywhere' }}>{JSON.stringify(condition)}</code>
}

type Named = Vocabulary['judgements'][number]

function useNamed(list: readonly Named[]) {
  const text = useText()
  return list.map((it) => ({ value: it.id, label: `${text(it.title)} · ${it.id}` }))
}

/** What a fact may be; kinds of applicant are words, too. */
function wordsOf({ facts, applicantTypes }: Vocabulary, fact: string): readonly Named[] {
  if (fact === 'applicant.type') return applicantTypes
  return facts.find((it) => it.id === fact)?.words ?? []
}

type WordsProps = Pick<OneProps, 'condition' | 'change'> & { readonly words: readonly Named[] }

function WordsField({ condition, change, words }: WordsProps) {
  const t = useTexts()
  return (
    <ChoicesField
      label={t('words')}
      isOpen
      value={listOf(condition.oneOf)}
      choices={useNamed(words)}
      change={(oneOf) => change({ ...condition, oneOf })}
    />
  )
}

function CompareFields({ condition, change, vocabulary }: OneProps) {
  const t = useTexts()
  const facts = useFacts(vocabulary, 'quantity')
  const comparator = COMPARATORS.find((it) => it in condition) ?? 'atLeast'
  const { fact, unit, [comparator]: bound, ...rest } = condition
  const unitOf = (id: string) => vocabulary.facts.find((it) => it.id === id)?.unit ?? ''
  return (
    <>
      <ChoiceField
        label={t('fact')}
        value={textOf(fact)}
        choices={facts}
        change={(next) => change({ ...condition, fact: next, unit: unitOf(next) })}
      />
      <ChoiceField
        label={t('comparator')}
        value={comparator}
        choices={COMPARATORS.map((it) => ({ value: it, label: t(it) }))}
        change={(next) => change({ fact, unit, [next]: bound, ...rest })}
      />
      <NumberField
        label={`${t('value')}${textOf(unit) === '' ? '' : ` (${textOf(unit)})`}`}
        value={numberOf(bound)}
        change={(next) => change({ ...condition, [comparator]: next })}
      />
    </>
  )
}
