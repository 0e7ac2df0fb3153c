import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { FIELD_PATHS, useFieldName } from '../../ui/entry-field-texts.ts'
import { keepHere } from '../../ui/keep-here.ts'
import type { Decision } from './review.tsx'
import { useTexts } from './texts.ts'

const KEPT_AS = 'waymark.usual-reasons'
const USUAL_MAX = 30
const REASON_CHARS_MAX = 1000
const REASONS_MAX = 20

type Reason = { path: string; reason: string }

type ReturnDialogProps = {
  readonly name: string
  readonly isBusy: boolean
  readonly onClose: () => void
  readonly onReturn: (decision: Decision) => Promise<void>
}

/** Field by field why an application goes back, with reasons one has used before. */
export function ReturnDialog({ name, isBusy, onClose, onReturn }: ReturnDialogProps) {
  const t = useTexts()
  const fieldName = useFieldName()
  const [form] = Form.useForm<{ reasons: Reason[]; note?: string }>()
  const usual = useUsualReasons()
  const needed = [{ required: true, message: t('required') }]
  return (
    <Dialog
      title={t('giveBackTitle', { name })}
      okText={t('giveBack')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
      width={640}
    >
      <p>{t('giveBackHint')}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ reasons: [{}] }}
        onFinish={({ reasons, note }) => {
          usual.keep(reasons.map((it) => it.reason))
          void onReturn({ decision: 'return', reasons, ...(note && { note }) })
        }}
      >
        <Form.List name="reasons">
          {(rows, { add, remove }) => (
            <>
              {rows.map(({ key, name: at }) => (
                <div key={key} style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
                  <Form.Item
                    name={[at, 'path']}
                    label={t('field')}
                    rules={needed}
                    style={{ flex: '1 1 180px' }}
                  >
                    <Select
                      options={FIELD_PATHS.map((path) => ({ value: path, label: fieldName(path) }))}
                    />
                  </Form.Item>
                  <Form.Item
                    name={[at, 'reason']}
                    label={t('why')}
                    rules={needed}
                    style={{ flex: '2 1 260px' }}
                  >
                    <Input maxLength={REASON_CHARS_MAX} list="usual-reasons" />
                  </Form.Item>
                  <Button
                    style={{ alignSelf: 'center' }}
                    icon={<DeleteOutlined />}
                    aria-label={t('removeReason')}
                    disabled={rows.length === 1}
                    onClick={() => remove(at)}
                  />
                </div>
              ))}
              <Button
                icon={<PlusOutlined />}
                disabled={rows.length >= REASONS_MAX}
                onClick={() => add({})}
              >
                {t('addReason')}
              </Button>
            </>
          )}
        </Form.List>
        <datalist id="usual-reasons">
          {usual.reasons.map((it) => (
            <option key={it} value={it} />
          ))}
        </datalist>
        <Form.Item name="note" label={t('note')} style={{ marginBlockStart: 16 }}>
          <Input.TextArea rows={2} maxLength={REASON_CHARS_MAX} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}

/** Reasons this person gave before, the newest first; kept on this device. */
function useUsualReasons(): {
  readonly reasons: readonly string[]
  readonly keep: (it: readonly string[]) => void
} {
  const [reasons] = useState(readUsual)
  return {
    reasons,
    keep: (used) => {
      const next = [...new Set([...used, ...readUsual()])].slice(0, USUAL_MAX)
      keepHere(KEPT_AS, JSON.stringify(next))
    },
  }
}

function readUsual(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? '[]')
    return Array.isArray(kept) ? kept.filter((it) => typeof it === 'string') : []
  } catch {
    return []
  }
}
