import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand, type Stage, visit } from './demo-stage.ts'
import { verifyCommand } from './verify.ts'

/** The evidence log, checked with nothing but what the node publishes. Answers how many entries it has. */
export async function verifyLog(stage: Stage): Promise<number> {
  const { story, folder, url } = stage
  story.step({ en: 'The evidence log is verified', zh: '校验存证日志' })
  const key = join(folder, 'log.key')
  await writeFile(key, (await visit(stage, '/evidence/key')).bytes)
  const { code, stdout } = await runCommand(stage, verifyCommand, [url, '--key', key, '--json'])
  const { ok, size = 0 } = JSON.parse(stdout) as { ok: boolean; size?: number }
  const shown = `$ waymark verify ${url} --key log.key`
  story.tell({ en: shown, zh: shown })
  story.check(
    {
      en: `signature, chain and every entry of ${size} hold`,
      zh: `签名、哈希链与全部 ${size} 条记录均成立`,
    },
    code === 0 && ok,
    stdout,
  )
  return size
}
