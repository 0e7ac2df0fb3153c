import { Problem } from '../lib/problem.ts'
import type { Language, Text } from '../lib/text.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, fieldLine, type Io, languageOfEnv } from './io.ts'

type Command = {
  readonly about: Text
  readonly run: (args: string[], io: Io) => Promise<number>
}

/** Loaded when called, so that a command costs the start of its own parts alone. */
const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    about: { en: 'run the node', zh: '运行节点' },
    run: async (args, io) => (await import('./serve.ts')).serveCommand(args, io),
  },
  demo: {
    about: { en: 'the whole story on real products, in a scratch folder', zh: '在临时目录中演示' },
    run: async (args, io) => (await import('./demo.ts')).demoCommand(args, io),
  },
  setup: {
    about: {
      en: 'create the first operator, or a new setup code',
      zh: '创建首个运营者或新的设置码',
    },
    run: async (args, io) => (await import('./setup.ts')).setupCommand(args, io),
  },
  import: {
    about: { en: 'register a file of identifiers', zh: '批量导入标识' },
    run: async (args, io) => (await import('./import.ts')).importCommand(args, io),
  },
  resolve: {
    about: { en: 'resolve one identifier', zh: '解析一个标识' },
    run: async (args, io) => (await import('./resolve.ts')).resolveCommand(args, io),
  },
  register: {
    about: { en: 'register one identifier', zh: '注册一个标识' },
    run: async (args, io) => (await import('./register.ts')).registerCommand(args, io),
  },
  export: {
    about: { en: 'write the identifiers of a prefix to a file', zh: '导出前缀下的标识' },
    run: async (args, io) => (await import('./export.ts')).exportCommand(args, io),
  },
  user: {
    about: { en: 'make a one-time link for a user', zh: '为用户生成一次性链接' },
    run: async (args, io) => (await import('./user.ts')).userCommand(args, io),
  },
  backup: {
    about: { en: 'the whole node to one file, while it serves', zh: '在线备份整个节点到一个文件' },
    run: async (args, io) => (await import('./backup.ts')).backupCommand(args, io),
  },
  restore: {
    about: { en: 'a data folder from a backup', zh: '从备份恢复数据目录' },
    run: async (args, io) => (await import('./backup.ts')).restoreCommand(args, io),
  },
  verify: {
    about: { en: 'check a published evidence log', zh: '校验公开的存证日志' },
    run: async (args, io) => (await import('./verify.ts')).verifyCommand(args, io),
  },
  check: {
    about: { en: 'check the configuration without starting', zh: '只校验配置，不启动' },
    run: async (args, io) => (await import('./check.ts')).checkCommand(args, io),
  },
  region: {
    about: { en: 'check a region pack, without a node', zh: '校验区域包，无需节点' },
    run: async (args, io) => (await import('./region.ts')).regionCommand(args, io),
  },
  policy: {
    about: { en: 'evaluate support measures by the rules', zh: '按规则计算扶持措施' },
    run: async (args, io) => (await import('./policy.ts')).policyCommand(args, io),
  },
  bench: {
    about: { en: 'measure this machine against peers', zh: '性能测试与对比' },
    run: async (args, io) => (await import('./bench.ts')).benchCommand(args, io),
  },
  openapi: {
    about: { en: 'print the OpenAPI document', zh: '输出 OpenAPI 文档' },
    run: async (args, io) => (await import('./openapi.ts')).openApiCommand(args, io),
  },
}

/** Runs one command; answers the exit code: 0 done, 1 some lines refused or a check failed, 2 wrong use. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...args] = argv
  const language = languageOfEnv(io.env)
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(overview(language))
    return name === undefined ? EXIT_WRONG_USE : EXIT_DONE
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) {
    io.stderr.write(
      `waymark: ${language === 'zh' ? '没有命令' : 'there is no command'} “${name}”\n\n`,
    )
    io.stderr.write(overview(language))
    return EXIT_WRONG_USE
  }
  try {
    return await command.run(args, io)
  } catch (error) {
    return reportError(error, io, language)
  }
}

function overview(language: Language): string {
  const width = Math.max(...Object.keys(COMMANDS).map((it) => it.length))
  const lines = Object.entries(COMMANDS).map(
    ([name, { about }]) => `  ${name.padEnd(width)}  ${about[language]}\n`,
  )
  const usage =
    language === 'zh'
      ? '用法：waymark 命令 [选项]；waymark 命令 --help 查看说明\n\n'
      : 'Usage: waymark COMMAND [OPTIONS]; waymark COMMAND --help tells more\n\n'
  return usage + lines.join('')
}

function reportError(error: unknown, io: Io, language: Language): number {
  if (error instanceof Problem) {
    io.stderr.write(`waymark: ${error.text[language]}\n`)
    for (const field of error.fields) io.stderr.write(`  ${fieldLine(field, language)}\n`)
    return error.code === 'invalid-input' || error.code === 'malformed-identifier'
      ? EXIT_WRONG_USE
      : EXIT_FAILED
  }
  if (error instanceof TypeError && 'code' in error && isParseArgsCode(error.code)) {
    io.stderr.write(`waymark: ${error.message}\n`)
    return EXIT_WRONG_USE
  }
  throw error
}

function isParseArgsCode(code: unknown): boolean {
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')
}
