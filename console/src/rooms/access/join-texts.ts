import { defineTexts } from '../../frame/texts.ts'

/** Of the pages by which somebody comes in for the first time, or again. */
export const useJoinTexts = defineTexts('join', {
  required: { zh: '请填写此项', en: 'This is needed' },
  name: { zh: '登录名', en: 'Sign-in name' },
  nameHint: {
    zh: '登录时填写，可用汉字、字母和数字',
    en: 'What you sign in by: letters and digits of any script',
  },
  displayName: { zh: '姓名', en: 'Your name' },
  displayNameHint: { zh: '选填，显示给同事', en: 'May be left out; colleagues see it' },
  newPassword: { zh: '设置密码', en: 'Choose a password' },
  passwordHint: {
    zh: '至少 10 个字符；几个词连写，好记又难猜',
    en: 'At least 10 characters; a few words in a row are easy to keep and hard to guess',
  },
  back: { zh: '上一步', en: 'Back' },
  next: { zh: '下一步', en: 'Next' },

  setupTitle: { zh: '初始化节点', en: 'Set up this node' },
  setupLead: {
    zh: '三步完成：运营账户、节点信息、所在地区。',
    en: 'Three steps: your account, the node, its region.',
  },
  stepOperator: { zh: '运营账户', en: 'Your account' },
  stepNode: { zh: '节点', en: 'The node' },
  stepRegion: { zh: '地区', en: 'Region' },
  operatorHint: {
    zh: '第一个账户是节点运营人员，可以邀请其他人。',
    en: 'The first account is the node’s operator, who can invite others.',
  },
  code: { zh: '初始化码', en: 'Setup code' },
  codeHint: { zh: '启动时打印在链接的 # 之后', en: 'Printed at start, after the # of the link' },
  codeAnother: {
    zh: '在服务器上运行此命令可重新签发初始化码：',
    en: 'This command on the server issues another setup code:',
  },
  nodePrefix: { zh: '节点前缀', en: 'Prefix of the node' },
  nodePrefixHint: {
    zh: '二级节点的标识前缀，例如 88.100。之后不能更改。',
    en: 'The secondary node’s prefix, for example 88.100. It cannot be changed later.',
  },
  nodeName: { zh: '节点名称', en: 'Name of the node' },
  nodeNameHint: {
    zh: '选填，显示在公开页面上，例如“深圳二级节点”',
    en: 'May be left out; shown on public pages, for example “Shenzhen node”',
  },
  region: { zh: '所在地区', en: 'Region' },
  regionHint: { zh: '选填，输入名称或代码查找', en: 'May be left out; search by name or code' },
  regionNone: { zh: '没有匹配的地区', en: 'No region fits' },
  regionType: { zh: '输入名称或代码', en: 'Type a name or code' },
  finish: { zh: '完成初始化', en: 'Finish' },
  setUpTitle: { zh: '节点已初始化', en: 'This node is set up' },
  setUpHint: {
    zh: '初始化链接只能使用一次。请用您的账户登录。',
    en: 'The setup link works once. Sign in with your account.',
  },
  signIn: { zh: '登录', en: 'Sign in' },

  invitationTitle: { zh: '接受邀请', en: 'Accept your invitation' },
  invitedTo: { zh: '邀请您加入：{{place}}', en: 'You are invited to {{place}}' },
  thisNode: { zh: '本节点', en: 'this node' },
  asRole: { zh: '角色：{{role}}', en: 'As {{role}}' },
  validUntil: { zh: '有效期至 {{time}}', en: 'Good until {{time}}' },
  role_operator: { zh: '节点运营人员', en: 'operator of the node' },
  role_reviewer: { zh: '审核人员', en: 'reviewer' },
  role_auditor: { zh: '审计人员', en: 'auditor' },
  role_official: { zh: '经办人员', en: 'official' },
  role_approver: { zh: '审批人员', en: 'approver' },
  role_treasurer: { zh: '财务人员', en: 'treasurer' },
  role_expert: { zh: '评审专家', en: 'expert' },
  role_administrator: { zh: '企业管理员', en: 'administrator' },
  role_member: { zh: '企业成员', en: 'member' },
  accept: { zh: '创建账户并加入', en: 'Open the account and join' },
  haveAccount: { zh: '已有账户，登录后加入', en: 'I have an account: sign in and join' },
  newAccount: { zh: '创建新账户', en: 'Open a new account' },
  joinAs: { zh: '以 {{name}} 加入', en: 'Join as {{name}}' },
  joinHint: {
    zh: '您已登录。加入后，此账户会增加上面的角色。',
    en: 'You are signed in. Joining adds the role above to this account.',
  },
  linkMissing: { zh: '链接不完整', en: 'The link is incomplete' },
  linkMissingHint: {
    zh: '请从收到的消息中复制完整的链接，包括 # 之后的部分。',
    en: 'Copy the complete link from your message, including the part after the #.',
  },

  resetTitle: { zh: '设置新密码', en: 'Choose a new password' },
  resetLead: {
    zh: '保存后，您在其他设备上的登录都会结束。',
    en: 'Once saved, you are signed out on all other devices.',
  },
  resetSave: { zh: '保存并登录', en: 'Save and sign in' },

  forgottenTitle: { zh: '忘记密码', en: 'Forgotten password' },
  forgottenAsk: {
    zh: '请联系本企业的管理员或节点运营人员，他们可以给您一个一次性链接，用来设置新密码。',
    en: 'Ask your enterprise’s administrator or the node’s operator: they can give you a one-time link for a new password.',
  },
  forgottenOperator: {
    zh: '如果您就是运营人员，请在服务器上运行：',
    en: 'If you are the operator yourself, run this on the server:',
  },
  toSignIn: { zh: '返回登录', en: 'Back to sign-in' },
})
