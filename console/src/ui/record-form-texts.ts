import { defineTexts } from '../frame/texts.ts'

/** The words of forms that are drawn from a template. */
export const useRecordTexts = defineTexts('record-form', {
  protected: { zh: '仅本企业可见', en: 'Seen by the enterprise only' },
  unique: { zh: '不能与其他标识重复', en: 'No other identifier may share it' },
  yes: { zh: '是', en: 'Yes' },
  no: { zh: '否', en: 'No' },
  notSaid: { zh: '未填写', en: 'Not said' },
  choose: { zh: '请选择', en: 'Choose' },
  required: { zh: '请填写此项', en: 'This is needed' },
  tooLong: {
    zh: '最多 {{max}} 个字符，现有 {{count}} 个',
    en: 'At most {{max}} characters; there are {{count}}',
  },
  noNumber: {
    zh: '请填写十进制数，例如 12.5，不带千位分隔符',
    en: 'Write a decimal number such as 12.5, without thousands separators',
  },
  tooSmall: { zh: '不能小于 {{limit}}', en: 'At least {{limit}}' },
  tooLarge: { zh: '不能大于 {{limit}}', en: 'At most {{limit}}' },
  noPattern: { zh: '不符合格式 {{pattern}}', en: 'This does not have the form {{pattern}}' },
  noUrl: {
    zh: '请填写以 https:// 或 http:// 开头的网址',
    en: 'Write a web address that begins with https:// or http://',
  },
  noReference: {
    zh: '请填写“前缀/后缀”形式的标识',
    en: 'Write an identifier: PREFIX/SUFFIX',
  },
  rangeFromTo: { zh: '{{least}} 至 {{most}}', en: '{{least}} to {{most}}' },
  rangeFrom: { zh: '不小于 {{least}}', en: 'at least {{least}}' },
  rangeTo: { zh: '不大于 {{most}}', en: 'at most {{most}}' },
  patternHint: { zh: '格式 {{pattern}}', en: 'Form {{pattern}}' },
  referenceHint: { zh: '另一个标识：前缀/后缀', en: 'Another identifier: PREFIX/SUFFIX' },
  withTime: { zh: '加上时间', en: 'With the time' },
  withoutTime: { zh: '仅日期', en: 'The day alone' },
  listAdd: { zh: '增加一项', en: 'Add one' },
  listAddTo: { zh: '为“{{label}}”增加一项', en: 'Add one to {{label}}' },
  listRemove: { zh: '移除第 {{place}} 项', en: 'Remove number {{place}}' },
  listItem: { zh: '{{label}}，第 {{place}} 项', en: '{{label}}, number {{place}}' },
  listHint: { zh: '可粘贴多行，每行一项', en: 'Paste several lines to add one of each' },
  fileTake: { zh: '选择文件', en: 'Choose a file' },
  fileTakeFor: { zh: '为“{{label}}”选择文件', en: 'Choose a file for {{label}}' },
  fileOther: { zh: '换一个文件', en: 'Choose another file' },
  fileRemove: { zh: '移除文件', en: 'Remove the file' },
  fileOpen: { zh: '下载已有文件', en: 'Download the file' },
  fileHint: {
    zh: 'PNG、JPEG（不超过 8 MB），PDF、ZIP、CSV 或纯文本',
    en: 'PNG or JPEG (at most 8 MB), PDF, ZIP, CSV or plain text',
  },
  filePublic: { zh: '该文件对所有人公开', en: 'Everybody can read this file' },
  fileSending: { zh: '正在上传 {{name}}', en: 'Sending {{name}}' },
  fileNobody: {
    zh: '此处不能上传文件',
    en: 'Files cannot be sent from here',
  },
})
