import type { YAMLError } from 'yaml'
import type { Text } from '../../lib/text.ts'

/** Said in our own words; what the reader of YAML says stands behind it for those who know the format. */
const REASONS: Readonly<Partial<Record<YAMLError['code'], Text>>> = {
  ALIAS_PROPS: { en: 'an alias takes no anchor or tag', zh: '别名不能带锚点或标签' },
  BAD_ALIAS: { en: 'there is no anchor of this name before it', zh: '此前没有该名称的锚点' },
  BAD_DIRECTIVE: { en: 'is no directive of YAML 1.2', zh: '不是 YAML 1.2 的指令' },
  BAD_DQ_ESCAPE: {
    en: 'is no escape that text in double quotes knows',
    zh: '双引号文本中的转义无效',
  },
  BAD_INDENT: { en: 'is not indented as its neighbours are', zh: '缩进与相邻内容不一致' },
  BLOCK_AS_IMPLICIT_KEY: { en: 'a name of a field stands on one line', zh: '字段名必须写在一行内' },
  BLOCK_IN_FLOW: { en: 'a block cannot stand within brackets', zh: '括号内不能使用块写法' },
  DUPLICATE_KEY: { en: 'the field stands here twice', zh: '字段重复' },
  IMPOSSIBLE: { en: 'cannot be read', zh: '无法读取' },
  KEY_OVER_1024_CHARS: {
    en: 'a name of a field is at most 1024 characters',
    zh: '字段名最多 1024 个字符',
  },
  MISSING_CHAR: {
    en: 'a closing mark, a colon or a comma is missing',
    zh: '缺少结束符号、冒号或逗号',
  },
  MULTILINE_IMPLICIT_KEY: {
    en: 'a name of a field stands on one line',
    zh: '字段名必须写在一行内',
  },
  MULTIPLE_ANCHORS: { en: 'a value has one anchor at most', zh: '一个值最多有一个锚点' },
  MULTIPLE_DOCS: { en: 'a file holds one document', zh: '一个文件只能有一个文档' },
  MULTIPLE_TAGS: { en: 'a value has one tag at most', zh: '一个值最多有一个标签' },
  TAB_AS_INDENT: { en: 'is indented by a tab; use spaces', zh: '使用了制表符缩进，请改用空格' },
  TAG_RESOLVE_FAILED: { en: 'the tag is not known here', zh: '此处不支持该标签' },
  UNEXPECTED_TOKEN: { en: 'is not expected here', zh: '此处不应出现' },
}

/** What is wrong by the reader of YAML, in both languages. */
export function syntaxReason({ code, message }: YAMLError): Text {
  const known = REASONS[code] ?? { en: 'is no YAML', zh: '不是 YAML' }
  return { en: `${known.en} (${message})`, zh: `${known.zh}（${message}）` }
}
