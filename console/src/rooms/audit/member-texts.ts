import { useCallback } from 'react'
import { defineTexts } from '../../frame/texts.ts'

/** Members of what is stored, as the API names them; inner ones by their own name. */
const MEMBERS = {
  account: { zh: '账户', en: 'Account' },
  accounts: { zh: '账户', en: 'Accounts' },
  act: { zh: '操作', en: 'Act' },
  address: { zh: '地址', en: 'Address' },
  addressKey: { zh: '查找用地址', en: 'Address as searched' },
  admittedAt: { zh: '准入时间', en: 'Admitted' },
  applicant: { zh: '申请人', en: 'Applicant' },
  at: { zh: '时间', en: 'At' },
  author: { zh: '操作人', en: 'Author' },
  authority: { zh: '发文机关', en: 'Authority' },
  blockedUntil: { zh: '封锁至', en: 'Blocked until' },
  by: { zh: '由', en: 'By' },
  bytes: { zh: '字节数', en: 'Bytes' },
  bytesTotal: { zh: '文件字节数', en: 'Bytes of the file' },
  cases: { zh: '办理记录数', en: 'Entries of the thread' },
  changed: { zh: '改动的字段', en: 'Members changed' },
  charsMax: { zh: '最多字符数', en: 'Characters at most' },
  client: { zh: '设备', en: 'Device' },
  code: { zh: '代码', en: 'Code' },
  columns: { zh: '列的对应', en: 'Columns' },
  conflicts: { zh: '冲突次数', en: 'Conflicts' },
  contact: { zh: '联系人', en: 'Contact' },
  count: { zh: '次数', en: 'Times' },
  created: { zh: '新建', en: 'Created' },
  createdBy: { zh: '创建人', en: 'Made by' },
  credential: { zh: '凭证编号', en: 'Credential' },
  description: { zh: '说明', en: 'Description' },
  digest: { zh: '摘要', en: 'Digest' },
  displayName: { zh: '姓名', en: 'Name shown' },
  dryRun: { zh: '仅试运行', en: 'Dry run' },
  email: { zh: '电子邮箱', en: 'E-mail' },
  en: { zh: '英文', en: 'English' },
  encoding: { zh: '编码', en: 'Encoding' },
  enterprise: { zh: '企业', en: 'Enterprise' },
  enterprises: { zh: '所属企业', en: 'Enterprises' },
  entry: { zh: '资料', en: 'Entry' },
  errors: { zh: '错误', en: 'Errors' },
  expiresAt: { zh: '有效期至', en: 'Expires' },
  fields: { zh: '字段', en: 'Fields' },
  file: { zh: '文件', en: 'File' },
  finishedAt: { zh: '结束时间', en: 'Finished' },
  firstBatch: { zh: '首个批次', en: 'First batch' },
  format: { zh: '格式', en: 'Format' },
  from: { zh: '起', en: 'From' },
  handle: { zh: '标识', en: 'Identifier' },
  held: { zh: '冻结', en: 'Held' },
  hold: { zh: '冻结', en: 'Order' },
  host: { zh: '域名', en: 'Host' },
  hosting: { zh: '解析方式', en: 'Hosting' },
  idNumber: { zh: '身份证号', en: 'Identity number' },
  introduction: { zh: '企业简介', en: 'About it' },
  keepsSecondFactor: { zh: '保留第二验证', en: 'Keeps the second factor' },
  kind: { zh: '类型', en: 'Kind' },
  label: { zh: '名称', en: 'Label' },
  language: { zh: '语言', en: 'Language' },
  lastBatch: { zh: '末个批次', en: 'Last batch' },
  lastSeenAt: { zh: '最近使用', en: 'Last seen' },
  lastUsedAt: { zh: '最近使用', en: 'Last used' },
  legalPerson: { zh: '法定代表人', en: 'Legal representative' },
  licence: { zh: '营业执照', en: 'Licence' },
  lines: { zh: '行数', en: 'Lines' },
  mail: { zh: '邮箱', en: 'E-mail' },
  mailGoodUntil: { zh: '邮件有效期至', en: 'Mail good until' },
  map: { zh: '列的指定', en: 'Columns named' },
  mediaType: { zh: '媒体类型', en: 'Media type' },
  memberships: { zh: '所属企业与角色', en: 'Memberships' },
  name: { zh: '名称', en: 'Name' },
  nameEn: { zh: '英文名称', en: 'Name in English' },
  nameKey: { zh: '查找用名称', en: 'Name as searched' },
  names: { zh: '名称', en: 'Names' },
  next: { zh: '下一个编号', en: 'Next number' },
  nodePrefix: { zh: '节点前缀', en: 'Prefix of the node' },
  nodeRole: { zh: '节点角色', en: 'Role of the node' },
  nodeRoles: { zh: '节点角色', en: 'Roles of the node' },
  note: { zh: '备注', en: 'Note' },
  order: { zh: '文号', en: 'Number of the order' },
  parent: { zh: '上级前缀', en: 'Prefix above' },
  passkeys: { zh: '通行密钥', en: 'Passkeys' },
  password: { zh: '密码', en: 'Password' },
  passwordEpoch: { zh: '改密次数', en: 'Changes of password' },
  path: { zh: '字段', en: 'Field' },
  pending: { zh: '待审的变更', en: 'Change asked for' },
  pendingSecret: { zh: '待确认的密钥', en: 'Secret to be confirmed' },
  pendingUntil: { zh: '待确认至', en: 'To be confirmed until' },
  phone: { zh: '电话', en: 'Telephone' },
  place: { zh: '前缀', en: 'Prefix' },
  prefix: { zh: '前缀', en: 'Prefix' },
  prefixWish: { zh: '期望的前缀段', en: 'Wished part of the prefix' },
  problem: { zh: '问题', en: 'Problem' },
  public: { zh: '公开', en: 'Public' },
  publicKey: { zh: '公钥', en: 'Public key' },
  publicUrl: { zh: '公开网址', en: 'Public address' },
  reason: { zh: '理由', en: 'Reason' },
  reasons: { zh: '理由', en: 'Reasons' },
  recovery: { zh: '备用码', en: 'Recovery codes' },
  refused: { zh: '拒绝', en: 'Refused' },
  region: { zh: '所在地区', en: 'Region' },
  release: { zh: '释放', en: 'Release' },
  resetAt: { zh: '重置时间', en: 'Reset' },
  revokedAt: { zh: '吊销时间', en: 'Revoked' },
  role: { zh: '角色', en: 'Role' },
  scopes: { zh: '权限', en: 'Permissions' },
  secretHash: { zh: '密钥摘要', en: 'Digest of the secret' },
  sector: { zh: '所属行业', en: 'Sector' },
  sheet: { zh: '工作表', en: 'Sheet' },
  sites: { zh: '站点', en: 'Sites' },
  spelled: { zh: '写法', en: 'As written' },
  startedAt: { zh: '开始时间', en: 'Started' },
  state: { zh: '状态', en: 'State' },
  statusHash: { zh: '进度链接摘要', en: 'Digest of the status link' },
  statusUntil: { zh: '进度链接有效期至', en: 'Status link good until' },
  subject: { zh: '对象', en: 'About' },
  suspended: { zh: '暂停', en: 'Suspended' },
  suspension: { zh: '暂停', en: 'Suspension' },
  sweptAt: { zh: '清理时间', en: 'Swept' },
  template: { zh: '模板', en: 'Template' },
  thing: { zh: '类别', en: 'Stands for' },
  token: { zh: '令牌', en: 'Token' },
  totpSecret: { zh: '验证器密钥', en: 'Authenticator secret' },
  totpStep: { zh: '验证器步数', en: 'Authenticator step' },
  transports: { zh: '连接方式', en: 'Transports' },
  triedAt: { zh: '尝试时间', en: 'Tried' },
  unchanged: { zh: '未变更', en: 'Unchanged' },
  undo: { zh: '撤销', en: 'Undo' },
  until: { zh: '止', en: 'Until' },
  updated: { zh: '更新', en: 'Changed' },
  uscc: { zh: '统一社会信用代码', en: 'Unified social credit code' },
  user: { zh: '账户', en: 'Account' },
  values: { zh: '值', en: 'Values' },
  version: { zh: '版本', en: 'Version' },
  waiting: { zh: '待办', en: 'Waiting' },
  waitingSince: { zh: '待办起始', en: 'Waiting since' },
  website: { zh: '网站', en: 'Website' },
  what: { zh: '数据', en: 'What' },
  wish: { zh: '期望编号', en: 'Number wished for' },
  zh: { zh: '中文', en: 'Chinese' },
} as const

/** What stands in members that take one of a few words. */
const WORDS = {
  active: { zh: '正常', en: 'active' },
  admitted: { zh: '已准入', en: 'admitted' },
  address: { zh: '确认邮箱', en: 'address' },
  administrator: { zh: '企业管理员', en: 'administrator' },
  application: { zh: '申请', en: 'application' },
  applied: { zh: '待审核', en: 'applied' },
  approved: { zh: '审核通过', en: 'approved' },
  auditor: { zh: '审计人员', en: 'auditor' },
  official: { zh: '经办人员', en: 'official' },
  approver: { zh: '审批人员', en: 'approver' },
  treasurer: { zh: '财务人员', en: 'treasurer' },
  expert: { zh: '评审专家', en: 'expert' },
  broken: { zh: '已中断', en: 'broken' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  change: { zh: '变更', en: 'change' },
  corrected: { zh: '修改并重新提交', en: 'corrected' },
  delegated: { zh: '委托解析', en: 'delegated' },
  disabled: { zh: '已停用', en: 'disabled' },
  done: { zh: '已完成', en: 'done' },
  draft: { zh: '草稿', en: 'draft' },
  enterprise: { zh: '企业', en: 'enterprise' },
  factor: { zh: '移除第二验证', en: 'second factor' },
  granted: { zh: '已批准', en: 'granted' },
  held: { zh: '已冻结', en: 'held' },
  here: { zh: '本节点解析', en: 'here' },
  hold: { zh: '冻结', en: 'hold' },
  invitation: { zh: '邀请', en: 'invitation' },
  licence: { zh: '营业执照', en: 'licence' },
  lift: { zh: '解除冻结', en: 'lift' },
  member: { zh: '企业成员', en: 'member' },
  node: { zh: '节点', en: 'node' },
  open: { zh: '待处理', en: 'open' },
  operator: { zh: '节点运营人员', en: 'operator' },
  published: { zh: '已发布', en: 'published' },
  receiving: { zh: '上传中', en: 'receiving' },
  refused: { zh: '已拒绝', en: 'refused' },
  registered: { zh: '已注册', en: 'registered' },
  rejected: { zh: '已拒绝', en: 'rejected' },
  released: { zh: '已释放', en: 'released' },
  reset: { zh: '密码重置', en: 'password reset' },
  restore: { zh: '恢复', en: 'restore' },
  retire: { zh: '注销', en: 'retire' },
  retired: { zh: '已注销', en: 'retired' },
  returned: { zh: '已退回', en: 'returned' },
  reviewer: { zh: '审核人员', en: 'reviewer' },
  running: { zh: '进行中', en: 'running' },
  suspended: { zh: '已暂停', en: 'suspended' },
  upload: { zh: '上传', en: 'upload' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
} as const

/** Why something was done, where no person wrote it. */
const NOTES = {
  application: { zh: '企业申请', en: 'application' },
  setup: { zh: '初始化', en: 'setup' },
  'second factor lost': { zh: '移除遗失的第二验证', en: 'second factor lost' },
  'address confirmed': { zh: '确认邮箱', en: 'address confirmed' },
  'link mailed': { zh: '邮件发送链接', en: 'link mailed' },
  'reset link': { zh: '密码重置链接', en: 'reset link' },
  invitation: { zh: '邀请', en: 'invitation' },
  'second factor: authenticator app added': { zh: '启用验证器应用', en: 'authenticator app added' },
  'second factor: passkey added': { zh: '添加通行密钥', en: 'passkey added' },
  sweep: { zh: '到期清理', en: 'swept when due' },
  undo: { zh: '撤销导入', en: 'import undone' },
  'enterprise approve': { zh: '审核通过', en: 'approved' },
  'enterprise return': { zh: '退回修改', en: 'returned for correction' },
  'enterprise reject': { zh: '拒绝', en: 'rejected' },
  suspended: { zh: '暂停企业', en: 'enterprise suspended' },
  resumed: { zh: '恢复企业', en: 'enterprise resumed' },
  suspend: { zh: '暂停', en: 'suspended' },
  resume: { zh: '恢复', en: 'resumed' },
  hold: { zh: '冻结', en: 'held by order' },
  lift: { zh: '解除冻结', en: 'order lifted' },
  release: { zh: '释放', en: 'released' },
  delegate: { zh: '委托解析', en: 'delegated' },
  'take-back': { zh: '收回委托', en: 'taken back' },
} as const

const useMembers = defineTexts('member', MEMBERS)
const useWords = defineTexts('word', WORDS)
const useNotes = defineTexts('note', NOTES)

/** A member in words, the inner after the outer; one of a room that came later is shown as it is. */
export function useMemberName(): (path: string) => string {
  const t = useMembers()
  return useCallback(
    (path) =>
      path
        .split('.')
        .map((it) => (isOf(MEMBERS, it) ? t(it) : it))
        .join(' › '),
    [t],
  )
}

/** Members whose text is a word of the node, not of a person. */
const WORDED = /(?:^|\.)(?:state|waiting|kind|act|by|role|nodeRole)$/

/** What a member holds, in words where it takes one of a few. */
export function useWord(): (path: string, text: string) => string | undefined {
  const t = useWords()
  return (path, text) => (WORDED.test(path) && isOf(WORDS, text) ? t(text) : undefined)
}

/** Why in words, with what a person wrote behind a colon; undefined where all is a person's. */
export function useNote(): (note: string) => { why: string; more: string } | undefined {
  const t = useNotes()
  return (note) => {
    if (isOf(NOTES, note)) return { why: t(note), more: '' }
    const [, act = '', more = ''] = /^(hold|suspend|release): (.+)$/s.exec(note) ?? []
    return isOf(NOTES, act) ? { why: t(act), more } : undefined
  }
}

function isOf<T extends object>(phrases: T, key: string): key is keyof T & string {
  return Object.hasOwn(phrases, key)
}
