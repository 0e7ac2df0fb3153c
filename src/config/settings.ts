import { type Static, type TSchema, Type } from 'typebox'
import type { Text } from '../lib/text.ts'

/** A value that never shows itself: not in a log, not in JSON, not in a message. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

export type Setting<S extends TSchema = TSchema> = {
  /** Environment variable; the member name in the file is the key of the table. */
  readonly env: string
  readonly schema: S
  readonly about: Text
  readonly secret?: true
}

function setting<S extends TSchema>(env: string, schema: S, about: Text): Setting<S> {
  return { env, schema, about }
}

const optionalText = Type.Optional(Type.String({ minLength: 1, maxLength: 4096 }))

/** Addresses and CIDR ranges, comma-separated. */
const NETWORKS = '^[0-9a-fA-F.:/, ]+$'

/** Every setting there is. `docs/guide/configure.md` is generated from this table. */
export const SETTINGS = {
  data: setting('WAYMARK_DATA', Type.String({ minLength: 1, default: 'waymark-data' }), {
    en: 'Folder that holds everything the node stores',
    zh: '数据目录，节点的全部数据都在其中',
  }),
  httpHost: setting('WAYMARK_HTTP_HOST', Type.String({ minLength: 1, default: '127.0.0.1' }), {
    en: 'Address to listen on; beyond loopback, sign-in and API keys need TLS or a trusted proxy',
    zh: '监听地址；超出本机时，登录与 API 密钥需要 TLS 或可信代理',
  }),
  httpPort: setting(
    'WAYMARK_HTTP_PORT',
    Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
    {
      en: 'HTTP port; 0 takes any free one',
      zh: 'HTTP 端口；0 表示任意空闲端口',
    },
  ),
  handle: setting('WAYMARK_HANDLE', Type.Boolean({ default: true }), {
    en: 'Speak the Handle protocol over TCP and UDP; over HTTP it is always spoken',
    zh: '通过 TCP 与 UDP 提供 Handle 协议；HTTP 方式始终可用',
  }),
  handleHost: setting(
    'WAYMARK_HANDLE_HOST',
    Type.String({
      pattern: '^[0-9a-fA-F.:]+( *, *[0-9a-fA-F.:]+)*$',
      maxLength: 512,
      default: '127.0.0.1',
    }),
    {
      en: 'Addresses to listen on for the Handle protocol, comma-separated; :: is every address, IPv4 and IPv6',
      zh: 'Handle 协议监听地址，逗号分隔；:: 表示全部 IPv4 与 IPv6 地址',
    },
  ),
  handlePort: setting(
    'WAYMARK_HANDLE_PORT',
    Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
    {
      en: 'TCP and UDP port of the Handle protocol; 2641 where nothing is set, and any free one where it is 0 or the HTTP port is',
      zh: 'Handle 协议的 TCP 与 UDP 端口；不设为 2641；设为 0 或 HTTP 端口为 0 时使用任意空闲端口',
    },
  ),
  handleAddress: setting(
    'WAYMARK_HANDLE_ADDRESS',
    Type.Optional(Type.String({ pattern: '^[0-9a-fA-F.:]+$', maxLength: 64 })),
    {
      en: 'Address under which Handle clients reach the node, told in its site record (HS_SITE); without it the one it listens on',
      zh: 'Handle 客户端访问本节点的地址，写入站点记录（HS_SITE）；不设则使用监听地址',
    },
  ),
  handleConnectionsMax: setting(
    'WAYMARK_HANDLE_CONNECTIONS_MAX',
    Type.Integer({ minimum: 1, maximum: 1_000_000, default: 20_000 }),
    {
      en: 'Open TCP connections of the Handle protocol in each process; more are refused',
      zh: '每个进程可同时打开的 Handle TCP 连接数上限，超出则拒绝',
    },
  ),
  handleConnectsPerSMax: setting(
    'WAYMARK_HANDLE_CONNECTS_PER_S_MAX',
    Type.Integer({ minimum: 0, maximum: 1_000_000, default: 2_000 }),
    {
      en: 'TCP connections of the Handle protocol a second from one network to one process, ten times as many at once; more are refused. 0 for no limit',
      zh: '同一网络每秒可向一个进程新建的 Handle TCP 连接数上限（突发为十倍），超出则拒绝。0 表示不限',
    },
  ),
  handleFaultsPerSMax: setting(
    'WAYMARK_HANDLE_FAULTS_PER_S_MAX',
    Type.Integer({ minimum: 0, maximum: 1_000_000, default: 20 }),
    {
      en: 'Messages a second from one network that cannot be read or never become whole, ten times as many at once; beyond it the network is cut off for ten seconds (over TCP and UDP each for itself; plain questions by datagram go on). 0 where many clients come from one address, as behind a balancer on another machine; this machine itself is never cut off',
      zh: '同一网络每秒允许的无法解析或迟迟不完整的消息数（突发为十倍）；超出则该网络被切断十秒（TCP 与 UDP 分别计算；UDP 的普通查询不受影响）。若众多客户端共用一个地址（如位于另一台机器的负载均衡之后），设为 0；本机地址从不切断',
    },
  ),
  handleUdpBytesPerSMax: setting(
    'WAYMARK_HANDLE_UDP_BYTES_PER_S_MAX',
    Type.Integer({ minimum: 0, maximum: 10 ** 12, default: 1_000_000 }),
    {
      en: 'Bytes a second sent to one network over UDP beyond those it sent; more is not answered, and clients go on to TCP. 0 for no limit',
      zh: '通过 UDP 发往同一网络、超出其来量的每秒字节数上限；超出则不应答，客户端会改用 TCP。0 表示不限',
    },
  ),
  recursionClients: setting(
    'WAYMARK_RECURSION_CLIENTS',
    Type.Optional(Type.String({ pattern: NETWORKS, maxLength: 4096 })),
    {
      en: 'Addresses or CIDR ranges for which names of other servers are resolved, comma-separated; without it for nobody',
      zh: '可使用递归解析的客户端地址或 CIDR，逗号分隔；不设则不提供递归解析',
    },
  ),
  recursionRoots: setting('WAYMARK_RECURSION_ROOTS', optionalText, {
    en: 'Files of root sites (HS_SITE, as JSON or binary) where recursive resolution begins, comma-separated; without it only delegated prefixes are asked for',
    zh: '递归解析起点的根站点记录文件（HS_SITE，JSON 或二进制），逗号分隔；不设则只查询已委托的前缀',
  }),
  recursionPrivate: setting(
    'WAYMARK_RECURSION_PRIVATE',
    Type.Optional(Type.String({ pattern: NETWORKS, maxLength: 4096 })),
    {
      en: 'Loopback, private and other special addresses or CIDR ranges that recursive resolution may connect to all the same, comma-separated',
      zh: '允许递归解析连接的本机、内网及其他特殊地址或 CIDR，逗号分隔',
    },
  ),
  recursionCacheBytesMax: setting(
    'WAYMARK_RECURSION_CACHE_BYTES_MAX',
    Type.Integer({ minimum: 2 ** 20, maximum: 2 ** 34, default: 64 * 2 ** 20 }),
    {
      en: 'Bytes of answers of others that are kept in memory',
      zh: '内存中缓存的他方应答总字节数上限',
    },
  ),
  recursionTtlSMax: setting(
    'WAYMARK_RECURSION_TTL_S_MAX',
    Type.Integer({ minimum: 0, maximum: 2_592_000, default: 86_400 }),
    {
      en: 'Longest time that an answer of others is kept, in seconds, whatever its values say; 0 keeps none',
      zh: '他方应答的最长缓存秒数，不论其 TTL；0 表示不缓存',
    },
  ),
  recursionNegativeTtlSMax: setting(
    'WAYMARK_RECURSION_NEGATIVE_TTL_S_MAX',
    Type.Integer({ minimum: 0, maximum: 86_400, default: 60 }),
    {
      en: 'How long it is kept that others have no such identifier or value, in seconds',
      zh: '他方无此标识或值的结果的缓存秒数',
    },
  ),
  recursionStaleSMax: setting(
    'WAYMARK_RECURSION_STALE_S_MAX',
    Type.Integer({ minimum: 0, maximum: 2_592_000, default: 86_400 }),
    {
      en: 'How long past its time an answer is given while the servers of its prefix do not answer, in seconds; 0 never',
      zh: '前缀的服务器无应答时，过期缓存可继续使用的秒数；0 表示不使用',
    },
  ),
  recursionWalksMax: setting(
    'WAYMARK_RECURSION_WALKS_MAX',
    Type.Integer({ minimum: 1, maximum: 10_000, default: 256 }),
    {
      en: 'Names that are asked for elsewhere at the same time; more are refused as busy',
      zh: '同时向他方查询的标识数上限，超出则应答繁忙',
    },
  ),
  recursionWalkMsMax: setting(
    'WAYMARK_RECURSION_WALK_MS_MAX',
    Type.Integer({ minimum: 100, maximum: 60_000, default: 10_000 }),
    {
      en: 'How long one name is asked for elsewhere at most, in milliseconds',
      zh: '向他方查询一个标识的最长毫秒数',
    },
  ),
  publicUrl: setting(
    'WAYMARK_PUBLIC_URL',
    Type.Optional(Type.String({ pattern: '^https?://[^/?#\\s]+/?$', maxLength: 512 })),
    {
      en: 'Address under which people reach the node; printed in QR codes and links',
      zh: '公众访问本节点的地址，写入二维码与链接',
    },
  ),
  tlsCert: setting('WAYMARK_TLS_CERT', optionalText, {
    en: 'PEM file with the certificate chain; read again when it changes',
    zh: 'TLS 证书链文件（PEM），变更后自动重新加载',
  }),
  tlsKey: setting('WAYMARK_TLS_KEY', optionalText, {
    en: 'PEM file with the private key of the certificate',
    zh: 'TLS 私钥文件（PEM）',
  }),
  tlsClientCertificates: setting(
    'WAYMARK_TLS_CLIENT_CERTIFICATES',
    Type.Boolean({ default: false }),
    {
      en: 'Ask clients for a certificate, by which those of the Handle protocol may sign in; none is needed. Browsers that have one installed then ask their people which to show, also in the console',
      zh: '向客户端索取证书（可不提供），Handle 协议客户端可凭证书登录；装有证书的浏览器（包括打开控制台时）会要求用户选择证书',
    },
  ),
  trustedProxies: setting(
    'WAYMARK_TRUSTED_PROXIES',
    Type.Optional(Type.String({ pattern: NETWORKS, maxLength: 4096 })),
    {
      en: 'Addresses or CIDR ranges of reverse proxies, comma-separated; only their forwarded headers count',
      zh: '可信反向代理的地址或 CIDR，逗号分隔；只采信它们的转发头',
    },
  ),
  databaseUrl: {
    ...setting(
      'WAYMARK_DATABASE_URL',
      Type.Optional(Type.String({ pattern: '^postgres(ql)?://', maxLength: 4096 })),
      {
        en: 'PostgreSQL connection URL for documents; without it they live in SQLite in the data folder',
        zh: '文档存储的 PostgreSQL 连接 URL；不设则使用数据目录中的 SQLite',
      },
    ),
    secret: true as const,
  },
  smtpUrl: {
    ...setting(
      'WAYMARK_SMTP_URL',
      Type.Optional(Type.String({ pattern: '^smtps?://[^\\s/]+/?$', maxLength: 4096 })),
      {
        en: 'Mail server, smtp://user:password@host:port or smtps://…; beyond this machine smtp:// demands STARTTLS. Without it no mail is sent',
        zh: '邮件服务器，smtp://用户:密码@主机:端口 或 smtps://…；非本机的 smtp:// 必须支持 STARTTLS。不设则不发送邮件',
      },
    ),
    secret: true as const,
  },
  smtpFrom: setting(
    'WAYMARK_SMTP_FROM',
    Type.Optional(
      Type.String({
        pattern: '^([^<>\\r\\n]*<[^<>@\\s]+@[^<>@\\s]+>|[^<>@\\s]+@[^<>@\\s]+)$',
        maxLength: 320,
      }),
    ),
    {
      en: 'Sender of mail, address or Name <address>; set with the mail server',
      zh: '发件人，地址或“名称 <地址>”；与邮件服务器同时设置',
    },
  ),
  logLevel: setting(
    'WAYMARK_LOG_LEVEL',
    Type.Union(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((it) => Type.Literal(it)),
      { default: 'info' },
    ),
    {
      en: 'Least severe log line that is written (to standard error, as JSON)',
      zh: '日志级别（以 JSON 写到标准错误）',
    },
  ),
  resolutionsPerSMax: setting(
    'WAYMARK_RESOLUTIONS_PER_S_MAX',
    Type.Integer({ minimum: 0, maximum: 10_000_000, default: 200 }),
    {
      en: 'Public resolutions a second from one client network, sustained; 0 for no limit',
      zh: '同一客户端网络每秒公开解析次数上限（持续）；0 表示不限',
    },
  ),
  resolutionsBurstMax: setting(
    'WAYMARK_RESOLUTIONS_BURST_MAX',
    Type.Integer({ minimum: 1, maximum: 100_000_000, default: 2000 }),
    {
      en: 'Public resolutions from one client network at once, before the sustained limit holds',
      zh: '同一客户端网络解析突发次数上限',
    },
  ),
  timeZone: setting(
    'WAYMARK_TIME_ZONE',
    Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_+/-]{0,63}$', default: 'Asia/Shanghai' }),
    {
      en: 'Time zone (IANA name) in which pages show times; inside, all time is UTC',
      zh: '页面显示时间所用的时区（IANA 名称）；内部一律使用 UTC',
    },
  ),
  countryHeader: setting(
    'WAYMARK_COUNTRY_HEADER',
    Type.Optional(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,63}$' })),
    {
      en: 'Header by which a trusted proxy says in which country an asker is (two letters); 10320/loc chooses by it',
      zh: '可信代理告知访问者所在国家（两个字母）的请求头；10320/loc 据此选择地址',
    },
  ),
  pagesNoIndex: setting('WAYMARK_PAGES_NO_INDEX', Type.Boolean({ default: false }), {
    en: 'Ask search engines to leave the public pages out',
    zh: '要求搜索引擎不收录公开页面',
  }),
  processes: setting('WAYMARK_PROCESSES', Type.Integer({ minimum: 1, maximum: 64, default: 1 }), {
    en: 'Processes that share the port; each one beyond the first resolves and hands everything else to the first',
    zh: '共享端口的进程数；第一个之外的进程只做解析，其余请求转交第一个进程',
  }),
  importsRunningMax: setting(
    'WAYMARK_IMPORTS_RUNNING_MAX',
    Type.Integer({ minimum: 1, maximum: 16, default: 2 }),
    {
      en: 'Imports that run at the same time',
      zh: '同时运行的导入任务数上限',
    },
  ),
  importKeptHoursMax: setting(
    'WAYMARK_IMPORT_KEPT_HOURS_MAX',
    Type.Integer({ minimum: 1, maximum: 876_000, default: 720 }),
    {
      en: 'How long the outcome of every line of an import can be fetched, in hours',
      zh: '导入逐行结果的保留时长（小时）',
    },
  ),
  importResumeHoursMin: setting(
    'WAYMARK_IMPORT_RESUME_HOURS_MIN',
    Type.Integer({ minimum: 1, maximum: 876_000, default: 72 }),
    {
      en: 'How long an import that broke can be resumed at least, in hours',
      zh: '中断的导入至少可续传的时长（小时）',
    },
  ),
  importFilesBytesMax: setting(
    'WAYMARK_IMPORT_FILES_BYTES_MAX',
    Type.Integer({ minimum: 0, maximum: 10 ** 15, default: 2 * 10 ** 10 }),
    {
      en: 'Bytes that the kept files of all imports take together; beyond it the oldest go first',
      zh: '全部导入留存文件的总字节数上限；超出时先删除最早的',
    },
  ),
  accessLogDaysMax: setting(
    'WAYMARK_ACCESS_LOG_DAYS_MAX',
    Type.Integer({ minimum: 1, maximum: 36_500, default: 1_096 }),
    {
      en: 'How long it is told who was shown personal and protected data, in days; older entries are deleted. Chinese law wants six months at least',
      zh: '访问记录（何人查看过个人信息与受保护数据）的保留天数，超过的自动删除；法律要求不少于六个月',
    },
  ),
  accessLogRowsMax: setting(
    'WAYMARK_ACCESS_LOG_ROWS_MAX',
    Type.Integer({ minimum: 1_000, maximum: 10 ** 9, default: 5_000_000 }),
    {
      en: 'Most entries of that log, whatever their age; beyond it the oldest go first',
      zh: '访问记录的最多条数，不论时间；超出时先删除最早的',
    },
  ),
  uploadBytesMax: setting(
    'WAYMARK_UPLOAD_BYTES_MAX',
    Type.Integer({ minimum: 1024, maximum: 10 ** 13, default: 10 ** 11 }),
    {
      en: 'Largest file that an import takes, in bytes',
      zh: '导入文件的最大字节数',
    },
  ),
  stopWaitMsMax: setting(
    'WAYMARK_STOP_WAIT_MS_MAX',
    Type.Integer({ minimum: 0, maximum: 3_600_000, default: 20_000 }),
    {
      en: 'How long a stop waits for requests in flight, in milliseconds',
      zh: '停止时等待在途请求的最长毫秒数',
    },
  ),
} satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS

type Values = { readonly [K in SettingName]: Static<(typeof SETTINGS)[K]['schema']> }

/** Settings that never show themselves. */
export type SecretName = {
  [K in SettingName]: (typeof SETTINGS)[K] extends { readonly secret: true } ? K : never
}[SettingName]

export type Config = Omit<Values, SecretName> & { readonly [K in SecretName]: Secret | undefined }
