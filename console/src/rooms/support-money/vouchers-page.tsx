import { Button, Tag } from 'antd'
import { useId, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type Me, useMe } from '../../api/me.ts'
import { Copy } from '../../ui/copy.tsx'
import { MeasureName } from '../../ui/measures.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import type { Column } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Sections } from '../../ui/sections.tsx'
import {
  mayApply,
  mayPay,
  mayReview,
  ownEnterprises,
  ROWS_A_PAGE,
  type Series,
  seesDesk,
  shareText,
  usePages,
  type Voucher,
} from './money.ts'
import { Acts, Money, Pages, Until } from './parts.tsx'
import { useTexts } from './texts.ts'
import { type Doing, VoucherDialog } from './voucher-dialogs.tsx'

const FILTERS = ['show'] as const
const COLOUR = {
  held: 'processing',
  claimed: 'warning',
  confirmed: 'processing',
  paid: 'success',
  expired: 'default',
}

type OnDo = { readonly onDo: (doing: Doing) => void }

/** Vouchers there are, those that are held, and those that a provider is to be paid by. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [{ show }] = useSearchState(FILTERS)
  const [doing, setDoing] = useState<Doing>()
  const sections = seesDesk(me)
    ? (['series', 'held'] as const)
    : (['series', 'held', 'claims'] as const)
  const current = sections.find((it) => it === show) ?? 'series'
  return (
    <PageFrame
      title={t('vouchersTitle')}
      lead={t('vouchersLead')}
      actions={
        <>
          {mayApply(me) && ownEnterprises(me).length > 0 && (
            <Button onClick={() => setDoing({ deed: 'claim' })}>{t('redeem')}</Button>
          )}
          {mayReview(me) && (
            <Button type="primary" onClick={() => setDoing({ deed: 'open' })}>
              {t('openSeries')}
            </Button>
          )}
        </>
      }
    >
      <Sections
        label={t('vouchersTitle')}
        to="/support/vouchers"
        current={current}
        sections={sections.map((it) => ({
          key: it,
          label: t(it === 'held' && seesDesk(me) ? 'issued' : it),
          search: { show: it },
        }))}
      />
      {current === 'series' && <SeriesList onDo={setDoing} />}
      {current === 'held' && <Vouchers as="holder" onDo={setDoing} />}
      {current === 'claims' && <Vouchers as="provider" onDo={setDoing} />}
      {doing !== undefined && <VoucherDialog doing={doing} onClose={() => setDoing(undefined)} />}
    </PageFrame>
  )
}

function SeriesList({ onDo }: OnDo) {
  const t = useTexts()
  const me = useMe()
  const found = usePages<Series>(['series'], (after) =>
    answer(
      api.GET('/api/v1/policy/voucher-series', {
        params: { query: { limit: ROWS_A_PAGE, ...after } },
      }),
    ),
  )
  const columns: readonly Column<Series>[] = [
    { key: 'title', title: t('voucher'), show: (it) => <bdi>{it.title}</bdi> },
    { key: 'measure', title: t('measure'), show: (it) => <MeasureName id={it.measure} /> },
    { key: 'face', title: t('face'), isNumber: true, show: (it) => <Money fen={it.faceFen} /> },
    {
      key: 'share',
      title: t('covers'),
      show: (it) => t('coversOf', { share: shareText(it.share) }),
    },
    {
      key: 'left',
      title: t('left'),
      isNumber: true,
      show: (it) => t('leftOf', { left: it.left, count: it.count }),
    },
    { key: 'until', title: t('validUntil'), show: (it) => <Until at={it.validUntil} /> },
    { key: 'paper', title: t('reference'), show: (it) => <bdi>{it.reference}</bdi>, isMinor: true },
    {
      key: 'deeds',
      title: t('deeds'),
      show: (it) => <SeriesDeeds series={it} me={me} onDo={onDo} />,
    },
  ]
  return (
    <Pages
      label={t('series')}
      found={found}
      keyOf={(it) => it.id}
      columns={columns}
      empty={{
        title: t('seriesNone'),
        hint: t(mayReview(me) ? 'seriesNoneHint' : 'seriesOwnHint'),
      }}
    />
  )
}

function SeriesDeeds({ series, me, onDo }: { series: Series; me: Me } & OnDo) {
  const t = useTexts()
  const why = useId()
  const isOpen = series.state === 'open' && new Date(series.validUntil).getTime() > Date.now()
  if (!isOpen) return <Tag>{t('seriesClosed')}</Tag>
  const [own] = ownEnterprises(me)
  return (
    <Acts>
      {(mayReview(me) || own !== undefined) && (
        <Button
          size="small"
          type="primary"
          disabled={series.left === 0}
          aria-describedby={why}
          onClick={() => onDo({ deed: 'issue', series })}
        >
          {t(mayReview(me) ? 'issue' : 'take')}
        </Button>
      )}
      {series.left === 0 && <span id={why}>{t('noneLeft')}</span>}
      {mayReview(me) && (
        <Button size="small" danger onClick={() => onDo({ deed: 'close', series })}>
          {t('closeSeries')}
        </Button>
      )}
    </Acts>
  )
}

function Vouchers({ as, onDo }: { as: 'holder' | 'provider' } & OnDo) {
  const t = useTexts()
  const me = useMe()
  const found = usePages<Voucher>(['vouchers', as], (after) =>
    answer(
      api.GET('/api/v1/policy/vouchers', {
        params: { query: { as, limit: ROWS_A_PAGE, ...after } },
      }),
    ),
  )
  const columns: readonly Column<Voucher>[] = [
    {
      key: 'code',
      title: as === 'holder' && !seesDesk(me) ? t('code') : t('holder'),
      show: (it) =>
        it.code === undefined ? (
          <bdi>{it.holderName ?? it.holder}</bdi>
        ) : (
          <>
            <bdi className="mono">{it.code}</bdi> <Copy text={it.code} />
          </>
        ),
    },
    {
      key: 'state',
      title: t('state'),
      show: (it) => (
        <>
          <Tag color={COLOUR[it.state]}>{t(`voucher.${it.state}`)}</Tag>
          {it.undoing !== undefined && <Tag color="warning">{t('paymentUndoing')}</Tag>}
        </>
      ),
    },
    { key: 'face', title: t('face'), isNumber: true, show: (it) => <Money fen={it.faceFen} /> },
    { key: 'until', title: t('validUntil'), show: (it) => <Until at={it.validUntil} /> },
    { key: 'claim', title: t('claim'), show: (it) => <Claim voucher={it} /> },
    { key: 'deeds', title: t('deeds'), show: (it) => <Deeds voucher={it} me={me} onDo={onDo} /> },
  ]
  const words = as === 'provider' ? 'claimsNone' : seesDesk(me) ? 'issuedNone' : 'heldNone'
  return (
    <Pages
      label={t(as === 'provider' ? 'claims' : 'held')}
      found={found}
      keyOf={(it) => it.id}
      columns={columns}
      empty={{ title: t(words), hint: t(`${words}Hint`) }}
    />
  )
}

function Claim({ voucher: { claim, refusal } }: { voucher: Voucher }) {
  const t = useTexts()
  if (claim !== undefined) {
    return (
      <>
        <bdi>{claim.providerName ?? claim.provider}</bdi> ·{' '}
        <bdi className="mono">{claim.invoice}</bdi> · <Money fen={claim.amountFen} />
      </>
    )
  }
  if (refusal === undefined) return <span>—</span>
  return (
    <span>
      {t('refusedBecause')} <bdi>{refusal.reason}</bdi>
    </span>
  )
}

function Deeds({ voucher, me, onDo }: { voucher: Voucher; me: Me } & OnDo) {
  const t = useTexts()
  if (voucher.state === 'claimed' && ownEnterprises(me).includes(voucher.holder)) {
    return (
      <Acts>
        <Button size="small" type="primary" onClick={() => onDo({ deed: 'right', voucher })}>
          {t('confirmService')}
        </Button>
        <Button size="small" danger onClick={() => onDo({ deed: 'wrong', voucher })}>
          {t('refuseService')}
        </Button>
      </Acts>
    )
  }
  if (voucher.state === 'confirmed' && mayPay(me)) {
    return (
      <Button size="small" type="primary" onClick={() => onDo({ deed: 'pay', voucher })}>
        {t('payVoucher')}
      </Button>
    )
  }
  if (voucher.state === 'paid' && mayPay(me)) {
    if (voucher.undoing?.isMine) return <span>{t('waitsForOther')}</span>
    const deed = voucher.undoing === undefined ? 'undo' : 'settle'
    return (
      <Button size="small" danger={deed === 'undo'} onClick={() => onDo({ deed, voucher })}>
        {t(deed === 'undo' ? 'undoVoucher' : 'settleVoucher')}
      </Button>
    )
  }
  return <span>—</span>
}
