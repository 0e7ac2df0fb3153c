import { useParams } from '@tanstack/react-router'
import { Alert } from 'antd'
import { may, useMe } from '../../api/me.ts'
import { asProblem } from '../../api/problem.ts'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Failed, Loading, NotHere } from '../../ui/states.tsx'
import { Editor } from './editor.tsx'
import { useNamespace, usePrefix } from './namespace.ts'
import { useTexts } from './texts.ts'
import './namespaces.css'

/** What holds for every name under a prefix, for those who may write it. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const { prefix } = useParams({ strict: false }) as { prefix: string }
  const found = usePrefix(prefix)
  const isTheirs =
    found.data !== undefined && may(me, 'templates.write', found.data.enterprise ?? '')
  const stored = useNamespace(prefix, isTheirs)
  if (found.isError && [403, 404].includes(asProblem(found.error).status)) return <NotHere />
  if (found.data !== undefined && !isTheirs) return <NotHere />
  return (
    <PageFrame
      title={t('titleOf', { prefix })}
      lead={t('lead')}
      actions={<GoButton to={`/prefixes/${encodeURIComponent(prefix)}`}>{t('toPrefix')}</GoButton>}
    >
      {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
      {found.isLoading && <Loading />}
      {found.data !== undefined && (
        <>
          {found.data.hosting.kind === 'delegated' && (
            <Alert type="info" showIcon title={t('elsewhere')} className="namespace-notice" />
          )}
          <QueryView query={stored}>
            {(namespace) => (
              <Editor prefix={found.data.prefix} key={found.data.prefix} stored={namespace} />
            )}
          </QueryView>
        </>
      )}
    </PageFrame>
  )
}
