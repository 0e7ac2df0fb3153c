import { stringify } from 'yaml'

const LINE_CHARS = 140

/** A value as the text of a pack's file: YAML 1.2, read back to the same value by `readYaml`. */
export function formatYaml(value: unknown): string {
  return stringify(value, { version: '1.2', schema: 'core', lineWidth: LINE_CHARS })
}
