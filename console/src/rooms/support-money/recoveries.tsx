import { Button, Tag } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import type { Column } from '../../ui/records.tsx'
import type { Doing } from './aftercare-dialogs.tsx'
import {
  mayDecide,
  mayPay,
  ownEnterprises,
  type Recovery,
  ROWS_A_PAGE,
  seesDesk,
  useMoney,
  usePages,
} from './money.ts'
import { Acts, Money, Pages, Until } from './parts.tsx'
import { useTexts } from './texts.ts'

const COLOUR = {
  opened: 'processing',
  answered: 'processing',
  demanded: 'warning',
  dropped: 'default',
  returned: 'success',
}

type OnDo = { readonly onDo: (doing: Doing) => void }

/** Money that is asked back: why, what the enterprise says, what was decided, what came back. */
export function Recoveries({ onDo }: OnDo) {
  const t = useTexts()
  const me = useMe()
  const found = usePages<Recovery>(['recoveries'], (after) =>
    answer(
      api.GET('/api/v1/policy/recoveries', {
        params: { query: { limit: ROWS_A_PAGE, ...after } },
      }),
    ),
  )
  const columns: readonly Column<Recovery>[] = [
    {
      key: 'applicant',
      title: t('enterprise'),
      show: (it) => <EnterpriseName id={it.applicant} />,
    },
    {
      key: 'why',
      title: t('reason'),
      show: (it) => (
        <>
          <bdi>{it.reason}</bdi> (<bdi>{it.clause}</bdi>)
        </>
      ),
    },
    {
      key: 'amount',
      title: t('asked'),
      isNumber: true,
      show: (it) => <Money fen={it.decision?.amountFen ?? it.amountFen} />,
    },
    {
      key: 'returned',
      title: t('returned'),
      isNumber: true,
      show: (it) => <Money fen={it.returnedFen} />,
    },
    {
      key: 'state',
      title: t('state'),
      show: (it) => (
        <>
          <Tag color={COLOUR[it.state]}>{t(`recovery.${it.state}`)}</Tag>
          {it.undoing !== undefined && <Tag color="warning">{t('undoing')}</Tag>}
        </>
      ),
    },
    { key: 'heard', title: t('heardUntil'), show: (it) => <Until at={it.heardUntil} /> },
    { key: 'said', title: t('said'), show: (it) => <Said recovery={it} /> },
    { key: 'deeds', title: t('deeds'), show: (it) => <Deeds recovery={it} onDo={onDo} /> },
  ]
  return (
    <Pages
      label={t('recoveries')}
      found={found}
      keyOf={(it) => it.id}
      columns={columns}
      empty={{
        title: t('recoveriesNone'),
        hint: t(seesDesk(me) ? 'recoveriesNoneHint' : 'recoveriesOwnHint'),
      }}
    />
  )
}

function Said({ recovery: { answer: said, decision } }: { recovery: Recovery }) {
  const t = useTexts()
  const money = useMoney()
  if (said === undefined && decision === undefined) return <span>—</span>
  return (
    <>
      {said !== undefined && (
        <div>
          {t('enterpriseSays')} <bdi>{said.text}</bdi>
        </div>
      )}
      {decision !== undefined && (
        <div>
          {t('decided')} <bdi>{decision.reason}</bdi>
          {decision.interest !== undefined &&
            ` ${t('interestBy', {
              amount: money(decision.interest.fen),
              source: decision.interest.source,
            })}`}
        </div>
      )}
    </>
  )
}

function Deeds({ recovery, onDo }: { recovery: Recovery } & OnDo) {
  const t = useTexts()
  const me = useMe()
  const { state, isHeard, opened, applicant, undoing, returnedFen } = recovery
  const deeds = [
    ...(state === 'opened' && !isHeard && ownEnterprises(me).includes(applicant)
      ? (['answer'] as const)
      : []),
    ...(isHeard && mayDecide(me) && !opened.isMine ? (['decide'] as const) : []),
    ...(state === 'demanded' && mayPay(me) ? (['return-money'] as const) : []),
    ...(undoing === undefined && returnedFen !== '0' && mayPay(me)
      ? (['undo-return'] as const)
      : []),
    ...(undoing !== undefined && !undoing.isMine && mayPay(me) ? (['settle-undo'] as const) : []),
  ]
  if (deeds.length === 0) return <span>—</span>
  return (
    <Acts>
      {deeds.map((deed) => (
        <Button
          key={deed}
          size="small"
          type={deed === 'undo-return' ? 'default' : 'primary'}
          onClick={() => onDo({ deed, recovery })}
        >
          {t(`do.${deed}`)}
        </Button>
      ))}
    </Acts>
  )
}
