import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Form, type FormInstance, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Said } from '../../ui/states.tsx'
import { KeepPair, KeepSecret } from './keep.tsx'
import { canMakePairs, type KeyPair, makeKeyPair } from './key-pair.ts'
import { type HandleKey, keysQueryKey, putKey, type Wish } from './keys.ts'
import { LastUseSaid } from './last-use.tsx'
import { useTexts } from './texts.ts'
import { type Values, type Way, WayFields } from './way-fields.tsx'

type KeyDialogProps = {
  readonly prefix: string
  /** The key in whose place another is put; without it one is added. */
  readonly of?: HandleKey
  readonly onClose: () => void
}

/** What was made and must be kept before the dialog closes. */
type Kept = { readonly pair: KeyPair } | { readonly secret: string; readonly identity: string }

/** A key for a prefix: made in this browser, given, or made by the node; what opens it is kept before anything else. */
export function KeyDialog({ prefix, of, onClose }: KeyDialogProps) {
  const t = useTexts()
  const [form] = Form.useForm<Values>()
  const first: Way = canMakePairs() ? 'pair' : 'public'
  const way = Form.useWatch('way', form) ?? first
  const [kept, setKept] = useState<Kept>()
  const { error, isBusy, attempt, put } = usePutting({ prefix, of, form, onClose })
  const send = (values: Values) =>
    attempt(async () => {
      if (kept !== undefined) {
        if ('pair' in kept) await put({ kind: 'public', key: kept.pair.publicPem })
        else onClose()
        return
      }
      const next = await begin({ ...values, way }, put)
      if (next !== undefined) setKept(next)
    })
  const title =
    of === undefined ? t('addTitle', { prefix }) : t('rotateTitle', { identity: of.identity })
  return (
    <Frame
      title={title}
      verb={t(verbOf(way, kept))}
      kept={kept}
      isBusy={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      {error !== undefined && <Said error={error} />}
      {of !== undefined && kept === undefined && (
        <Alert
          type="warning"
          showIcon
          title={t('rotateConsequence')}
          description={<LastUseSaid prefix={prefix} of={of} />}
        />
      )}
      <Form
        name="handle-key"
        form={form}
        layout="vertical"
        initialValues={{ way: first, pair: 'RSA' }}
        scrollToFirstError={{ focus: true }}
        onFinish={(values) => void send(values)}
        style={{ marginBlockStart: 12 }}
      >
        {kept === undefined && <WayFields />}
        {kept !== undefined && 'pair' in kept && <KeepPair prefix={prefix} pair={kept.pair} />}
        {kept !== undefined && 'secret' in kept && <KeepSecret {...kept} />}
      </Form>
    </Frame>
  )
}

/** The first step: what has to be kept then, or nothing where the key is put already. */
async function begin(
  { way, pair, password, key, secret }: Values,
  put: (wish: Wish) => Promise<Kept | undefined>,
): Promise<Kept | undefined> {
  if (way === 'pair') return { pair: await makeKeyPair(pair ?? 'RSA', password) }
  if (way === 'public') return await put({ kind: 'public', key: (key ?? '').trim() })
  return await put({ kind: 'secret', ...(secret && { secret }) })
}

type Putting = {
  readonly prefix: string
  readonly of: HandleKey | undefined
  readonly form: FormInstance<Values>
  readonly onClose: () => void
}

/** Sending a key, and what came of it. */
function usePutting({ prefix, of, form, onClose }: Putting) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const attempt = async (work: () => Promise<void>) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (thrown) {
      if (thrown instanceof DOMException) {
        form.setFields([{ name: 'pair', errors: [t('pairUnsupported')] }])
      } else setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  const put = async (wish: Wish): Promise<Kept | undefined> => {
    const { identity, secret } = await putKey(prefix, of?.index, wish)
    await queries.invalidateQueries({ queryKey: keysQueryKey(prefix) })
    if (secret !== undefined) return { secret, identity }
    void message.success(t(of === undefined ? 'added' : 'rotated', { identity }))
    onClose()
    return undefined
  }
  return { error, isBusy, attempt, put }
}

function verbOf(way: Way, kept: Kept | undefined) {
  if (kept !== undefined) return 'pair' in kept ? 'publicAdd' : 'finish'
  return way === 'pair' ? 'pairMake' : way === 'public' ? 'publicAdd' : 'secretMake'
}

type FrameProps = {
  readonly title: string
  readonly verb: string
  readonly kept: Kept | undefined
  readonly isBusy: boolean
  readonly onClose: () => void
  readonly onOk: () => void
  readonly children: ReactNode
}

/** What was shown once is not lost by a key or a click beside it. */
function Frame({ title, verb, kept, isBusy, onClose, onOk, children }: FrameProps) {
  const t = useTexts()
  const frame = useFrameTexts()
  const isSecret = kept !== undefined && 'secret' in kept
  return (
    <Modal
      open
      width={600}
      title={title}
      styles={{ title: { paddingInlineEnd: 24 } }}
      okText={verb}
      cancelText={kept === undefined ? frame('cancel') : t('discard')}
      confirmLoading={isBusy}
      mask={{ closable: false }}
      keyboard={kept === undefined}
      closable={kept === undefined}
      {...(isSecret && { cancelButtonProps: { style: { display: 'none' } } })}
      onCancel={onClose}
      onOk={onOk}
    >
      {children}
    </Modal>
  )
}
