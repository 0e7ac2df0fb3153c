import { Alert } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { Copy } from '../../ui/copy.tsx'
import type { Link } from './parts.tsx'
import { useTexts } from './texts.ts'

/** A secret that is shown this once. */
export function Once({
  title,
  hint,
  label,
  text,
}: {
  title: string
  hint: string
  label: string
  text: string
}) {
  return (
    <Alert
      type="success"
      showIcon
      role="status"
      title={title}
      description={
        <>
          <p style={{ margin: '0 0 8px' }}>{hint}</p>
          <code style={{ wordBreak: 'break-all' }}>{text}</code> <Copy text={text} label={label} />
        </>
      }
    />
  )
}

export function OnceLink({ link }: { link: Pick<Link, 'path' | 'expiresAt'> }) {
  const t = useTexts()
  const format = useFormat()
  return (
    <Once
      title={t('linkReady')}
      hint={t('linkOnce', { time: format.dateTime(link.expiresAt) })}
      label={t('link')}
      text={`${location.origin}${link.path}`}
    />
  )
}
