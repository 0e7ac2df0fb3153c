import { Card, Form, Select } from 'antd'
import { useState } from 'react'
import { Copy } from '../../ui/copy.tsx'
import { type Client, clientsOf, exampleOf } from './examples.ts'
import type { HandleKey } from './keys.ts'
import { useTexts } from './texts.ts'
import './handle-keys.css'

type ExampleProps = { readonly prefix: string; readonly keys: readonly HandleKey[] }

/** Code that registers an identifier by one of the keys, ready to be copied. */
export function Example({ prefix, keys }: ExampleProps) {
  const t = useTexts()
  const [index, setIndex] = useState<number>()
  const [wanted, setWanted] = useState<Client>()
  const key = keys.find((it) => it.index === index) ?? keys.at(-1)
  if (key === undefined) return null
  const clients = clientsOf(key)
  const client = clients.find((it) => it === wanted) ?? clients[0]
  return (
    <Card title={t('example')} style={{ marginBlockStart: 16 }}>
      <Form layout="vertical" className="example-choice">
        <Form.Item label={t('exampleFor')} htmlFor="example-key">
          <Select
            id="example-key"
            value={key.index}
            options={keys.map((it) => ({ value: it.index, label: it.identity }))}
            onChange={setIndex}
          />
        </Form.Item>
        {client !== undefined && (
          <Form.Item label={t('exampleIn')} htmlFor="example-client">
            <Select<Client>
              id="example-client"
              value={client}
              options={clients.map((it) => ({ value: it, label: it }))}
              onChange={setWanted}
            />
          </Form.Item>
        )}
      </Form>
      {client === undefined ? (
        <p>{t('exampleNone')}</p>
      ) : (
        <Code
          of={key}
          client={client}
          text={exampleOf(client, key, {
            prefix,
            origin: location.origin,
            host: location.hostname,
          })}
        />
      )}
    </Card>
  )
}

const NOTE = { curl: 'exampleWeb', Java: 'exampleBinary', 'Node.js': 'exampleProof' } as const

function Code({ of, client, text }: { of: HandleKey; client: Client; text: string }) {
  const t = useTexts()
  return (
    <>
      <p style={{ margin: 0 }}>{t('exampleLead', { identity: of.identity })}</p>
      <p style={{ margin: '0 0 8px' }}>
        {t(NOTE[client])} <Copy text={text} label={t('exampleCode')} />
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus */}
      <section className="example-code" aria-label={t('exampleCode')} tabIndex={0}>
        <pre>{text}</pre>
      </section>
    </>
  )
}
