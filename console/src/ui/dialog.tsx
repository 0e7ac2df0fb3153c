import { Modal, type ModalProps } from 'antd'
import { type FormEvent, useEffect, useRef } from 'react'
import { useUnsaved } from './unsaved.ts'

type DialogProps = Omit<ModalProps, 'open' | 'onCancel'> & {
  readonly onClose: () => void
  /** There is nothing to lose: what was typed has been sent, or is kept by whoever draws it. */
  readonly isKept?: boolean
}

/**
 * A dialog in which something is filled in. What was typed is not lost by a key or a click that was meant otherwise: Escape, a
 * click on "cancel", the back button and closing the tab ask first; a click beside it does nothing.
 */
export function Dialog({ onClose, isKept = false, children, ...rest }: DialogProps) {
  const unsaved = useRef(false)
  const { mayLeave } = useUnsaved(unsaved)
  useEffect(() => {
    if (isKept) unsaved.current = false
  }, [isKept])
  const type = ({ target }: FormEvent) => {
    if (!isKept && isText(target)) unsaved.current = true
  }
  return (
    <Modal
      mask={{ closable: false }}
      {...rest}
      open
      onCancel={() => void mayLeave().then((may) => may && onClose())}
    >
      <div onInput={type}>{children}</div>
    </Modal>
  )
}

/** What is typed only to find something is no text of one's own. */
function isText(target: EventTarget): boolean {
  if (target instanceof HTMLTextAreaElement) return true
  return target instanceof HTMLInputElement && target.role !== 'combobox'
}
