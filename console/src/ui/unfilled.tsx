import { Alert } from 'antd'
import { mayOnNode, useMaybeMe } from '../api/me.ts'
import { type Text, useText } from '../frame/language.ts'
import { Go } from './go.tsx'

/** An office that something waits for in vain, as plans and cases tell it. */
export type UnfilledOffice = {
  readonly kind: 'unit' | 'approval'
  readonly id: string
  readonly title: Text
  readonly isNow: boolean
  readonly why: 'nobody' | 'not-another'
}

const WORDS = {
  now: {
    zh: '目前等待的机构或层级无人能办',
    en: 'It waits for an office that nobody can act for',
  },
  later: {
    zh: '后续环节的机构或层级无人能办',
    en: 'It will come to an office that nobody can act for',
  },
  desk: {
    zh: '有方案或申报需要的机构或层级无人能办',
    en: 'Plans or calls need offices that nobody can act for',
  },
  nobody: { zh: '无人担任', en: 'nobody fills it' },
  only: {
    zh: '担任者已报批或已审批，各级审批须由不同人员进行',
    en: 'whoever fills it put it forward or approves another level; each approval is another person’s',
  },
  all: {
    zh: '未限定部门的经办人仍可办理',
    en: 'officials without units can still handle it',
  },
  set: { zh: '指定人员', en: 'Set who fills it' },
  see: { zh: '查看岗位', en: 'See the offices' },
} as const

type UnfilledProps = {
  readonly offices: readonly UnfilledOffice[]
  /** Officials who act for all units are not stopped by it. */
  readonly isOpenToAll?: boolean
  /** Of the desk as a whole, not of one plan or case. */
  readonly isOfAll?: boolean
}

/** Which offices nobody can act for, with the way to who sets it. */
export function Unfilled({ offices, isOpenToAll = false, isOfAll = false }: UnfilledProps) {
  const text = useText()
  const me = useMaybeMe()
  if (offices.length === 0) return null
  const isNow = offices.some((it) => it.isNow)
  const maySet = mayOnNode(me, 'node.configure')
  const maySee = maySet || mayOnNode(me, 'policy.review')
  return (
    <Alert
      type={isNow && !isOpenToAll ? 'error' : 'warning'}
      showIcon
      style={{ marginBlockEnd: 12 }}
      title={text(isOfAll ? WORDS.desk : isNow ? WORDS.now : WORDS.later)}
      description={
        <>
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {offices.map((it) => (
              <li key={`${it.kind} ${it.id}`}>
                <bdi>{text(it.title)}</bdi> ·{' '}
                {text(it.why === 'nobody' ? WORDS.nobody : WORDS.only)}
                {isOpenToAll && ` · ${text(WORDS.all)}`}
              </li>
            ))}
          </ul>
          {maySee && <Go to="/support/offices">{text(maySet ? WORDS.set : WORDS.see)}</Go>}
        </>
      }
    />
  )
}
