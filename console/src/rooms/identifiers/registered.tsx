import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { Copy } from '../../ui/copy.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Handle } from './parts.tsx'
import { QrCode, QrDownload } from './qr.tsx'
import type { Identifier } from './records.ts'
import { useTexts } from './texts.ts'

const LabelsDialog = lazy(async () => ({
  default: (await import('./labels-dialog.tsx')).LabelsDialog,
}))
const QR_PX = 176

type RegisteredProps = {
  readonly record: Identifier
  /** Another one: with the same values, or with an empty form. */
  readonly onAgain: (isLike: boolean) => void
}

/** It is there: its code, and what one does next. */
export function Registered({ record, onAgain }: RegisteredProps) {
  const t = useTexts()
  const [isPrinting, setIsPrinting] = useState(false)
  return (
    <section aria-live="polite" style={{ maxInlineSize: 640 }}>
      <h2 style={{ marginBlock: '0 8px' }}>{t('registeredTitle')}</h2>
      <p style={{ fontSize: 16 }}>
        <Handle>{record.handle}</Handle> <Copy text={record.handle} label={t('identifier')} />
      </p>
      <QrCode handle={record.handle} sizePx={QR_PX} />
      <p style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlock: 12 }}>
        <QrDownload handle={record.handle} />
        <Button size="small" onClick={() => setIsPrinting(true)}>
          {t('labels')}
        </Button>
      </p>
      <p style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
        <Button type="primary" onClick={() => onAgain(true)}>
          {t('anotherLike')}
        </Button>
        <Button onClick={() => onAgain(false)}>{t('anotherEmpty')}</Button>
        <GoButton to="/identifier" search={{ id: record.handle }}>
          {t('toIdentifier')}
        </GoButton>
      </p>
      <Suspense>
        {isPrinting && <LabelsDialog records={[record]} onClose={() => setIsPrinting(false)} />}
      </Suspense>
    </section>
  )
}
