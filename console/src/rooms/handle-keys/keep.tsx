import { DownloadOutlined } from '@ant-design/icons'
import { Alert, Button, Checkbox, Form } from 'antd'
import { useState } from 'react'
import { Copy } from '../../ui/copy.tsx'
import { downloadText } from '../../ui/download.ts'
import type { KeyPair } from './key-pair.ts'
import { useTexts } from './texts.ts'

/** The private key, to be put away before the node learns of the public one. */
export function KeepPair({ prefix, pair }: { prefix: string; pair: KeyPair }) {
  const t = useTexts()
  const form = Form.useFormInstance()
  const [isDownloaded, setIsDownloaded] = useState(false)
  const download = () => {
    const name = `handle-key-${prefix.replace(/[^\w.-]/g, '_')}-${pair.kind.toLowerCase()}.pem`
    downloadText(name, 'application/x-pem-file', pair.privatePem)
    setIsDownloaded(true)
    form.setFields([{ name: 'kept', errors: [] }])
  }
  return (
    <>
      <Ready type="warning" title={t('pairReady')} hint={t('pairKeep')} />
      <p>
        <Button icon={<DownloadOutlined aria-hidden />} onClick={download}>
          {t('pairDownload')}
        </Button>
      </p>
      <KeptBox label={t('pairKept')} missing={isDownloaded ? undefined : t('pairKeptFirst')} />
    </>
  )
}

/** A secret that is shown this once. */
export function KeepSecret({ secret, identity }: { secret: string; identity: string }) {
  const t = useTexts()
  return (
    <>
      <Ready type="success" title={t('secretReady')} hint={t('secretKeep')} />
      <dl className="card-rows">
        <dt>{t('identity')}</dt>
        <dd>
          <bdi className="mono">{identity}</bdi> <Copy text={identity} />
        </dd>
        <dt>{t('kindSecret')}</dt>
        <dd>
          <code>{secret}</code> <Copy text={secret} label={t('kindSecret')} />
        </dd>
      </dl>
      <KeptBox label={t('secretKept')} missing={undefined} />
    </>
  )
}

type ReadyProps = {
  readonly type: 'success' | 'warning'
  readonly title: string
  readonly hint: string
}

function Ready({ type, title, hint }: ReadyProps) {
  const style = { marginBlockEnd: 16 }
  return <Alert {...{ type, title, style }} showIcon role="status" description={hint} />
}

/** Nothing goes on until somebody says that it is kept; `missing` says what must be done before. */
function KeptBox({ label, missing }: { label: string; missing: string | undefined }) {
  const t = useTexts()
  const judge = async (_: unknown, isKept?: boolean) => {
    if (missing !== undefined) throw new Error(missing)
    if (isKept !== true) throw new Error(t('keptNeeded'))
  }
  return (
    <Form.Item name="kept" valuePropName="checked" rules={[{ validator: judge }]}>
      <Checkbox>{label}</Checkbox>
    </Form.Item>
  )
}
