import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HASTY } from './demo-admission.ts'
import { CAST, PASSWORD } from './demo-cast.ts'
import { runCommand, type Session, type Stage, signIn, visit } from './demo-stage.ts'
import { verifyCommand } from './verify.ts'

/** Decisions go into the log a moment after they are made. */
const APPEAR_MS_MAX = 30_000
const LOOK_EVERY_MS = 200

type Opened = {
  readonly index: number
  readonly opened: { readonly fields: { readonly decision?: string } }
}

/**
 * The evidence log, checked with nothing but what the node publishes, and one decision with its proof, which the enterprise
 * it is about takes with it. Answers how many entries there are.
 */
export async function verifyLog(stage: Stage, hastyId: string): Promise<number> {
  const { story, folder, url } = stage
  story.step({ en: 'The evidence log is verified', zh: '校验存证日志' })
  const member = await signIn(stage, { name: HASTY, password: PASSWORD })
  const about = await decisionsOn(member, hastyId)
  const decisions = about.map((it) => it.opened.fields.decision).reverse()
  story.check(
    {
      en: 'both decisions on the corrected application stand in it',
      zh: '退回与准入两次决定均已存证',
    },
    decisions.join() === 'returned,approved',
    decisions,
  )
  const key = join(folder, 'log.key')
  const entry = join(folder, 'entry.json')
  await writeFile(key, (await visit(stage, '/evidence/key')).bytes)
  const opened = await member.call('GET', `/api/v1/evidence/${about[0]?.index}`)
  await writeFile(entry, JSON.stringify(opened))
  const args = [url, '--key', key, '--entry', entry, '--json']
  const { code, stdout } = await runCommand(stage, verifyCommand, args)
  const { ok, size = 0 } = JSON.parse(stdout) as { ok: boolean; size?: number }
  const shown = `$ waymark verify ${url} --key log.key --entry entry.json`
  story.tell({ en: shown, zh: shown })
  story.check(
    {
      en: `signature, chain and each of ${size} entries hold; the opened one is in it as it says`,
      zh: `签名、哈希链与全部 ${size} 条记录均成立；公开的一条确在其中`,
    },
    code === 0 && ok && size > CAST.length,
    stdout,
  )
  return size
}

async function decisionsOn(member: Session, enterprise: string): Promise<readonly Opened[]> {
  const path = `/api/v1/evidence?subject=${encodeURIComponent(enterprise)}`
  const until = performance.now() + APPEAR_MS_MAX
  for (;;) {
    const { items } = await member.call<{ items: readonly Opened[] }>('GET', path)
    if (items.length >= 2 || performance.now() > until) return items
    await sleep(LOOK_EVERY_MS)
  }
}
