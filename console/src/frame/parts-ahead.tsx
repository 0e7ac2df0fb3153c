import { Alert, Card, Checkbox, Descriptions, Empty, Form, Input, Select, Statistic } from 'antd'
import { useEffect } from 'react'

/** What most pages are made of, drawn once where nobody sees it: the browser compiles the script of a component when it first runs. */
export function PartsAhead({ onDone }: { onDone: () => void }) {
  useEffect(onDone, [onDone])
  return (
    <div hidden inert aria-hidden="true">
      <Select />
      <Input.Search allowClear />
      <Checkbox />
      <Card size="small" />
      <Statistic />
      <Alert title="" />
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} />
      <Descriptions items={[]} />
      <Form component={false}>
        <Form.Item />
      </Form>
    </div>
  )
}
