import { App } from 'antd'
import { type ReactNode, useRef } from 'react'
import { useFrameTexts } from '../frame/frame-texts.ts'

type Question = {
  readonly title: string
  /** What will happen, spelled out. */
  readonly consequence: ReactNode
  /** The word on the button: the deed, not "OK". */
  readonly verb: string
  /** The word for "no", where "cancel" would not say which of the two is cancelled. */
  readonly stay?: string
  readonly isDestructive?: boolean
  /** Asks for a reason, which is kept on record, or for other words the deed is done with. */
  readonly wantsReason?: boolean | Words
}

export type Words = { readonly label: string; readonly charsMax: number }

const REASON_CHARS_MAX = 1000

/**
 * Asks before something that hurts. Resolves to the reason (empty where none was asked for), or undefined for "no". Who clicks
 * twice is asked once.
 */
export function useConfirm(): (question: Question) => Promise<string | undefined> {
  const t = useFrameTexts()
  const { modal } = App.useApp()
  const isAsking = useRef(false)
  const ask = async (question: Question): Promise<string | undefined> => {
    const { title, wantsReason = false } = question
    const words =
      wantsReason === true ? { label: t('reason'), charsMax: REASON_CHARS_MAX } : wantsReason
    const missing = wantsReason === true ? t('reasonNeeded') : t('wordsNeeded')
    // most questions want no reason, and the form for one is large
    const reason =
      words === false
        ? undefined
        : (await import('./reason.tsx')).askReason(title, { ...words, missing })
    return new Promise((resolve) => {
      modal.confirm({
        title,
        content: (
          <>
            <div>{question.consequence}</div>
            {reason?.field}
          </>
        ),
        okText: question.verb,
        cancelText: question.stay ?? t('cancel'),
        // who only wanted to get rid of a dialog presses return at once
        autoFocusButton: question.stay === undefined ? 'ok' : 'cancel',
        okButtonProps: { danger: question.isDestructive === true },
        onOk: async () => resolve((await reason?.read()) ?? ''),
        onCancel: () => resolve(undefined),
        // taken away by something else: nobody said yes
        afterClose: () => resolve(undefined),
      })
    })
  }
  return async (question) => {
    if (isAsking.current) return undefined
    isAsking.current = true
    try {
      return await ask(question)
    } finally {
      isAsking.current = false
    }
  }
}
