import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'

export function missing(path: string, reason: Text): Problem {
  return new Problem('invalid-input', reason, { fields: [{ path, reason }] })
}

export const NOT_YOURS = { en: 'There is no such prefix for you to use', zh: '没有您可用的该前缀' }
export const KEYS_OF_ENTERPRISE = {
  en: 'The record of this prefix holds the keys of an enterprise, which manages them itself',
  zh: '该前缀的记录含有企业的密钥，由企业自行管理',
}
export const PREFIX_FOR_TEMPLATE = {
  en: 'A template needs its prefix',
  zh: '使用模板时必须指定前缀',
}
export const TEMPLATE_FOR_TABLE = {
  en: 'A table needs a template that says what its columns are',
  zh: '导入表格需要指定模板',
}
export const NO_TOKEN = new Problem('not-found', {
  en: 'There is no import with this resume token',
  zh: '没有该续传令牌对应的导入',
})
export const OVER = new Problem('wrong-state', {
  en: 'The import is over; there is nothing to resume',
  zh: '导入已结束，无需续传',
})
export const SWEPT = new Problem('wrong-state', {
  en: 'The time to resume this import is over; send the file again: what is registered already counts as unchanged',
  zh: '该导入已超过可续传期限；请重新发送文件，已注册的行计为未变更',
})
export const STILL_RUNNING = new Problem('wrong-state', {
  en: 'The import is still running',
  zh: '导入仍在进行',
})
export const NOT_RUNNING = new Problem('wrong-state', {
  en: 'The import is not running',
  zh: '导入不在进行中',
})
export const NOTHING_TO_UNDO = new Problem('wrong-state', {
  en: 'A dry run stored nothing that could be undone',
  zh: '试运行没有写入数据，无需撤销',
})

export function tooMany(runningMax: number): Problem {
  const text = {
    en: `${runningMax} imports are running already`,
    zh: `已有 ${runningMax} 个导入在进行`,
  }
  return new Problem('too-many-requests', text, { retryAfterS: 5 })
}

/** `line`: how far the file was read, in lines that are settled; undefined where nothing of it was. */
export function overBytes(uploadBytesMax: number, line?: number): Problem {
  const en = `A file of an import has at most ${uploadBytesMax} bytes`
  const zh = `导入文件最大 ${uploadBytesMax} 字节`
  if (line === undefined) return new Problem('too-large', { en, zh })
  return new Problem('too-large', {
    en: `${en}; this one was read as far as line ${line}, and what was acknowledged stays`,
    zh: `${zh}；本文件已读至第 ${line} 行，已确认的结果保留`,
  })
}

export const OVER_LIMIT = new Problem('wrong-state', {
  en: 'The file is over a limit; there is nothing to resume',
  zh: '文件超出上限，无法续传',
})
