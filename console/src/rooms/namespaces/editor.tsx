import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Input } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { useRef, useState } from 'react'
import { afterRefusal } from '../../api/stale.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { useDraft } from '../../ui/draft.ts'
import { Failed } from '../../ui/states.tsx'
import {
  type Checked,
  check,
  namespaceKey,
  putNamespace,
  readNamespace,
  removeNamespace,
  SERIAL_EXAMPLE,
  type Stored,
  stopExample,
  useCheck,
} from './namespace.ts'
import { Preview } from './preview.tsx'
import { useTexts } from './texts.ts'
import { Verdict } from './verdict.tsx'

const XML_CHARS_MAX = 65_536

type EditorProps = { readonly prefix: string; readonly stored: Stored | null }

/** The text of a namespace, judged while it is typed, beside what it makes of a sample name. */
export function Editor({ prefix, stored }: EditorProps) {
  const t = useTexts()
  const field = useRef<TextAreaRef>(null)
  const writing = useWriting(prefix, stored)
  const { xml, write } = writing
  const [suffix, setSuffix] = useState('')
  const judged = useCheck(prefix, xml, suffix)
  const checked = xml.trim() === '' ? undefined : judged.data
  const goTo = (line: number) => {
    const area = field.current?.resizableTextArea?.textArea
    if (area === undefined) return
    const start = xml.split('\n', line - 1).reduce((sum, it) => sum + it.length + 1, 0)
    area.focus()
    area.setSelectionRange(start, start + (xml.slice(start).split('\n', 1)[0] ?? '').length)
  }
  return (
    <div className="namespace-halves">
      <Card title={t('editor')}>
        {stored?.readable === false && (
          <Alert type="warning" showIcon title={t('unreadable')} className="namespace-notice" />
        )}
        {xml.trim() === '' && <Beginnings begin={write} />}
        {writing.theirs !== undefined && (
          <Stale theirs={writing.theirs} take={() => writing.take()} />
        )}
        <Input.TextArea
          ref={field}
          aria-label={t('field')}
          className="mono"
          rows={16}
          maxLength={XML_CHARS_MAX}
          spellCheck={false}
          autoComplete="off"
          value={xml}
          onChange={(event) => write(event.target.value)}
        />
        <p className="namespace-guide">{t('guide')}</p>
        {judged.isError ? <Failed error={judged.error} /> : <Verdict of={checked} goTo={goTo} />}
        {writing.error !== undefined && <Failed error={writing.error} />}
        <Acts prefix={prefix} stored={stored} checked={checked} writing={writing} />
      </Card>
      <Preview
        prefix={prefix}
        suffix={suffix}
        setSuffix={setSuffix}
        sample={suffix === '' ? undefined : checked?.sample}
        wrong={checked?.errors.find((it) => it.path === '/suffix')?.detail}
      />
    </div>
  )
}

/** What was typed, and what it was made from. */
type Kept = { readonly xml: string; readonly was: string | null }

/** The text, kept on this device until it is saved; what is saved; and sending the one in the place of the other. */
function useWriting(prefix: string, stored: Stored | null) {
  const queries = useQueryClient()
  const { restored, keep, discard } = useDraft<Kept>(`namespace.2.${prefix}`)
  const now = stored?.xml ?? null
  /** What the text was made from: what is fetched again behind it was not seen yet. */
  const [was, setWas] = useState(now)
  const saved = was ?? ''
  const [xml, setXml] = useState(restored?.xml ?? saved)
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  /** What somebody else has saved meanwhile; empty: nothing. */
  const [theirs, setTheirs] = useState<string | undefined>(
    restored === undefined || restored.was === now ? undefined : saved,
  )
  const [known, setKnown] = useState(now)
  if (known !== now) {
    setKnown(now)
    // where nothing was typed, what is fetched again stands
    if (xml === saved) {
      setWas(now)
      setXml(now ?? '')
    }
  }
  const write = (next: string) => {
    setXml(next)
    if (next === saved) discard()
    else keep({ xml: next, was })
  }
  const settle = (next: Stored | null) => {
    queries.setQueryData(namespaceKey(prefix), next)
    setWas(next?.xml ?? null)
    setTheirs(undefined)
  }
  const attempt = async (work: () => Promise<boolean>): Promise<boolean> => {
    if (isBusy) return false
    setIsBusy(true)
    setError(undefined)
    try {
      return await work()
    } catch (thrown) {
      const after = await afterRefusal(thrown, () => readNamespace(prefix))
      if ('error' in after) setError(after.error)
      else {
        settle(after.now)
        setTheirs(after.now?.xml ?? '')
        keep({ xml, was: after.now?.xml ?? null })
      }
      return false
    } finally {
      setIsBusy(false)
    }
  }
  return {
    ...{ xml, write, isBusy, error, theirs, isChanged: xml !== saved },
    revert: () => write(saved),
    take: () => {
      write(theirs ?? '')
      discard()
      setTheirs(undefined)
    },
    /** `mayStop` is asked where nothing would be resolved any more, of the text as it is now, whatever was judged before. */
    save: (mayStop: () => Promise<boolean>) =>
      attempt(async () => {
        const { stopped, errors } = await check(prefix, { xml })
        if (errors.length > 0) return false
        if (stopped && stored?.stopped !== true && !(await mayStop())) return false
        settle(await putNamespace(prefix, xml, was))
        discard()
        return true
      }),
    remove: () =>
      attempt(async () => {
        await removeNamespace(prefix)
        settle(null)
        keep({ xml, was: null })
        return true
      }),
  }
}

type ActsProps = EditorProps & {
  readonly checked: Checked | undefined
  readonly writing: ReturnType<typeof useWriting>
}

function Acts({ prefix, stored, checked, writing }: ActsProps) {
  const t = useTexts()
  const confirm = useConfirm()
  const { message } = App.useApp()
  const { xml, isChanged, isBusy } = writing
  const isWrong = checked?.errors.some((it) => it.path !== '/suffix') === true
  const mayStop = async () => {
    const [title, verb] = [t('saveStopTitle', { prefix }), t('saveStop')]
    const asked = { title, consequence: t('stopped'), verb, isDestructive: true }
    return (await confirm(asked)) !== undefined
  }
  const save = async () => {
    if (await writing.save(mayStop)) void message.success(t('saved'))
  }
  const remove = async () => {
    const consequence = (
      <>
        <p>{t(stored?.stopped === true ? 'removeStopped' : 'removeMade')}</p>
        <p>{t('removeAgain')}</p>
      </>
    )
    const title = t('removeTitle', { prefix })
    const asked = { title, consequence, verb: t('remove'), isDestructive: true }
    if ((await confirm(asked)) === undefined) return
    if (await writing.remove()) void message.success(t('removed'))
  }
  return (
    <div className="namespace-acts">
      <Button
        type="primary"
        loading={isBusy}
        disabled={!isChanged || isWrong || xml.trim() === ''}
        onClick={() => void save()}
      >
        {t('save')}
      </Button>
      {isChanged && <Button onClick={writing.revert}>{t('discard')}</Button>}
      {stored !== null && (
        <Button danger disabled={isBusy} onClick={() => void remove()}>
          {t('remove')}
        </Button>
      )}
      <span role="status">{t(isChanged ? 'unsaved' : 'asStored')}</span>
    </div>
  )
}

/** Where nothing is written yet. */
function Beginnings({ begin }: { begin: (xml: string) => void }) {
  const t = useTexts()
  return (
    <div className="namespace-acts">
      <span>{t('none')}</span>
      <Button size="small" onClick={() => begin(SERIAL_EXAMPLE)}>
        {t('startSerial')}
      </Button>
      <Button size="small" onClick={() => begin(stopExample(t('stopMessage')))}>
        {t('startStop')}
      </Button>
    </div>
  )
}

function Stale({ theirs, take }: { theirs: string; take: () => void }) {
  const t = useTexts()
  return (
    <Alert
      type="warning"
      showIcon
      className="namespace-notice"
      title={t('stale')}
      description={
        <>
          <p>{t('staleHint')}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus */}
          <pre className="namespace-theirs" tabIndex={0}>
            {theirs === '' ? t('staleNone') : theirs}
          </pre>
          <Button onClick={take}>{t('takeTheirs')}</Button>
        </>
      }
    />
  )
}
