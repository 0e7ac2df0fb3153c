import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Card, Descriptions, Tag } from 'antd'
import { Fragment, type ReactNode, useId } from 'react'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { MeasureName } from '../../ui/measures.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { type Paper, paperQuery, placesQuery } from './api.ts'
import { AttachedFiles } from './attachments.tsx'
import { HeadFields, PaperText, StandingTag } from './parts.tsx'
import { useTexts } from './texts.ts'

/** One published paper: its fields, text, relations and measures. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const textOf = useText()
  const paper = useQuery(paperQuery(id))
  return (
    <PageFrame title={paper.data === undefined ? t('papers') : textOf(paper.data.name)}>
      <QueryView query={paper}>{(it) => <Shown paper={it} />}</QueryView>
    </PageFrame>
  )
}

function Shown({ paper }: { paper: Paper }) {
  const t = useTexts()
  return (
    <>
      <p>
        <StandingTag standing={paper.standing} />
      </p>
      <Ending paper={paper} />
      <HeadFields paper={paper} />
      <Beside paper={paper} />
      <Relations paper={paper} />
      {paper.text !== undefined && (
        <Section title={t('text')}>
          <PaperText text={paper.text} />
        </Section>
      )}
      <Clauses clauses={paper.clauses} />
      <AttachedFiles
        files={paper.files}
        hrefOf={(file) => `/api/v1/policy/papers/${paper.id}/files/${file}`}
      />
      {paper.note !== undefined && (
        <Section title={t('draftingNote')}>
          <PaperText text={paper.note} />
        </Section>
      )}
      <MeasuresOf measures={paper.measures} />
      {paper.comments !== undefined && <Comments id={paper.id} comments={paper.comments} />}
    </>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className="paper-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

function Ending({ paper: { endsBy } }: { paper: Paper }) {
  const t = useTexts()
  if (endsBy === undefined) return null
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={t('endsBy', { from: endsBy.from })}
      description={
        endsBy.paper === undefined ? (
          <bdi lang="zh-CN">{endsBy.reason}</bdi>
        ) : (
          <>
            {t('endsByPaper')}
            <Go to={`/papers/${endsBy.paper}`}>{endsBy.paper}</Go>
          </>
        )
      }
    />
  )
}

/** What stands beside the eight fields. */
function Beside({ paper }: { paper: Paper }) {
  const t = useTexts()
  const textOf = useText()
  const { signed, source, letter, reportedValidity: reported } = paper
  const items = [
    { key: 'region', label: t('region'), children: <RegionOf code={paper.region} /> },
    ...(signed === undefined ? [] : [{ key: 'signed', label: t('signed'), children: signed }]),
    ...(letter === undefined
      ? []
      : [
          {
            key: 'letter',
            label: t('replyTo'),
            children: t(letter.kind === 'proposal' ? 'proposalNo' : 'suggestionNo', {
              number: letter.number,
            }),
          },
          {
            key: 'publicity',
            label: t('publicity'),
            children: <bdi lang="zh-CN">{letter.publicity}</bdi>,
          },
          {
            key: 'joint',
            label: t('jointOpinions'),
            children: letter.jointOpinions.map(textOf).join(' · ') || '—',
          },
        ]),
    ...(reported === undefined
      ? []
      : [{ key: 'reported', label: t('reportedValidity'), children: t('validFromTo', reported) }]),
    ...(source === undefined
      ? []
      : [{ key: 'source', label: t('source'), children: <code>{source}</code> }]),
  ]
  return (
    <>
      <Descriptions
        className="paper-fields"
        bordered
        size="small"
        column={{ xs: 1, md: 2 }}
        items={items}
        style={{ marginBlockStart: 12 }}
      />
      {letter?.contactMasked === true && <p className="paper-absent">{t('contactMasked')}</p>}
    </>
  )
}

/** The region of a paper with those above and below it, each with its papers: rules of a district stand under a city's. */
function RegionOf({ code }: { code: string }) {
  const t = useTexts()
  const textOf = useText()
  const regions = useQuery(placesQuery).data?.items ?? []
  const own = regions.find((it) => it.code === code)
  if (own === undefined) return code
  const isBelow = (low: string, high: string) => low.startsWith(`${high}/`)
  const list = (of: typeof regions) =>
    of.map((it, at) => (
      <Fragment key={it.code}>
        {at > 0 && ' · '}
        <Go to="/papers" search={{ region: it.code }}>
          {textOf(it.name)}
        </Go>
      </Fragment>
    ))
  const above = regions.filter((it) => isBelow(own.place, it.place))
  const below = regions.filter((it) => isBelow(it.place, own.place))
  return (
    <>
      {list([own])}
      {above.length > 0 && (
        <div>
          {t('regionAbove')} {list(above)}
        </div>
      )}
      {below.length > 0 && (
        <div>
          {t('regionBelow')} {list(below)}
        </div>
      )}
    </>
  )
}

function Clauses({ clauses }: { clauses: Paper['clauses'] }) {
  const t = useTexts()
  const textOf = useText()
  if (clauses.length === 0) return null
  return (
    <Section title={t('clauses')}>
      <ul className="cards">
        {clauses.map((it) => (
          <li key={it.id} id={it.id}>
            <Card size="small">
              <strong>{it.id}</strong> <bdi lang="zh-CN">{it.place}</bdi>
              <p style={{ marginBlock: 4 }}>{textOf(it.content)}</p>
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Relations({ paper: { relations, relatedBy } }: { paper: Paper }) {
  const t = useTexts()
  const textOf = useText()
  const all = [
    ...relations.map((it) => ({ ...it, label: t(it.kind) })),
    ...relatedBy.map((it) => ({ ...it, label: t(`by_${it.kind}`) })),
  ]
  if (all.length === 0) return null
  return (
    <Section title={t('relations')}>
      <ul className="paper-list">
        {all.map((it) => (
          <li key={`${it.label} ${it.paper}`}>
            <Tag>{it.label}</Tag>
            <Go to={`/papers/${it.paper}`}>{it.name === undefined ? it.paper : textOf(it.name)}</Go>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function MeasuresOf({ measures }: { measures: Paper['measures'] }) {
  const t = useTexts()
  const textOf = useText()
  if (measures.length === 0) return null
  return (
    <Section title={t('measures')}>
      <ul className="paper-list">
        {measures.map((it) => (
          <li key={it.id}>
            <MeasureName
              id={it.id}
              title={textOf(it.title)}
              to={`/support/measures/${encodeURIComponent(it.id)}`}
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Comments({ id, comments }: { id: string; comments: NonNullable<Paper['comments']> }) {
  const t = useTexts()
  const { received, verdicts, answers } = comments
  return (
    <Section title={t('commentSummary')}>
      <p>
        {t('commentCounts', {
          received,
          adopted: verdicts.adopted,
          partly: verdicts.partly,
          not: verdicts['not-adopted'],
        })}{' '}
        <Go to={`/papers/drafts/${id}`}>{t('toConsultation')}</Go>
      </p>
      <ul className="cards">
        {answers.map((it) => (
          <li key={`${it.gist} ${it.reason}`}>
            <Card size="small">
              <Tag>{t(it.verdict)}</Tag>
              <bdi lang="zh-CN">{it.gist}</bdi> {t('ofComments', { count: it.comments })}
              <p style={{ marginBlock: 4 }}>
                <bdi lang="zh-CN">{it.reason}</bdi>
              </p>
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  )
}
