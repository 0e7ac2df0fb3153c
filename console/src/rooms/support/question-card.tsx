import { Button, Card } from 'antd'
import { useState } from 'react'
import { useText } from '../../frame/language.ts'
import { Nothing } from '../../ui/states.tsx'
import { FactField, RowsField } from './fact-field.tsx'
import { type FactType, readTyped } from './facts-state.ts'
import type { Question } from './fits-queries.ts'
import { useFitsTexts } from './fits-texts.ts'

type QuestionCardProps = {
  readonly questions: readonly Question[]
  readonly skipped: readonly string[]
  readonly answer: (fact: string, value: unknown) => void
  readonly skip: (fact: string) => void
  readonly askAgain: () => void
}

/** The question on which most depends; skipping it never answers it. */
export function QuestionCard({ questions, skipped, answer, skip, askAgain }: QuestionCardProps) {
  const t = useFitsTexts()
  const next = questions.find((it) => !skipped.includes(it.fact))
  return (
    <Card size="small" title={<h2 className="card-title">{t('next')}</h2>}>
      {next === undefined ? (
        <Nothing
          title={t('noMore')}
          {...(questions.length === 0 && { hint: t('noMoreHint') })}
          action={questions.length > 0 ? <Button onClick={askAgain}>{t('again')}</Button> : null}
        />
      ) : (
        <Asking
          key={next.fact}
          question={next}
          answer={(value) => answer(next.fact, value)}
          skip={() => skip(next.fact)}
        />
      )}
    </Card>
  )
}

type AskingProps = {
  readonly question: Question
  readonly answer: (value: unknown) => void
  readonly skip: () => void
}

function Asking({ question, answer, skip }: AskingProps) {
  const t = useFitsTexts()
  const textOf = useText()
  const [typed, setTyped] = useState<unknown>(undefined)
  const [isWrong, setIsWrong] = useState(false)
  const type = question.type as FactType
  const send = () => {
    const read = readTyped(type, typed)
    setIsWrong(read.isWrong === true || read.value === undefined)
    if (read.isWrong !== true && read.value !== undefined) answer(read.value)
  }
  const rows = type.type === 'list' && type.of.type === 'record' ? type.of.fields : undefined
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <p className="support-question">{textOf(question.question)}</p>
      <p className="support-minor">
        {t('decides', { count: question.measures.length })}
        {question.knownBy === 'office' && <> · {t('ofOffice')}</>}
      </p>
      {rows === undefined ? (
        <FactField
          label={textOf(question.question)}
          type={type}
          words={question.words}
          value={typed}
          change={setTyped}
        />
      ) : (
        <RowsField
          fields={rows}
          titles={question.fieldTitles ?? {}}
          words={question.fieldWords ?? {}}
          value={(typed as readonly Record<string, unknown>[] | undefined) ?? []}
          change={setTyped}
        />
      )}
      {isWrong && (
        <p role="alert" className="support-wrong">
          {t('wrong')}
        </p>
      )}
      <div className="support-buttons">
        <Button type="primary" htmlType="submit">
          {t('answer')}
        </Button>
        <Button onClick={skip}>{t('skip')}</Button>
      </div>
    </form>
  )
}
