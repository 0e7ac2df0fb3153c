import type { UseQueryResult } from '@tanstack/react-query'
import { Alert, Button, Card, Input, Tag } from 'antd'
import { useContext, useId, useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useText } from '../../frame/language.ts'
import { Colon } from '../../ui/colon.tsx'
import { downloadText } from '../../ui/download.ts'
import { Failed, Loading, Said } from '../../ui/states.tsx'
import type { Body, Check, Wish } from './api.ts'
import { useFaultPlace } from './fault-place.ts'
import { membersOf, TextField, textOf, WritableContext } from './fields.tsx'
import { useTexts } from './texts.ts'

type BesideProps = {
  readonly wish: Wish
  readonly change: (wish: Wish) => void
  /** Undefined where nothing is checked any more. */
  readonly checked: UseQueryResult<Check> | undefined
}

/** What is said of a draft while it is typed, and what it is read beside. */
export function Beside({ wish, change, checked }: BesideProps) {
  const t = useTexts()
  const data = checked?.data
  return (
    <>
      {checked !== undefined && (
        <Card title={t('checkCard')}>
          {checked.isError ? (
            <Failed error={checked.error} retry={() => void checked.refetch()} />
          ) : data === undefined ? (
            <Loading />
          ) : (
            <Verdict of={data} />
          )}
        </Card>
      )}
      {data !== undefined && data.faults.length === 0 && (
        <Card title={t('differenceCard')}>
          <Changes of={data.changes} />
          {data.cases !== undefined && data.cases.total > 0 && <CasesChanged of={data.cases} />}
        </Card>
      )}
      <Card title={t('vectorsCard')}>
        <Vectors wish={wish} change={change} of={data} />
      </Card>
      <Card title={t('textCard')}>
        <Words wish={wish} change={change} />
      </Card>
      <Card title={t('yamlCard')}>
        {data !== undefined && (
          <Yaml yaml={data.yaml} take={(body) => change({ ...wish, body })} body={wish.body} />
        )}
      </Card>
    </>
  )
}

function Verdict({ of }: { of: Check }) {
  const t = useTexts()
  const placeOf = useFaultPlace()
  const text = useText()
  const count = of.faults.length
  return (
    <div role="status">
      {count === 0 ? (
        <Alert type="success" showIcon title={t('sound')} />
      ) : (
        <>
          <Alert type="error" showIcon title={t('faults', { count })} />
          <ul className="editor-list">
            {of.faults.map((it) => (
              <li key={`${it.path} ${it.reason.en}`}>
                {placeOf(it.path) !== '' && (
                  <strong title={it.path}>
                    {placeOf(it.path)}
                    <Colon />
                  </strong>
                )}
                {text(it.reason)}
              </li>
            ))}
          </ul>
        </>
      )}
      {of.determinacy !== undefined && <p>{t('classIs', { name: t(of.determinacy as 'F') })}</p>}
    </div>
  )
}

/** How many of the vectors' cases come out differently, and which. */
function CasesChanged({ of: { total, changed } }: { of: NonNullable<Check['cases']> }) {
  const t = useTexts()
  return (
    <p style={{ marginBlockEnd: 0, overflowWrap: 'anywhere' }}>
      {t('casesChange', { changed: changed.length, total })}{' '}
      {changed.length > 0 && <span className="mono">{changed.join(', ')}</span>}
    </p>
  )
}

/** Differences in words; undefined for a measure that is new. */
export function Changes({ of }: { of: Check['changes'] }) {
  const t = useTexts()
  const text = useText()
  if (of === undefined) return <p style={{ margin: 0 }}>{t('isNew')}</p>
  if (of.length === 0) return <p style={{ margin: 0 }}>{t('noDifference')}</p>
  return (
    <ul className="editor-list">
      {of.map((it) => (
        <li key={`${it.pointer} ${it.text.en}`} style={{ overflowWrap: 'anywhere' }}>
          {text(it.text)}
        </li>
      ))}
    </ul>
  )
}

function Vectors({
  wish,
  change,
  of,
}: Pick<BesideProps, 'wish' | 'change'> & { of: Check | undefined }) {
  const t = useTexts()
  const text = useText()
  const results = of?.vectors ?? []
  const passed = results.filter((it) => it.ok).length
  return (
    <div className="editor-column">
      <p style={{ margin: 0 }}>{t('vectorsHint')}</p>
      {results.length > 0 && (
        <p role="status" style={{ margin: 0 }}>
          {t('vectorsPassed', { passed, failed: results.length - passed })}
        </p>
      )}
      {of?.vectorsFault !== undefined && (
        <Alert type="error" showIcon title={text(of.vectorsFault)} />
      )}
      <ul className="editor-list">
        {results.map((it) => (
          <li key={it.id}>
            <Tag color={it.ok ? 'success' : 'error'}>{t(it.ok ? 'ok' : 'fail')}</Tag>
            <span className="mono">{it.id}</span>
            {it.differs.map((differ) => (
              <div key={differ.field} style={{ overflowWrap: 'anywhere' }}>
                {t('differs', differ)}
              </div>
            ))}
          </li>
        ))}
      </ul>
      <TextField
        label={t('vectorsField')}
        rows={8}
        isCode
        value={wish.vectors}
        change={(vectors) => change({ ...wish, vectors })}
      />
    </div>
  )
}

const PAPER_CHARS_MAX = 100_000

/** The clause as it is retold, beside the paper's own words. */
function Words({ wish, change }: Pick<BesideProps, 'wish' | 'change'>) {
  const t = useTexts()
  const text = useText()
  const isWritable = useContext(WritableContext)
  const input = useRef<HTMLInputElement>(null)
  const clause = membersOf(wish.body.clause)
  const load = async (file: File | undefined) => {
    if (file === undefined) return
    change({ ...wish, paper: (await file.text()).slice(0, PAPER_CHARS_MAX) })
  }
  return (
    <div className="editor-sides">
      <div>
        <strong>{t('retold')}</strong>
        <p className="editor-paper">{text({ zh: textOf(clause.zh), en: textOf(clause.en) })}</p>
      </div>
      <div className="editor-column">
        {wish.paper === '' && <p style={{ margin: 0 }}>{t('noPaper')}</p>}
        <TextField
          label={t('ownText')}
          rows={8}
          value={wish.paper}
          change={(paper) => change({ ...wish, paper: paper.slice(0, PAPER_CHARS_MAX) })}
        />
        {isWritable && (
          <div>
            <input
              ref={input}
              type="file"
              accept=".txt,text/plain"
              hidden
              aria-label={t('attach')}
              onChange={(event) => void load(event.target.files?.[0])}
            />
            <Button onClick={() => input.current?.click()}>{t('attach')}</Button>
          </div>
        )}
      </div>
    </div>
  )
}

type Fault = { readonly line: number; readonly column: number; readonly reason: Text }
type Text = { readonly zh: string; readonly en: string }

function Yaml({ yaml, body, take }: { yaml: string; body: Body; take: (body: Body) => void }) {
  const t = useTexts()
  const text = useText()
  const id = useId()
  const isWritable = useContext(WritableContext)
  const [typed, setTyped] = useState<string>()
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [error, setError] = useState<unknown>()
  const read = async () => {
    setError(undefined)
    try {
      const found = await answer(
        api.POST('/api/v1/policy/draft-yaml', { body: { yaml: typed ?? yaml } }),
      )
      setFaults(found.faults)
      if (found.body === undefined) return
      take(membersOf(found.body))
      setTyped(undefined)
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <div className="editor-column">
      <div className="editor-field">
        <label htmlFor={id}>{t('yamlField')}</label>
        <Input.TextArea
          id={id}
          className="mono"
          rows={14}
          spellCheck={false}
          readOnly={!isWritable}
          value={typed ?? yaml}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <p style={{ margin: 0 }}>{t('yamlHint')}</p>
      {faults.length > 0 && (
        <ul className="editor-list editor-fault">
          {faults.map((it) => (
            <li key={`${it.line}:${it.column}`}>
              {t('yamlFault', { line: it.line, column: it.column, reason: text(it.reason) })}
            </li>
          ))}
        </ul>
      )}
      {error !== undefined && <Said error={error} />}
      <div className="editor-acts">
        {isWritable && (
          <Button disabled={typed === undefined} onClick={() => void read()}>
            {t('yamlTake')}
          </Button>
        )}
        <Button
          onClick={() =>
            downloadText(`${textOf(body.id) || 'measure'}.yaml`, 'application/yaml', yaml)
          }
        >
          {t('yamlDownload')}
        </Button>
      </div>
    </div>
  )
}
