import { Tag } from 'antd'
import type { Template } from './definition.ts'
import { useTexts } from './texts.ts'

const COLOUR: Readonly<Record<Template['state'], string>> = {
  draft: 'processing',
  published: 'success',
  withdrawn: 'default',
}

export function StateTag({ state }: { state: Template['state'] }) {
  const t = useTexts()
  return <Tag color={COLOUR[state]}>{t(state)}</Tag>
}

export function templatePath({ prefix, name }: Pick<Template, 'prefix' | 'name'>): string {
  return `/templates/${encodeURIComponent(prefix)}/${name}`
}
