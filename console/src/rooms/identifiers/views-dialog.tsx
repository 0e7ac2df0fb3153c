import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { showProblem } from '../../ui/form-problem.ts'
import { Said } from '../../ui/states.tsx'
import type { FilterValues } from './list-query.ts'
import { useTexts } from './texts.ts'
import { useViews, VIEW_NAME_CHARS_MAX } from './views.ts'

type ViewsDialogProps = {
  readonly filters: FilterValues
  readonly columns: readonly string[]
  readonly onClose: () => void
}

/** Keeps the filters and columns that are shown now under a name, and removes what is not wanted any more. */
export function ViewsDialog({ filters, columns, onClose }: ViewsDialogProps) {
  const t = useTexts()
  const { views, save, remove } = useViews()
  const [form] = Form.useForm<{ name: string }>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const act = async (change: () => Promise<void>, after?: () => void) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await change()
      after?.()
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Modal open title={t('viewsTitle')} onCancel={onClose} footer={null}>
      <p>{t('viewsHint')}</p>
      {error !== undefined && <Said error={error} />}
      <Form
        form={form}
        layout="vertical"
        onFinish={({ name }) =>
          void act(() => save({ name: name.trim(), filters, columns }), onClose)
        }
      >
        <Form.Item
          name="name"
          label={t('viewName')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input maxLength={VIEW_NAME_CHARS_MAX} autoFocus />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('viewSave')}
        </Button>
      </Form>
      {views.length > 0 && (
        <>
          <h3 style={{ marginBlock: '20px 8px' }}>{t('viewsSaved')}</h3>
          <ul className="cards">
            {views.map((it) => (
              <li key={it.name} style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
                <bdi style={{ flex: 1 }}>{it.name}</bdi>
                <Button
                  size="small"
                  aria-label={t('viewRemoveOne', { name: it.name })}
                  onClick={() => void act(() => remove(it.name))}
                >
                  {t('viewRemove')}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Modal>
  )
}
