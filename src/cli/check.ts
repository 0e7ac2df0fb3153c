import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import { SETTINGS, type SettingName } from '../config/settings.ts'
import { EXIT_DONE, type Io, languageOfEnv } from './io.ts'

/** `waymark check [--json]`: the configuration as it would be used, or every error in it at once (exit code 2). */
export async function checkCommand(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  const language = languageOfEnv(io.env)
  if (values.help) {
    io.stdout.write('waymark check [--json]\n')
    for (const { env, about } of Object.values(SETTINGS)) {
      io.stdout.write(`  ${env}\n      ${about[language]}\n`)
    }
    return EXIT_DONE
  }
  const config = readConfig(io.env)
  if (values.json) io.stdout.write(`${JSON.stringify(config)}\n`)
  else {
    for (const [name, value] of Object.entries(config)) {
      io.stdout.write(`${SETTINGS[name as SettingName].env}=${value ?? ''}\n`)
    }
  }
  return EXIT_DONE
}
