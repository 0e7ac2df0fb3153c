import { PrinterOutlined } from '@ant-design/icons'
import { Button, Modal } from 'antd'
import { Copy } from '../../ui/copy.tsx'
import { useFactorTexts } from './factor-texts.ts'

/** Codes that are shown this once, to be printed or kept. */
export function RecoveryDialog({
  codes,
  onClose,
}: {
  codes: readonly string[]
  onClose: () => void
}) {
  const t = useFactorTexts()
  return (
    <Modal
      open
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      title={t('recoveryTitle')}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('recoveryKept')}
        </Button>
      }
    >
      <p>{t('recoveryOnce')}</p>
      <ol className="mono" aria-label={t('recovery')} style={{ columnWidth: 220 }}>
        {codes.map((it) => (
          <li key={it}>{it}</li>
        ))}
      </ol>
      <p>
        <Copy text={codes.join('\n')} label={t('copyAll')} />{' '}
        <Button type="text" size="small" icon={<PrinterOutlined />} onClick={() => print()}>
          {t('print')}
        </Button>
      </p>
    </Modal>
  )
}
