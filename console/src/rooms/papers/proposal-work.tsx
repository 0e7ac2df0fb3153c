import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Form, Input, Select, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type paths } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Said } from '../../ui/states.tsx'
import type { Proposal } from './api.ts'
import { ProposalForm } from './proposal-form.tsx'
import './papers.css'
import { useTexts } from './texts.ts'

const OPINIONS = ['agrees', 'comments', 'objects'] as const

type Bodies =
  paths['/api/v1/policy/proposals/{id}/deeds']['post']['requestBody']['content']['application/json']
type Without<T> = T extends unknown ? Omit<T, 'version'> : never
type Deed = Without<Bodies>
type Act = (deed: Deed) => Promise<void>

/** What the office can do about a proposal: joint opinions, the reply, its signature. */
export function ProposalWork({ proposal }: { proposal: Proposal }) {
  const t = useTexts()
  const me = useMe()
  const confirm = useConfirm()
  const { act, error } = useDeed(proposal)
  const mayWrite = mayOnNode(me, 'policy.publish')
  const isMine = proposal.office?.isMine === true
  const maySign = (mayWrite || mayOnNode(me, 'policy.adopt')) && !isMine
  const ask = async (verb: string, consequence: string, deed: Deed) => {
    const said = await confirm({ title: verb, verb, consequence })
    if (said !== undefined) await act(deed)
  }
  return (
    <>
      <Opinions proposal={proposal} act={act} />
      {error !== undefined && <Said error={error} />}
      {proposal.state === 'put-forward' && isMine && (
        <Alert type="info" showIcon title={t('mineHint')} />
      )}
      <div className="paper-deeds">
        {mayWrite && proposal.state === 'open' && (
          <Button
            type="primary"
            onClick={() => void ask(t('putForward'), t('putForwardHint'), { do: 'put-forward' })}
          >
            {t('putForward')}
          </Button>
        )}
        {maySign && proposal.state === 'put-forward' && (
          <Button
            type="primary"
            onClick={() => void ask(t('sign'), t('signHint'), { do: 'answer' })}
          >
            {t('sign')}
          </Button>
        )}
        {mayWrite && proposal.state === 'put-forward' && (
          <Button onClick={() => void act({ do: 'put-back' })}>{t('putBack')}</Button>
        )}
      </div>
      {mayWrite && proposal.state === 'open' && (
        <Card title={<h2 className="paper-heading">{t('editDraft')}</h2>}>
          <ProposalForm key={proposal.version} proposal={proposal} />
        </Card>
      )}
    </>
  )
}

function useDeed({ id, version }: Proposal) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const act: Act = async (deed) => {
    setError(undefined)
    try {
      const body = { ...deed, version } as Bodies
      const params = { path: { id } }
      await answer(api.POST('/api/v1/policy/proposals/{id}/deeds', { params, body }))
      void message.success(t('done'))
      await queries.invalidateQueries({ queryKey: ['papers', 'proposals'] })
    } catch (thrown) {
      setError(thrown)
    }
  }
  return { act, error }
}

type OpinionValues = { unit: string; opinion: (typeof OPINIONS)[number]; word?: string }

function Opinions({ proposal, act }: { proposal: Proposal; act: Act }) {
  const t = useTexts()
  const me = useMe()
  const textOf = useText()
  const { jointUnits, office, state } = proposal
  if (jointUnits.length === 0) return null
  const heard = (id: string) => office?.opinions.find((it) => it.unit === id)
  const send = ({ unit, opinion, word }: OpinionValues) =>
    void act({ do: 'opinion', unit, opinion, ...(word && { word }) })
  const needed = [{ required: true, message: t('required') }]
  return (
    <Card className="paper-section" title={<h2 className="paper-heading">{t('opinion')}</h2>}>
      <ul className="paper-list">
        {jointUnits.map((it) => {
          const said = heard(it.id)
          return (
            <li key={it.id}>
              {textOf(it.name)}{' '}
              <Tag>{said === undefined ? t('opinionNone') : t(`opinion_${said.opinion}`)}</Tag>
              <bdi lang="zh-CN">{said?.word}</bdi>
            </li>
          )
        })}
      </ul>
      {state === 'open' && mayOnNode(me, 'policy.publish') && (
        <Form<OpinionValues> layout="vertical" className="paper-form" onFinish={send}>
          <Form.Item name="unit" label={t('jointUnits')} rules={needed}>
            <Select options={jointUnits.map((it) => ({ value: it.id, label: textOf(it.name) }))} />
          </Form.Item>
          <Form.Item name="opinion" label={t('opinion')} rules={needed}>
            <Select options={OPINIONS.map((it) => ({ value: it, label: t(`opinion_${it}`) }))} />
          </Form.Item>
          <Form.Item name="word" label={t('opinionWord') + t('optional')}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4_000} />
          </Form.Item>
          <Button htmlType="submit">{t('giveOpinion')}</Button>
        </Form>
      )}
    </Card>
  )
}
