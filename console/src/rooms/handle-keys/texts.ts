import { defineTexts } from '../../frame/texts.ts'

export const useTexts = defineTexts('handle-keys', {
  title: { zh: 'Handle 密钥', en: 'Handle keys' },
  titleOf: { zh: '{{prefix}} 的 Handle 密钥', en: 'Handle keys of {{prefix}}' },
  lead: {
    zh: '程序凭这些密钥，通过 Handle 协议注册和修改该前缀下的标识。',
    en: 'By these, programs register and change identifiers below the prefix through the Handle protocol.',
  },
  toPrefix: { zh: '返回前缀', en: 'Back to the prefix' },
  add: { zh: '添加密钥', en: 'Add a key' },
  none: { zh: '还没有密钥', en: 'No key yet' },
  noneHint: {
    zh: '已有的 Handle 客户端（例如 Java、Python 程序）无需改动即可写入本节点，只需一个身份和一个密钥。仅使用网页和 API 时不需要。',
    en: 'An existing Handle client, in Java or Python for example, writes to this node as it is; it needs an identity and a key for that. Who works in the browser or by the API needs none.',
  },
  list: { zh: '密钥', en: 'Keys' },
  identity: { zh: '身份', en: 'Identity' },
  kind: { zh: '类型', en: 'Kind' },
  kindSecret: { zh: '对称密钥', en: 'Secret' },
  kindPublic: { zh: '公钥 {{algorithm}}', en: 'Public key, {{algorithm}}' },
  kindUnusable: { zh: '公钥，本节点不能使用', en: 'Public key that cannot be used here' },
  fingerprint: { zh: '指纹（SHA-256）', en: 'Fingerprint (SHA-256)' },
  since: { zh: '设置时间', en: 'Set' },
  acts: { zh: '操作', en: 'Acts' },
  rotate: { zh: '更换', en: 'Replace' },
  rotateOf: { zh: '更换 {{identity}}', en: 'Replace {{identity}}' },
  revoke: { zh: '吊销', en: 'Revoke' },
  revokeOf: { zh: '吊销 {{identity}}', en: 'Revoke {{identity}}' },
  revokeTitle: { zh: '吊销 {{identity}}？', en: 'Revoke {{identity}}?' },
  revokeConsequence: {
    zh: '使用此身份的程序立即不能再注册、修改、注销和列出 {{prefix}} 下的标识，已打开的会话也随之结束。已注册的标识不受影响。此操作不能撤销。',
    en: 'Programs with this identity can no longer register, change, retire or list identifiers below {{prefix}}; sessions they have open end. What is registered stays as it is. This cannot be undone.',
  },
  revokeLast: {
    zh: '这是最后一个密钥：之后没有程序能通过 Handle 协议写入。',
    en: 'It is the last one: after that no program writes through the Handle protocol.',
  },
  revokeNumber: {
    zh: '以后新添加的密钥可能再用此编号。',
    en: 'A key that is added later may take its number.',
  },
  revoked: { zh: '已吊销 {{identity}}', en: '{{identity}} was revoked' },

  addTitle: { zh: '为 {{prefix}} 添加密钥', en: 'Add a key to {{prefix}}' },
  rotateTitle: { zh: '更换 {{identity}} 的密钥', en: 'Another key for {{identity}}' },
  rotateConsequence: {
    zh: '身份不变，引用它的内容不受影响。旧密钥立即失效，用它打开的会话随之结束：请让使用它的程序换上新密钥。',
    en: 'The identity stays, and all that names it. The earlier key proves nothing from then on and its sessions end: give its programs the new one.',
  },
  way: { zh: '方式', en: 'How' },
  wayPair: { zh: '在此浏览器中生成密钥对', en: 'Make a key pair in this browser' },
  wayPairHint: {
    zh: '私钥只保存到您的设备，不会发送；节点只得到公钥。建议使用。',
    en: 'The private key goes to your device and nowhere else; the node gets the public one. Best for most.',
  },
  wayPublic: { zh: '提交已有的公钥', en: 'Give a public key' },
  wayPublicHint: {
    zh: '程序已经有密钥对，例如已在其他 Handle 服务器上使用。',
    en: 'The program has a pair already, for another Handle server for example.',
  },
  waySecret: { zh: '对称密钥', en: 'A secret' },
  waySecretHint: {
    zh: '如同密码，节点也保存一份。适合只支持密码方式的客户端。',
    en: 'Like a password: the node keeps it too. For clients that know nothing else.',
  },
  pairKind: { zh: '算法', en: 'Algorithm' },
  pairRSA: { zh: 'RSA 3072 位，所有客户端都支持', en: 'RSA, 3072 bits: every client knows it' },
  pairEC: { zh: 'EC P-256，用于 JSON API', en: 'EC P-256, for the JSON API' },
  pairEdDSA: { zh: 'Ed25519，用于 JSON API', en: 'Ed25519, for the JSON API' },
  pairPassword: { zh: '私钥文件密码', en: 'Password of the file' },
  pairPasswordHint: {
    zh: '选填。填写后文件以 AES-256 加密，使用时须提供此密码；节点不知道它，丢失后无法找回。',
    en: 'May be left out. With one the file is encrypted (AES-256) and of no use without it; the node does not know it and cannot bring it back.',
  },
  passwordShort: { zh: '至少 {{count}} 个字符', en: 'At least {{count}} characters' },
  pairMake: { zh: '生成密钥对', en: 'Make the pair' },
  pairUnsupported: {
    zh: '此浏览器不支持该算法，请选择其他算法',
    en: 'This browser does not know it; choose another',
  },
  pairNoTls: {
    zh: '此页面未经 TLS 加载，浏览器因此不提供密钥生成。可用 OpenSSL 生成，再提交公钥：',
    en: 'This page came without TLS, and browsers make no keys then. Make the pair with OpenSSL and give its public key:',
  },
  keyField: { zh: '公钥', en: 'Public key' },
  keyHint: {
    zh: 'PEM（-----BEGIN PUBLIC KEY-----）、证书或 JSON Web Key。RSA、DSA、EC、Ed25519 或 SM2。',
    en: 'PEM (-----BEGIN PUBLIC KEY-----), a certificate or a JSON web key, of RSA, DSA, EC, Ed25519 or SM2.',
  },
  keyFile: { zh: '从文件读取', en: 'Read from a file' },
  keyPrivate: {
    zh: '这是私钥，没有发送。请提交与之对应的公钥。',
    en: 'This is a private key, and was not sent. Give the public key that belongs to it.',
  },
  keySsh: {
    zh: '这是 OpenSSH 格式。用 ssh-keygen -e -m PKCS8 -f 文件名 转换为 PEM。',
    en: 'This is the form of OpenSSH. ssh-keygen -e -m PKCS8 -f FILE writes it as PEM.',
  },
  keySecret: {
    zh: '这是对称密钥，没有发送。请改用“对称密钥”方式。',
    en: 'This is a secret, and was not sent. Choose “A secret” above.',
  },
  keyBroken: {
    zh: '内容不完整或有误。请从 -----BEGIN 到 -----END 完整复制，或从文件读取。',
    en: 'It is not whole. Copy it from -----BEGIN to -----END-----, or read it from its file.',
  },
  keyUnknown: {
    zh: '不是公钥。应为 PEM、证书或 JSON Web Key。',
    en: 'This is no public key: it should be PEM, a certificate or a JSON web key.',
  },
  keyLong: { zh: '内容过长，不是公钥', en: 'Too long for a public key' },
  required: { zh: '请填写此项', en: 'This is needed' },
  secretField: { zh: '已在使用的密钥', en: 'A secret that is in use already' },
  secretHint: {
    zh: '选填。不填则由节点生成高强度密钥。',
    en: 'May be left out: the node then makes a strong one.',
  },
  secretMake: { zh: '添加对称密钥', en: 'Add the secret' },
  publicAdd: { zh: '添加公钥', en: 'Add the public key' },

  pairReady: { zh: '密钥对已生成', en: 'The pair is made' },
  pairKeep: {
    zh: '私钥只在此页面中，关闭后无法找回。请先下载并妥善保管，再添加公钥。',
    en: 'The private key is in this page alone and gone when it closes. Download it and put it in a safe place, then add the public key.',
  },
  pairDownload: { zh: '下载私钥', en: 'Download the private key' },
  pairKept: { zh: '我已保管好私钥', en: 'I have kept the private key' },
  pairKeptFirst: { zh: '请先下载私钥', en: 'Download the private key first' },
  discard: { zh: '放弃', en: 'Discard it' },
  secretReady: { zh: '对称密钥已添加', en: 'The secret is added' },
  secretKeep: {
    zh: '密钥只显示这一次。请立即复制并妥善保管。',
    en: 'It is shown this once. Copy it now and put it in a safe place.',
  },
  secretKept: { zh: '我已保管好密钥', en: 'I have kept the secret' },
  finish: { zh: '完成', en: 'Done' },
  keptNeeded: { zh: '请确认已保管', en: 'Say that you have kept it' },
  added: { zh: '已添加，身份为 {{identity}}', en: 'Added; its identity is {{identity}}' },
  rotated: { zh: '已更换 {{identity}} 的密钥', en: '{{identity}} has another key' },

  example: { zh: '程序如何使用', en: 'How a program uses it' },
  exampleLead: {
    zh: '例：以 {{identity}} 注册一个标识。',
    en: 'For example, to register an identifier as {{identity}}:',
  },
  exampleFor: { zh: '使用的密钥', en: 'By which key' },
  exampleIn: { zh: '客户端', en: 'Client' },
  exampleCode: { zh: '示例代码', en: 'Code' },
  exampleNone: {
    zh: '请按所用客户端的说明，以此身份和对应的私钥签名。',
    en: 'Sign by the private key as this identity; your client’s manual says how.',
  },
  exampleWeb: {
    zh: '凭证只在 HTTPS 下有效。SECRET 换成密钥。',
    en: 'Credentials count over HTTPS alone. Put the secret in place of SECRET.',
  },
  exampleBinary: {
    zh: '需要节点的 2641 端口对该程序开放。',
    en: 'Port 2641 of the node must be open to the program.',
  },
  exampleProof: {
    zh: '凭证只在 HTTPS 下有效。',
    en: 'Credentials count over HTTPS alone.',
  },
})
