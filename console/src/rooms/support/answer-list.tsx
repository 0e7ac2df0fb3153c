import { CloseOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Card } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Colon } from '../../ui/colon.tsx'
import { useConfirm } from '../../ui/confirm.tsx'
import type { Answers } from './facts-state.ts'
import { useFitsTexts } from './fits-texts.ts'

type AnswerListProps = {
  readonly answers: Answers
  readonly change: (answers: Answers) => void
  readonly clear: () => void
}

/** What was answered, each to be taken back. */
export function AnswerList({ answers, change, clear }: AnswerListProps) {
  const t = useFitsTexts()
  const confirm = useConfirm()
  const { titleOf, shownOf } = useAnswerTexts()
  const facts = Object.keys(answers)
  if (facts.length === 0) return null
  const startOver = async () => {
    const consequence = t('startOverText', { count: facts.length })
    const asked = { title: t('startOverTitle'), consequence, verb: t('startOver') }
    if ((await confirm({ ...asked, isDestructive: true })) !== undefined) clear()
  }
  return (
    <Card
      size="small"
      title={<h2 className="card-title">{t('answers')}</h2>}
      extra={
        <Button size="small" onClick={() => void startOver()}>
          {t('startOver')}
        </Button>
      }
    >
      <ul className="support-answers">
        {facts.map((fact) => (
          <li key={fact}>
            <span>
              {titleOf(fact)}
              <Colon />
              <strong>{shownOf(fact, answers[fact])}</strong>
            </span>
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={t('remove', { title: titleOf(fact) })}
              onClick={() =>
                change(Object.fromEntries(Object.entries(answers).filter(([it]) => it !== fact)))
              }
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What facts and their words are called, by the vocabulary. */
function useAnswerTexts() {
  const t = useFitsTexts()
  const textOf = useText()
  const format = useFormat()
  const vocabulary = useQuery({
    queryKey: ['support', 'vocabulary'],
    staleTime: 300_000,
    queryFn: () => answer(api.GET('/api/v1/policy/vocabulary')),
  }).data
  const words = new Map(vocabulary?.words.map((it) => [it.word, it.title]))
  const titleOf = (path: string) => {
    const [name = '', field = ''] = path.split('.')
    const own = vocabulary?.facts.find((it) => it.name === path)
    const fact = vocabulary?.facts.find((it) => it.name === name)
    const judged = words.get(path)
    const title = own?.title ?? fact?.fieldTitles?.[field] ?? judged ?? fact?.title
    return title === undefined ? path : textOf(title)
  }
  const wordOf = (value: unknown) => {
    const title = words.get(String(value))
    return title === undefined ? String(value) : textOf(title)
  }
  const shownOf = (fact: string, value: unknown): string => {
    if (typeof value === 'boolean') return value ? t('yes') : t('no')
    if (typeof value === 'number')
      return fact.includes('year') && value < 10_000 ? String(value) : format.number(value)
    if (!Array.isArray(value)) return wordOf(value)
    return value.some((it) => typeof it === 'object')
      ? String(value.length)
      : value.map(wordOf).join(', ')
  }
  return { titleOf, shownOf }
}
