import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Button, Card, Descriptions } from 'antd'
import { Fragment } from 'react'
import '../../ui/tiles.css'
import { ApiProblem } from '../../api/problem.ts'
import { downloadText } from '../../ui/download.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { Go } from '../../ui/go.tsx'
import { Named } from '../../ui/named.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Failed, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type Checked, entryQuery } from './log.ts'
import { AudienceName, type CheckState, CheckTag, useKindName } from './parts.tsx'
import { ProofPath } from './proof-path.tsx'
import { useSayings } from './said.ts'
import { useTexts } from './texts.ts'

export function Page() {
  const t = useTexts()
  const { index } = useParams({ strict: false }) as { index: string }
  const isNumber = /^\d{1,16}$/.test(index)
  return (
    <PageFrame title={t('entryTitle', { index })} lead={<Go to="/evidence">{t('entryBack')}</Go>}>
      {isNumber ? <Entry index={Number(index)} /> : <Failed error={new ApiProblem(404, {})} />}
    </PageFrame>
  )
}

function Entry({ index }: { index: number }) {
  const entry = useQuery(entryQuery(index))
  return (
    <QueryView query={entry}>
      {(it) => (
        <div className="cards">
          <div className="cards tiles wide">
            <Checks checked={it} />
            <Said checked={it} />
          </div>
          <ProofPath checked={it} />
        </div>
      )}
    </QueryView>
  )
}

function Checks({ checked }: { checked: Checked }) {
  const t = useTexts()
  const rows: readonly (readonly ['signature' | 'inclusion' | 'opening', CheckState])[] = [
    ['signature', checked.signed === 'unsupported' ? 'unknown' : checked.signed],
    ['inclusion', checked.isIncluded ? 'good' : 'wrong'],
    ['opening', checked.isOpened === undefined ? 'unknown' : checked.isOpened ? 'good' : 'wrong'],
  ]
  const isWrong = rows.some(([, state]) => state === 'wrong')
  const file = `entry-${checked.reply.index}.json`
  const download = () => {
    // what is sealed and its proof, for whoever it is given to: no name that stood beside it
    const { maker: _, about: __, ...proof } = checked.reply
    downloadText(file, 'application/json', `${JSON.stringify(proof, null, 2)}\n`)
  }
  return (
    <Card title={<h2 className="card-title">{t('checks')}</h2>}>
      <Alert
        type={isWrong ? 'error' : 'success'}
        showIcon
        title={isWrong ? t('someWrong') : t('allGood')}
        {...(isWrong && { description: t('wrongHint') })}
      />
      <ul style={{ listStyle: 'none', paddingInlineStart: 0 }}>
        {rows.map(([name, state]) => (
          <li key={name} style={{ marginBlock: 8 }}>
            <CheckTag state={state} /> {t(`check.${name}`)}
          </li>
        ))}
      </ul>
      {checked.signed === 'unsupported' && <p>{t('signedUnsupported')}</p>}
      <Button onClick={download}>{t('download')}</Button>
      <p className="mono" style={{ marginBlockEnd: 0 }}>
        {t('verifyHint', { origin: location.origin, file })}
      </p>
    </Card>
  )
}

function Said({ checked }: { checked: Checked }) {
  const t = useTexts()
  const kindName = useKindName()
  const sayings = useSayings()
  const { opened, maker, about, erased } = checked.reply
  return (
    <Card title={<h2 className="card-title">{t('fields')}</h2>}>
      {erased !== undefined && (
        <Alert
          type="info"
          showIcon
          title={t('erased')}
          description={
            <>
              <When at={erased.at} isExact /> <bdi>{erased.why}</bdi>
            </>
          }
        />
      )}
      {opened === undefined ? (
        erased === undefined && <Nothing title={t('sealed')} hint={t('sealedHint')} />
      ) : (
        <>
          <Descriptions
            column={1}
            size="small"
            items={[
              { key: 'kind', label: t('kind'), children: kindName(opened.kind) },
              {
                key: 'subject',
                label: t('subject'),
                children: (
                  <Named
                    id={opened.subject}
                    isCopied
                    {...(about !== undefined && { name: about })}
                  />
                ),
              },
              { key: 'at', label: t('at'), children: <When at={opened.at} isExact /> },
              { key: 'open', label: t('audience'), children: <AudienceName open={opened.open} /> },
            ]}
          />
          <dl className="card-rows" style={{ marginBlockStart: 12 }}>
            {sayings({ opened, ...(maker !== undefined && { maker }) }).map((it) => (
              <Fragment key={it.key}>
                <dt>
                  <bdi>{it.name}</bdi>
                </dt>
                <dd>
                  {it.key === 'enterprise' ? (
                    <Named id={it.text} name={<EnterpriseName id={it.text} />} />
                  ) : (
                    <bdi>{it.text}</bdi>
                  )}
                </dd>
              </Fragment>
            ))}
          </dl>
        </>
      )}
    </Card>
  )
}
