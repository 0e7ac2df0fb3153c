import type { Text } from '../../lib/text.ts'

/** Every sentence of the public pages, in both languages. */
export const TEXTS = {
  skip: { en: 'Skip to content', zh: '跳到正文' },
  otherLanguage: { en: '中文', zh: 'English' },
  identifier: { en: 'Identifier', zh: '标识' },
  madeBy: { en: 'Registered by', zh: '注册企业' },
  openTarget: { en: 'Open its page', zh: '打开详情页面' },
  particulars: { en: 'Particulars', zh: '标识信息' },
  noParticulars: {
    en: 'Nothing more about this identifier is public.',
    zh: '该标识没有公开更多信息。',
  },
  technical: { en: 'Other values of the record', zh: '记录中的其他值' },
  values: { en: 'Values of the record', zh: '标识记录的值' },
  empty: { en: 'empty', zh: '空' },
  closedFile: { en: 'a file that is not public', zh: '文件未公开' },
  type: { en: 'Type', zh: '类型' },
  value: { en: 'Value', zh: '值' },
  binary: { en: 'binary data', zh: '二进制数据' },
  history: { en: 'History', zh: '状态历史' },
  yes: { en: 'Yes', zh: '是' },
  no: { en: 'No', zh: '否' },
  code: { en: 'QR code', zh: '二维码' },
  codeHint: { en: 'Opens this identifier on any phone', zh: '手机扫码即可查询本标识' },
  download: { en: 'Download', zh: '下载' },
  forPrograms: { en: 'For programs', zh: '程序接口' },
  times: { en: 'times', zh: '次' },
  search: { en: 'Look up an identifier', zh: '查询标识' },
  searchHint: { en: 'For example 88.100.7/PUMP-7', zh: '例如 88.100.7/PUMP-7' },
  searchButton: { en: 'Look up', zh: '查询' },
  searchEmpty: { en: 'Type an identifier first.', zh: '请先输入标识。' },
  perhaps: { en: 'Did you mean', zh: '您要找的是否为' },
  whatNext: { en: 'What to do next', zh: '接下来怎么办' },
  home: { en: 'To the start page', zh: '返回首页' },
  aNode: {
    en: 'Secondary node of the industrial internet identifier system',
    zh: '工业互联网标识解析二级节点',
  },
  registeredTotal: { en: 'registered identifiers', zh: '已注册标识' },
  prefixesOf: { en: 'Node prefix', zh: '节点前缀' },
  landingText: {
    en: 'Every product, machine or document registered here has an identifier. Scan its code or type it in to see what it is and who made it.',
    zh: '在本节点注册的每件产品、每台设备、每份文件都有一个标识。扫码或输入标识，即可查看它是什么、由谁制造。',
  },
  evidence: { en: 'Evidence log', zh: '存证日志' },
  console: { en: 'For enterprises', zh: '企业入口' },
  apiDocs: { en: 'Interface', zh: '接口文档' },
  prefixTitle: { en: 'Prefix', zh: '前缀' },
} satisfies Record<string, Text>

export const STATUS_TEXTS = {
  registered: { en: 'Registered', zh: '已注册' },
  updated: { en: 'Updated', zh: '已更新' },
  retired: { en: 'Retired', zh: '已注销' },
  reopened: { en: 'Registered again', zh: '重新启用' },
  held: { en: 'Stopped by order', zh: '依令停止解析' },
  lifted: { en: 'Order lifted', zh: '恢复解析' },
} satisfies Record<string, Text>

/** What stands on the page of an identifier that is not shown. */
export type StateText = {
  readonly status: number
  readonly code: string
  readonly title: Text
  readonly text: Text
  readonly steps: readonly Text[]
}

const CHECK_SPELLING: Text = {
  en: 'Compare it with the printed code, letter by letter. A slash stands between prefix and suffix.',
  zh: '请与印刷的编码逐字核对。前缀与后缀之间有一条斜线。',
}
const ASK_SELLER: Text = {
  en: 'If you have the product in your hands, ask the one who sold it to you, and keep the package.',
  zh: '如果产品在您手中，请联系销售方，并保留包装。',
}
const ASK_NODE: Text = {
  en: 'For questions turn to the operator of this node and name the identifier.',
  zh: '如有疑问，请联系本节点运营方并告知该标识。',
}

export const STATES = {
  absent: {
    status: 404,
    code: 'not-found',
    title: { en: 'Not registered here', zh: '标识未注册' },
    text: {
      en: 'The prefix belongs to this node, but no such identifier has been registered.',
      zh: '该前缀由本节点管理，但没有注册过这个标识。',
    },
    steps: [CHECK_SPELLING, ASK_SELLER],
  },
  unknown: {
    status: 404,
    code: 'not-found',
    title: { en: 'Not an identifier of this node', zh: '非本节点标识' },
    text: {
      en: 'This node is not responsible for the prefix, so it cannot say what the identifier stands for.',
      zh: '该前缀不由本节点负责，无法告知此标识的含义。',
    },
    steps: [
      CHECK_SPELLING,
      {
        en: 'Another node may know it: ask a recursive node of the identifier system.',
        zh: '其他节点可能有此标识：可通过标识解析体系的递归节点查询。',
      },
    ],
  },
  unallotted: {
    status: 404,
    code: 'not-found',
    title: { en: 'Prefix not in use', zh: '前缀未启用' },
    text: {
      en: 'The prefix lies below this node and belongs to nobody at present, so no identifier under it means anything.',
      zh: '该前缀属于本节点，但目前未分配给任何企业，其下没有有效标识。',
    },
    steps: [CHECK_SPELLING, ASK_SELLER, ASK_NODE],
  },
  malformed: {
    status: 400,
    code: 'malformed-identifier',
    title: { en: 'Not an identifier', zh: '标识格式有误' },
    text: {
      en: 'An identifier is PREFIX/SUFFIX, at most 2048 bytes, and the address must be valid UTF-8.',
      zh: '标识的形式是“前缀/后缀”，最长 2048 字节，且地址须为有效的 UTF-8。',
    },
    steps: [CHECK_SPELLING],
  },
  retired: {
    status: 410,
    code: 'retired',
    title: { en: 'Retired', zh: '标识已注销' },
    text: {
      en: 'This identifier was registered here and has been retired by its owner. It is kept so that it is never given to another thing.',
      zh: '该标识曾在此注册，现已由其所有者注销。标识予以保留，不会再分配给其他对象。',
    },
    steps: [
      {
        en: 'A thing that still carries it may be scrapped, replaced or returned: ask the enterprise named here.',
        zh: '仍带有此标识的对象可能已报废、更换或退回，请联系所示企业。',
      },
      ASK_NODE,
    ],
  },
  held: {
    status: 451,
    code: 'held',
    title: { en: 'Stopped by order', zh: '依令停止解析' },
    text: {
      en: 'By order of an authority this identifier is not resolved until the order is lifted.',
      zh: '根据主管部门要求，该标识暂停解析，待解除后恢复。',
    },
    steps: [
      {
        en: 'Do not rely on the product until you know the reason.',
        zh: '在了解原因之前，请谨慎使用该产品。',
      },
      ASK_NODE,
    ],
  },
  suspended: {
    status: 403,
    code: 'suspended',
    title: { en: 'Prefix suspended', zh: '前缀已暂停' },
    text: {
      en: 'The prefix of this identifier is suspended for now, so none of its identifiers is shown.',
      zh: '该标识所属前缀目前已暂停，其下标识均不提供查询。',
    },
    steps: [
      { en: 'Try again later: suspensions end.', zh: '请稍后再试，暂停可能随时解除。' },
      ASK_NODE,
    ],
  },
  delegated: {
    status: 200,
    code: 'delegated',
    title: { en: 'Answered by the enterprise itself', zh: '由企业节点解析' },
    text: {
      en: 'This prefix is delegated to the enterprise’s own server. It speaks the Handle protocol and has no web address known here.',
      zh: '该前缀已授权企业自有服务器解析。该服务器使用 Handle 协议，此处没有其网页地址。',
    },
    steps: [
      {
        en: 'Programs of the Handle System reach it at the addresses above.',
        zh: '支持 Handle 协议的程序可通过上述地址访问。',
      },
      ASK_NODE,
    ],
  },
  tooMany: {
    status: 429,
    code: 'too-many-requests',
    title: { en: 'Too many requests', zh: '请求过于频繁' },
    text: {
      en: 'More was asked from your network than this node answers at once.',
      zh: '来自您所在网络的请求过多，超过了本节点的限制。',
    },
    steps: [
      { en: 'Wait a moment, then load the page again.', zh: '请稍候片刻，然后重新加载页面。' },
    ],
  },
} satisfies Record<string, StateText>

export type PageState = keyof typeof STATES
