import type { TSchema } from 'typebox'
import { describeSchema } from './config.ts'
import { SETTINGS, type Setting } from './settings.ts'

/** `docs/guide/configure.md`, from the table of settings. */
export function configurePage(): string {
  const rows = Object.entries(SETTINGS as Record<string, Setting>).map(([name, setting]) => {
    const schema = setting.schema as TSchema & { default?: unknown }
    const fallback = schema.default === undefined ? '' : `\`${String(schema.default)}\``
    const takes = describeSchema(schema).replaceAll('|', '\\|')
    const { en, zh } = setting.about
    const about = setting.secret ? `${en} (secret)` : en
    return `| \`${setting.env}\` | \`${name}\` | ${fallback} | ${takes} | ${about}<br>${zh} |`
  })
  return `${HEAD}\n${rows.join('\n')}\n`
}

const HEAD = `# Configure 配置

Nothing needs to be configured. What can be is set by environment variables, or by members of one JSON file (\`waymark.json\` in
the working folder, or what \`WAYMARK_CONFIG\` names); a variable goes over the file. Unknown names are refused. \`waymark check\`
shows the configuration as it would be used, or every error in it at once; secrets are never printed.

无需任何配置即可运行。可用环境变量或一个 JSON 文件设置，环境变量优先；未知名称会被拒绝。\`waymark check\` 只校验、不启动。

This page is generated from \`src/config/settings.ts\` by \`npm run docs\`.

| variable | member | default | takes | what for |
| --- | --- | --- | --- | --- |`
