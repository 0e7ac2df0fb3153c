import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Form, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EnterprisesField } from '../../ui/enterprise.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { type Kind, type Office, useOffices } from '../../ui/offices.ts'
import { mergeValues, Overtaken } from '../../ui/overtaken.tsx'
import { Said } from '../../ui/states.tsx'
import { type Post, postsQuery } from './api.ts'
import { useJoined } from './joined.ts'
import type { Asked, PostValues as Values } from './parts.tsx'
import { type Chosen, PersonField } from './person-field.tsx'
import { useTexts } from './texts.ts'
import { Then } from './then.tsx'

type DialogProps = {
  readonly asked: Extract<Asked, { do: 'post' }>
  readonly onClose: () => void
}

/** Sets what a person fills. */
export function PostDialog({ asked, onClose }: DialogProps) {
  const t = useTexts()
  const frame = useFrameTexts()
  const [form] = Form.useForm<Values>()
  const [isBusy, setIsBusy] = useState(false)
  const [picked, setPicked] = useState<Chosen>()
  const posts = useQuery(postsQuery).data ?? []
  const known = posts.find((it) => it.user === (picked?.user ?? asked.user))
  const chosen = known === undefined ? picked : chosenOf(known)
  const title =
    asked.user !== undefined && chosen !== undefined
      ? t('changeOf', { name: chosen.name })
      : t('setPerson')
  return (
    <Dialog
      width={640}
      title={title}
      okText={t('save')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      okButtonProps={{ disabled: chosen === undefined }}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      {asked.user === undefined && <PersonField posts={posts} value={chosen} choose={setPicked} />}
      {chosen !== undefined && (
        <PostForm
          key={chosen.user}
          {...{ form, chosen, setIsBusy, onClose }}
          post={known}
          office={asked.office}
        />
      )}
    </Dialog>
  )
}

function chosenOf({ user, name, nodeRoles, isActive }: Post): Chosen {
  return { user, name: name ?? user, nodeRoles, isActive }
}

const EMPTY: Values = { units: [], approvals: [], fields: [], interests: [] }

type FormProps = {
  readonly form: ReturnType<typeof Form.useForm<Values>>[0]
  readonly chosen: Chosen
  readonly post: Post | undefined
  /** The office that the dialog was opened for. */
  readonly office: Office | undefined
  readonly setIsBusy: (isBusy: boolean) => void
  readonly onClose: () => void
}

function PostForm({ form, chosen, post: opened, office, setIsBusy, onClose }: FormProps) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  // what is fetched again behind the form was not seen by who fills it in
  const [post, setPost] = useState(opened)
  const [both, setBoth] = useState<readonly (keyof Values)[]>()
  const asks = useHurts(chosen, post)
  const [error, setError] = useState<unknown>()
  // of what is there now; what somebody else changes meanwhile the node refuses
  const renew = () => {
    void queries.invalidateQueries({ queryKey: ['policy-posts'] })
    void queries.invalidateQueries({ queryKey: ['policy-offices'] })
  }
  const send = async () => {
    const values: Values = { ...EMPTY, ...form.getFieldsValue() }
    if (!(await asks(values))) return
    setIsBusy(true)
    setError(undefined)
    try {
      const version = post?.version ?? 0
      const body = {
        ...{ units: [...values.units], approvals: [...values.approvals], version },
        ...{ fields: [...values.fields], interests: [...values.interests] },
      }
      const params = { path: { user: chosen.user } }
      await answer(api.PUT('/api/v1/policy/posts/{user}', { params, body }))
      void message.success(t('saved'))
      renew()
      onClose()
    } catch (thrown) {
      const after = await afterRefusal(thrown, async () => {
        const all = await queries.fetchQuery({ ...postsQuery, staleTime: 0 })
        return all.find((it) => it.user === chosen.user)
      })
      if ('error' in after) return setError(showProblem(form, after.error))
      const theirs = valuesOf(after.now)
      const merged = mergeValues({ base: valuesOf(post), mine: values, theirs })
      form.setFieldsValue(merged.values)
      setBoth(merged.both)
      setPost(after.now)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <>
      {error !== undefined && <Said error={error} />}
      {both !== undefined && (
        <Overtaken
          both={both.map((it) => t(NAMES[it]))}
          take={() => form.setFieldsValue(valuesOf(post))}
        />
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={withOffice(post ?? EMPTY, office)}
        onFinish={() => void send()}
      >
        <Fields />
        <Then form={form} chosen={chosen} />
      </Form>
    </>
  )
}

const NAMES = {
  units: 'actsFor',
  approvals: 'approves',
  fields: 'expertOf',
  interests: 'keepsOut',
} as const

function valuesOf(post: Post | undefined): Values {
  const { units, approvals, fields, interests } = post ?? EMPTY
  return { units, approvals, fields, interests }
}

function withOffice({ units, approvals, fields, interests }: Values, office: Office | undefined) {
  const and = (all: readonly string[], kind: Kind) =>
    office?.kind === kind ? [...new Set([...all, office.id])] : [...all]
  return { units: and(units, 'unit'), approvals: and(approvals, 'approval'), fields, interests }
}

const WORDS_MAX = 50

function Fields() {
  const t = useTexts()
  return (
    <>
      <Form.Item name="units" label={t('actsFor')} extra={t('actsForHint')}>
        <OfficesField kind="unit" />
      </Form.Item>
      <Form.Item name="approvals" label={t('approves')} extra={t('approvesHint')}>
        <OfficesField kind="approval" />
      </Form.Item>
      <Form.Item name="fields" label={t('expertOf')} extra={t('expertOfHint')}>
        <WordsField />
      </Form.Item>
      <Form.Item name="interests" label={t('keepsOut')} extra={t('keepsOutHint')}>
        <EnterprisesField />
      </Form.Item>
    </>
  )
}

type FieldProps = {
  readonly id?: string
  readonly value?: readonly string[]
  readonly onChange?: (value: readonly string[]) => void
}

/** Offices of a kind, found by their names, their bodies or their codes. */
function OfficesField({ kind, id, value = [], onChange }: FieldProps & { readonly kind: Kind }) {
  const text = useText()
  const offices = useOffices()
  const options = offices
    .filter((it) => it.kind === kind)
    .map((it) => {
      const bodies = it.regions.flatMap(({ body }) => (body === undefined ? [] : [text(body)]))
      return { value: it.id, label: [text(it.title), ...bodies, it.id].join(' · ') }
    })
  return (
    <Select
      {...(id !== undefined && { id })}
      mode="multiple"
      value={[...value]}
      {...(onChange && { onChange: (it: string[]) => onChange(it) })}
      showSearch={{ optionFilterProp: 'label' }}
      options={options}
    />
  )
}

/** Words of which those that others have are offered. */
function WordsField({ id, value = [], onChange }: FieldProps) {
  const posts = useQuery(postsQuery).data ?? []
  const known = [...new Set(posts.flatMap((it) => it.fields))]
  return (
    <Select
      {...(id !== undefined && { id })}
      mode="tags"
      maxCount={WORDS_MAX}
      value={[...value]}
      {...(onChange && { onChange: (it: string[]) => onChange(it) })}
      tokenSeparators={[',', '，', ';', '；', '、']}
      options={known.map((it) => ({ value: it, label: it }))}
    />
  )
}

/** Asks before the last person leaves an office that something needs, or a person comes to act for all units. */
function useHurts(chosen: Chosen, post: Post | undefined) {
  const t = useTexts()
  const text = useText()
  const confirm = useConfirm()
  const joined = useJoined()
  const offices = useOffices()
  return async (values: Values): Promise<boolean> => {
    const lost = offices.filter(({ kind, id, holders, waits }) => {
      const kept = kind === 'unit' ? values.units : values.approvals
      const others = holders.filter((it) => it.acts && it.user !== chosen.user)
      const isTheirs = holders.some((it) => it.acts && it.user === chosen.user)
      return isTheirs && !kept.includes(id) && others.length === 0 && waits.length > 0
    })
    const isForAll = (post?.units.length ?? 0) > 0 && values.units.length === 0
    const hurts = [
      ...lost.map((it) => {
        const what = joined(it.waits.map((of) => text(of.title)))
        return t('hurtLast', { name: text(it.title), what })
      }),
      ...(isForAll ? [t('hurtAll')] : []),
    ]
    if (hurts.length === 0) return true
    const said = await confirm({
      title: t('hurtTitle'),
      consequence: hurts.map((it) => <p key={it}>{it}</p>),
      verb: t('save'),
      isDestructive: lost.length > 0,
    })
    return said !== undefined
  }
}
