import { defineTexts } from '../../frame/texts.ts'

export const useTexts = defineTexts('namespaces', {
  title: { zh: '命名空间', en: 'Namespace' },
  titleOf: { zh: '{{prefix}} 的命名空间', en: 'Namespace of {{prefix}}' },
  lead: {
    zh: '为没有逐一注册的标识（例如每个序列号）规定如何应答，或停止前缀下的解析。经解析接口和 Handle 协议生效。',
    en: 'How names that are not registered one by one are answered, serial numbers for example; or that nothing below the prefix is. It holds for every way of resolving.',
  },
  toPrefix: { zh: '返回前缀', en: 'Back to the prefix' },
  none: {
    zh: '此前缀还没有命名空间。可从示例开始：',
    en: 'There is none yet. Begin with an example:',
  },
  startSerial: { zh: '按序列号生成', en: 'Serial numbers behind @' },
  startStop: { zh: '停止解析', en: 'Stop resolving' },
  stopMessage: { zh: '系统维护中，请稍后再试', en: 'Under maintenance, try again later' },
  elsewhere: {
    zh: '此前缀由企业自己的服务器解析，收回委托之前命名空间不起作用。',
    en: 'This prefix is answered by the enterprise’s own server; a namespace has no effect until it is taken back.',
  },
  unreadable: {
    zh: '现有的命名空间来自其他服务器，本节点无法读取，因此不起作用。',
    en: 'What is stored came from another server and cannot be read here; nothing follows from it.',
  },
  editor: { zh: '定义（XML）', en: 'Definition (XML)' },
  field: { zh: '命名空间的 XML', en: 'XML of the namespace' },
  guide: {
    zh: `元素：value、foreach、if 与 else、def、notfound；可代入 \${handle}、\${base}、\${extension}、\${index}、\${type}、\${data}。`,
    en: `Elements: value, foreach, if with else, def, notfound. \${handle}, \${base}, \${extension}, \${index}, \${type} and \${data} are filled in.`,
  },
  right: { zh: '没有错误。', en: 'Nothing is wrong.' },
  parted: {
    zh: '标识在第一个 {{delimiter}} 处分开。',
    en: 'Names are parted at the first {{delimiter}}.',
  },
  noTemplate: { zh: '不生成标识。', en: 'It makes no names.' },
  stopped: {
    zh: '保存后，前缀下的标识全部停止解析，包括已注册的。',
    en: 'Once saved, nothing below the prefix is resolved, registered or not.',
  },
  stoppedSaying: { zh: '并说明：{{message}}', en: 'People are told: {{message}}' },
  wrong: { zh: '有错误，不能保存', en: 'This is wrong and cannot be saved' },
  goToLine: { zh: '转到第 {{line}} 行', en: 'Go to line {{line}}' },
  unsaved: { zh: '有未保存的修改', en: 'There are changes not saved yet' },
  asStored: { zh: '与已保存的一致', en: 'As it is saved' },
  discard: { zh: '放弃修改', en: 'Discard the changes' },
  save: { zh: '保存', en: 'Save' },
  saved: { zh: '已保存，立即生效', en: 'Saved; it holds from now on' },
  saveStopTitle: { zh: '停止 {{prefix}} 下的解析？', en: 'Stop resolving below {{prefix}}?' },
  saveStop: { zh: '停止解析', en: 'Stop resolving' },
  remove: { zh: '移除', en: 'Remove' },
  removeTitle: { zh: '移除 {{prefix}} 的命名空间？', en: 'Remove the namespace of {{prefix}}?' },
  removeMade: {
    zh: '由它生成的标识不再存在，除非上级前缀有模板。已注册的标识不受影响。',
    en: 'Names that it makes are no longer there, unless a prefix above has a template. What is registered stays as it is.',
  },
  removeStopped: {
    zh: '前缀下的标识恢复解析。',
    en: 'What is below the prefix is resolved again.',
  },
  removeAgain: {
    zh: '内容会保留在此设备的草稿里，可再次保存。',
    en: 'The text stays here as a draft and can be saved again.',
  },
  removed: { zh: '已移除', en: 'It was removed' },
  stale: { zh: '他人已修改了命名空间', en: 'Somebody else changed the namespace meanwhile' },
  staleHint: {
    zh: '下面是已保存的内容。可改用它，或核对后再次保存您的内容。',
    en: 'This is what is saved now. Take it, or look at it and save yours again.',
  },
  staleNone: { zh: '（已被移除）', en: '(it was removed)' },
  takeTheirs: { zh: '改用已保存的内容', en: 'Take what is saved' },
  preview: { zh: '试一试', en: 'Try it' },
  sample: { zh: '标识样例', en: 'A sample name' },
  sampleHint: {
    zh: '前缀之后的部分，例如 pump@A7',
    en: 'What stands behind the prefix, for example pump@A7',
  },
  sampleNone: {
    zh: '输入一个标识，查看公众会得到什么。',
    en: 'Type a name to see what everybody would be told.',
  },
  'outcome.made': { zh: '由模板生成以下内容。', en: 'The template makes this.' },
  'outcome.registered': {
    zh: '此标识已注册，以注册的内容应答，不用模板。',
    en: 'The name is registered and answered as it is; the template does not count.',
  },
  'outcome.withdrawn': {
    zh: '此标识已注销，不会再由模板生成。',
    en: 'The name was retired and is not made again.',
  },
  'outcome.absent': {
    zh: '模板不生成此标识：应答为不存在。',
    en: 'The template makes nothing of it: there is no such name.',
  },
  'outcome.not-parted': {
    zh: '模板不涉及此标识（其中没有分隔符，或没有模板）：应答为不存在。',
    en: 'It is none of the template’s: the delimiter is not in it, or there is no template. There is no such name.',
  },
  'outcome.held': {
    zh: '所依据的标识已冻结，不予解析。',
    en: 'What it would be made of is held by order and not resolved.',
  },
  'outcome.too-much': {
    zh: '模板的计算量超出限制，无法应答。',
    en: 'The template wants more than may be done for one name: it cannot be answered.',
  },
  'outcome.stopped': { zh: '前缀下停止解析。', en: 'Nothing below the prefix is resolved.' },
  index: { zh: '索引', en: 'Index' },
  type: { zh: '类型', en: 'Type' },
  value: { zh: '值', en: 'Value' },
  binary: {
    zh: '二进制，{{count}} 个 Base64 字符',
    en: {
      one: 'binary, {{count}} character of Base64',
      other: 'binary, {{count}} characters of Base64',
    },
  },
  valuesNone: { zh: '没有公众可见的值。', en: 'No value that everybody may read.' },
  hidden: {
    zh: '另有 {{count}} 个值对公众隐藏。',
    en: {
      one: '{{count}} more value is hidden from the public.',
      other: '{{count}} more values are hidden from the public.',
    },
  },
  someOf: {
    zh: '只显示前 {{shown}} 个，共 {{count}} 个。',
    en: { one: 'It is all.', other: 'The first {{shown}} of {{count}}.' },
  },
})
