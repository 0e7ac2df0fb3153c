import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Form, Input, Select } from 'antd'
import { useUnchoosing } from '../../ui/emptying.tsx'
import { useTexts } from './texts.ts'

const SITES_MAX = 16
const PROTOCOLS = ['tcp', 'udp', 'http', 'https'] as const

export type SiteValues = {
  url?: string
  address?: string
  port?: string
  protocol?: (typeof PROTOCOLS)[number]
}

/** The servers an enterprise answers with by itself. */
export function SitesFields() {
  const unchoosing = useUnchoosing()
  const t = useTexts()
  return (
    <Form.List name="sites">
      {(rows, { add, remove }) => (
        <div className="cards" style={{ marginBlockEnd: 16 }}>
          {rows.map(({ key, name }, at) => (
            <Card
              key={key}
              size="small"
              title={t('site', { place: at + 1 })}
              extra={
                rows.length > 1 && (
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t('siteRemove', { place: at + 1 })}
                    onClick={() => remove(name)}
                  />
                )
              }
            >
              <Form.Item name={[name, 'url']} label={t('siteUrl')} extra={t('siteUrlHint')}>
                <Input inputMode="url" maxLength={2048} placeholder="https://" />
              </Form.Item>
              <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
                <Form.Item
                  name={[name, 'address']}
                  label={t('siteAddress')}
                  style={{ flex: '2 1 180px', marginBlockEnd: 0 }}
                >
                  <Input className="mono" maxLength={45} />
                </Form.Item>
                <Form.Item
                  name={[name, 'port']}
                  label={t('sitePort')}
                  style={{ flex: '1 1 90px', marginBlockEnd: 0 }}
                >
                  <Input inputMode="numeric" maxLength={5} />
                </Form.Item>
                <Form.Item
                  name={[name, 'protocol']}
                  label={t('siteProtocol')}
                  style={{ flex: '1 1 90px', marginBlockEnd: 0 }}
                >
                  <Select
                    allowClear={unchoosing}
                    options={PROTOCOLS.map((it) => ({ value: it, label: it }))}
                  />
                </Form.Item>
              </div>
            </Card>
          ))}
          <Button
            icon={<PlusOutlined aria-hidden />}
            disabled={rows.length >= SITES_MAX}
            onClick={() => add({})}
          >
            {t('siteAdd')}
          </Button>
        </div>
      )}
    </Form.List>
  )
}

/** Sites as the API takes them: what was left empty is not in them. */
export function sitesOf(values: readonly SiteValues[]) {
  return values.map(({ url, address, port, protocol }) => ({
    ...(url && { url: url.trim() }),
    ...(address && { address: address.trim() }),
    ...(port && { port: Number(port) }),
    ...(protocol && { protocol }),
  }))
}
