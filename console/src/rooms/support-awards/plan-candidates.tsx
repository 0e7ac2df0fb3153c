import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { Go } from '../../ui/go.tsx'
import { GroupedInput } from '../../ui/grouped-input.tsx'
import { isFallen } from '../../ui/pages.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { Failed, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { parseYuan, useMoney } from './money.ts'
import { type Candidate, type Plan, StandingTag } from './parts.tsx'
import { Reasons } from './reasons.tsx'
import { useTexts } from './texts.ts'

const ROWS_A_PAGE = 200

/** The candidates of a plan in its order, with what is to be done about them while it is a draft. */
export function Candidates({ plan }: { plan: Plan }) {
  const t = useTexts()
  const [open, setOpen] = useState<Candidate>()
  const isDraft =
    plan.state === 'open' && plan.step.id === 'draft' && plan.roles.includes('officer')
  const found = useCandidates(plan)
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  const isOpen = rows.some(canBeDetermined)
  const columns = useColumns(isDraft && isOpen ? setOpen : undefined)
  return (
    <>
      {isDraft && !isFallen(found) && <DraftActs plan={plan} rows={rows} />}
      <Records
        label={t('candidates')}
        rows={rows}
        keyOf={(it) => it.case}
        columns={columns}
        empty={<Nothing title={t('candidates')} />}
        pages={found}
      />
      {open !== undefined && (
        <DetermineDialog plan={plan} line={open} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}

function canBeDetermined({ block, determination }: Candidate): boolean {
  return block === 'ceiling' || block === 'open' || determination !== undefined
}

function useCandidates(plan: Plan) {
  return useInfiniteQuery({
    queryKey: ['award-plan', plan.id, 'candidates', plan.runs],
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policy/award-plans/{id}/candidates', {
          params: {
            path: { id: plan.id },
            query: { limit: ROWS_A_PAGE, ...(pageParam !== '' && { after: pageParam }) },
          },
        }),
      ),
  })
}

function useColumns(determine: ((it: Candidate) => void) | undefined): Column<Candidate>[] {
  const t = useTexts()
  const money = useMoney()
  return [
    {
      key: 'name',
      title: t('enterprise'),
      show: (it) => (
        <span>
          {it.place}. <Go to={`/support/cases/${it.case}`}>{it.name}</Go>
        </span>
      ),
    },
    {
      key: 'standing',
      title: t('standing'),
      show: (it) => (
        <>
          <StandingTag standing={it.standing} />
          {it.block !== undefined && <Tag color="warning">{t(`block.${it.block}`)}</Tag>}
        </>
      ),
    },
    {
      key: 'amount',
      title: t('amount'),
      isNumber: true,
      show: (it) => (it.amountFen === null ? '—' : money(it.amountFen)),
    },
    {
      key: 'limit',
      title: t('limitedBy'),
      show: (it) => (it.limitedBy === null ? '—' : t(`limit.${it.limitedBy as 'rate'}`)),
    },
    {
      key: 'reasons',
      title: t('reasonsWhy'),
      show: (it) => <Reasons of={it.reasons} label={t('reasonsWhy')} />,
    },
    { key: 'at', title: t('receivedAt'), isMinor: true, show: (it) => <When at={it.receivedAt} /> },
    ...(determine === undefined
      ? []
      : [
          {
            key: 'act',
            title: t('next'),
            show: (it: Candidate) =>
              canBeDetermined(it) ? (
                <Button size="small" onClick={() => determine(it)}>
                  {t('determine')}
                </Button>
              ) : (
                '—'
              ),
          },
        ]),
  ]
}

type Change = {
  settle?: { order: string[]; reason: string }
  determine?: { case: string; amountFen: string; document: string; reason: string }
  refresh?: boolean
}

function useCompute(plan: Plan) {
  const queries = useQueryClient()
  return async (body: Change) => {
    const next = await answer(
      api.POST('/api/v1/policy/award-plans/{id}/compute', {
        params: { path: { id: plan.id } },
        body,
      }),
    )
    queries.setQueryData(['award-plan', plan.id], next)
    await queries.invalidateQueries({ queryKey: ['award-plans'] })
  }
}

function DraftActs({ plan, rows }: { plan: Plan; rows: readonly Candidate[] }) {
  const t = useTexts()
  const confirm = useConfirm()
  const compute = useCompute(plan)
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const tied = rows.filter((it) => it.standing === 'tied')
  const [order, setOrder] = useState<readonly string[]>([])
  const inOrder = [...tied].sort((a, b) => at(order, a.case) - at(order, b.case))
  const attempt = async (body: Change) => {
    setError(undefined)
    try {
      await compute(body)
      void message.success(t('refreshed'))
    } catch (thrown) {
      setError(thrown)
    }
  }
  const settle = async () => {
    const names = inOrder.map((it, index) => `${index + 1}. ${it.name}`).join(' ')
    const reason = await confirm({
      title: t('settle'),
      consequence: t('settleConsequence', { order: names }),
      verb: t('settle'),
      wantsReason: true,
    })
    if (reason === undefined) return
    await attempt({ settle: { order: inOrder.map((it) => it.case), reason } })
  }
  const up = (index: number) => {
    const ids = inOrder.map((it) => it.case)
    const [moved = ''] = ids.splice(index, 1)
    ids.splice(index - 1, 0, moved)
    setOrder(ids)
  }
  return (
    <div style={{ marginBlockEnd: 12 }}>
      {error !== undefined && <Failed error={error} />}
      <Button onClick={() => void attempt({ refresh: true })}>{t('refresh')}</Button>
      {tied.length > 0 && (
        <>
          <ol aria-label={t('settle')}>
            {inOrder.map((it, index) => (
              <li key={it.case}>
                <bdi>{it.name}</bdi>{' '}
                {index > 0 && (
                  <Button
                    size="small"
                    aria-label={t('up', { name: it.name })}
                    onClick={() => up(index)}
                  >
                    ↑
                  </Button>
                )}
              </li>
            ))}
          </ol>
          <Button type="primary" onClick={() => void settle()}>
            {t('settle')}
          </Button>
        </>
      )}
    </div>
  )
}

function at(order: readonly string[], id: string): number {
  const index = order.indexOf(id)
  return index < 0 ? order.length : index
}

type Determination = { amount: string; document: string; reason: string }

function DetermineDialog({
  plan,
  line,
  onClose,
}: {
  plan: Plan
  line: Candidate
  onClose: () => void
}) {
  const t = useTexts()
  const frame = useFrameTexts()
  const compute = useCompute(plan)
  const [form] = Form.useForm<Determination>()
  const [error, setError] = useState<unknown>()
  const needed = [{ required: true, whitespace: true, message: t('needed') }]
  const send = async ({ amount, document, reason }: Determination) => {
    setError(undefined)
    try {
      const amountFen = parseYuan(amount) ?? '0'
      await compute({ determine: { case: line.case, amountFen, document, reason } })
      onClose()
    } catch (thrown) {
      setError(showProblem(form, thrown))
    }
  }
  return (
    <Dialog
      title={t('determineTitle')}
      okText={t('determine')}
      cancelText={frame('cancel')}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>
        <bdi>{line.name}</bdi>
      </p>
      {error !== undefined && <Failed error={error} />}
      <Form form={form} layout="vertical" onFinish={(it) => void send(it)}>
        <Form.Item
          name="amount"
          label={t('determineAmount')}
          rules={[
            {
              validator: async (_, typed?: string) => {
                if (parseYuan(typed ?? '') === undefined) throw new Error(t('wrongAmount'))
              },
            },
          ]}
        >
          <GroupedInput maxLength={24} />
        </Form.Item>
        <Form.Item name="document" label={t('determineDocument')} rules={needed}>
          <Input maxLength={500} />
        </Form.Item>
        <Form.Item name="reason" label={t('determineReason')} rules={needed}>
          <Input.TextArea rows={3} maxLength={4000} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}
