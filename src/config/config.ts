import { existsSync, readFileSync } from 'node:fs'
import { type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { isNetwork, listed } from '../lib/address-set.ts'
import { type FieldProblem, Problem } from '../lib/problem.ts'
import type { Text } from '../lib/text.ts'
import { type Config, SETTINGS, Secret, type Setting, type SettingName } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const CONFIG_FILE_DEFAULT = 'waymark.json'
const names = Object.keys(SETTINGS) as SettingName[]
/** Read by clients and tests, not by the node. */
const OTHER_VARIABLES = ['WAYMARK_CONFIG', 'WAYMARK_URL', 'WAYMARK_API_KEY']

/**
 * The configuration from the environment over one optional JSON file over the defaults. The file is `waymark.json` in the
 * working folder or what `WAYMARK_CONFIG` names. Throws one `invalid-input` with every error at once; never shows a secret.
 */
export function readConfig(env: Environment = process.env): Config {
  const problems: FieldProblem[] = []
  const file = readConfigFile(env, problems)
  for (const key of Object.keys(file)) {
    if (!names.includes(key as SettingName)) problems.push(unknownSetting(`/${key}`))
  }
  for (const key of Object.keys(env)) {
    if (key.startsWith('WAYMARK_') && !isKnownVariable(key)) problems.push(unknownSetting(key))
  }
  const values: Record<string, unknown> = {}
  for (const name of names) {
    const given = env[SETTINGS[name].env]
    values[name] = readSetting(name, given === '' ? undefined : given, file[name], problems)
  }
  checkTogether(values, problems)
  if (problems.length > 0) {
    const text = {
      en: `The configuration has ${problems.length} error(s)`,
      zh: `配置有 ${problems.length} 处错误`,
    }
    throw new Problem('invalid-input', text, { fields: problems })
  }
  for (const name of names.filter((it) => (SETTINGS[it] as Setting).secret)) {
    const value = values[name]
    values[name] = typeof value === 'string' ? new Secret(value) : undefined
  }
  return values as Config
}

function isKnownVariable(key: string): boolean {
  return (
    OTHER_VARIABLES.includes(key) ||
    key.startsWith('WAYMARK_TEST_') ||
    names.some((name) => SETTINGS[name].env === key)
  )
}

function readConfigFile(env: Environment, problems: FieldProblem[]): Record<string, unknown> {
  const path = env.WAYMARK_CONFIG ?? CONFIG_FILE_DEFAULT
  if (env.WAYMARK_CONFIG === undefined && !existsSync(path)) return {}
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
      return content as Record<string, unknown>
    }
    throw new Error('it is not a JSON object')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    problems.push({
      path: 'WAYMARK_CONFIG',
      reason: { en: `Cannot read ${path}: ${why}`, zh: `无法读取 ${path}：${why}` },
    })
    return {}
  }
}

function unknownSetting(path: string): FieldProblem {
  return { path, reason: { en: 'There is no such setting', zh: '没有这个配置项' } }
}

function readSetting(
  name: SettingName,
  fromEnv: string | undefined,
  fromFile: unknown,
  problems: FieldProblem[],
): unknown {
  const setting: Setting = SETTINGS[name]
  const schema = setting.schema as TSchema & { default?: unknown }
  const raw = fromEnv ?? fromFile
  if (raw === undefined) return schema.default
  const value = fromEnv === undefined ? raw : Value.Convert(schema, fromEnv)
  if (Value.Check(schema, value)) return value
  const shown = setting.secret ? '[secret]' : JSON.stringify(raw)
  const wanted = describeSchema(schema)
  problems.push({
    path: fromEnv === undefined ? `/${name}` : setting.env,
    reason: { en: `${shown} is not possible here`, zh: `${shown} 不可用` },
    expected: { en: wanted, zh: wanted },
  })
  return undefined
}

/** What would be right, in the schema's own words. */
export function describeSchema(schema: TSchema): string {
  const it = schema as TSchema & Record<string, unknown>
  if (Type.IsUnion(schema)) {
    return schema.anyOf.map((option) => String((option as { const?: unknown }).const)).join(' | ')
  }
  const bounds = [
    it.minimum === undefined ? '' : `≥ ${it.minimum}`,
    it.maximum === undefined ? '' : `≤ ${it.maximum}`,
    it.pattern === undefined ? '' : `like ${it.pattern}`,
  ].filter((part) => part !== '')
  return [String(it.type ?? 'text'), ...bounds].join(' ')
}

function checkTogether(values: Record<string, unknown>, problems: FieldProblem[]): void {
  if ((values.tlsCert === undefined) !== (values.tlsKey === undefined)) {
    problems.push({
      path: values.tlsCert === undefined ? 'WAYMARK_TLS_CERT' : 'WAYMARK_TLS_KEY',
      reason: {
        en: 'A certificate and its key are set together',
        zh: '证书与私钥必须同时设置',
      },
    })
  }
  checkMail(values, problems)
  checkLists(values, problems)
  if (typeof values.timeZone === 'string' && !isTimeZone(values.timeZone)) {
    problems.push({
      path: SETTINGS.timeZone.env,
      reason: { en: `There is no time zone ${values.timeZone}`, zh: `没有时区 ${values.timeZone}` },
    })
  }
  for (const name of ['tlsCert', 'tlsKey'] as const) {
    const path = values[name]
    if (typeof path === 'string' && !existsSync(path)) {
      problems.push({
        path: SETTINGS[name].env,
        reason: { en: `There is no file ${path}`, zh: `文件 ${path} 不存在` },
      })
    }
  }
}

/** Each of several is told of by itself. */
function checkLists(values: Record<string, unknown>, problems: FieldProblem[]): void {
  const check = (name: SettingName, wrong: (it: string) => Text | undefined) => {
    const value = values[name]
    for (const it of typeof value === 'string' ? listed(value) : []) {
      const reason = wrong(it)
      if (reason !== undefined) problems.push({ path: SETTINGS[name].env, reason })
    }
  }
  for (const name of ['trustedProxies', 'recursionClients', 'recursionPrivate'] as const) {
    check(name, (it) =>
      isNetwork(it)
        ? undefined
        : { en: `${it} is no address or CIDR range`, zh: `${it} 不是地址或 CIDR` },
    )
  }
  check('recursionRoots', (it) =>
    existsSync(it) ? undefined : { en: `There is no file ${it}`, zh: `文件 ${it} 不存在` },
  )
}

/** A letter has a sender, and leads to where people reach the node. */
function checkMail(values: Record<string, unknown>, problems: FieldProblem[]): void {
  const wanted = ['smtpUrl', 'smtpFrom', 'publicUrl'] as const
  const isWanted = values.smtpUrl !== undefined || values.smtpFrom !== undefined
  for (const name of isWanted ? wanted : []) {
    const path = SETTINGS[name].env
    // what was given and is not possible was told already
    if (values[name] !== undefined || problems.some((it) => it.path === path)) continue
    problems.push({ path, reason: { en: 'Mail needs this too', zh: '发送邮件还需要设置此项' } })
  }
  const { smtpUrl } = values
  if (typeof smtpUrl !== 'string' || isReadable(smtpUrl)) return
  const reason = { en: '[secret] is not possible here', zh: '[secret] 不可用' }
  problems.push({ path: SETTINGS.smtpUrl.env, reason })
}

function isReadable(url: string): boolean {
  try {
    const { hostname, username, password } = new URL(url)
    return hostname !== '' && decodeURIComponent(username + password) !== undefined
  } catch {
    return false
  }
}

/** The default is known to be one; asking costs a start 20 ms. */
function isTimeZone(name: string): boolean {
  if (name === (SETTINGS.timeZone.schema as TSchema & { default?: unknown }).default) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
