import { Checkbox, Modal } from 'antd'
import type { useColumnChoice } from './columns.tsx'
import { useTexts } from './texts.ts'

type ColumnsDialogProps = {
  readonly columns: ReturnType<typeof useColumnChoice>
  readonly onClose: () => void
}

/** Which columns the list shows; each choice is seen behind the dialog at once. */
export function ColumnsDialog({ columns, onClose }: ColumnsDialogProps) {
  const t = useTexts()
  return (
    <Modal
      open
      title={t('columnsTitle')}
      onCancel={onClose}
      onOk={onClose}
      okText={t('done')}
      cancelButtonProps={{ style: { display: 'none' } }}
    >
      <p>{t('columnsHint')}</p>
      <Checkbox.Group
        style={{
          display: 'grid',
          gridTemplateColumns: 'repeat(auto-fill, minmax(180px, 1fr))',
          gap: 8,
        }}
        value={columns.shown.map((it) => it.key)}
        onChange={(keys) => columns.show(keys)}
        options={columns.choices.map((it) => ({ value: it.key, label: <bdi>{it.title}</bdi> }))}
      />
    </Modal>
  )
}
