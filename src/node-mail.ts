import type { Config } from './config/settings.ts'
import { getNodeSettings } from './identifiers/prefixes/node-settings.ts'
import type { Access } from './kernel/access/access.ts'
import type { Documents } from './kernel/documents/documents.ts'
import { outboxState } from './kernel/mail/outbox.ts'
import { postRounds } from './kernel/mail/postman.ts'
import { openSmtp } from './kernel/mail/smtp.ts'
import { mailedStatusToken } from './kernel/parties/application.ts'
import { ENTERPRISES } from './kernel/parties/enterprise.ts'
import { startLoop } from './lib/loop.ts'

const POST_EVERY_MS = 1_000
const NAME_DEFAULT = 'Waymark 路标'

type MailRooms = {
  readonly access: Access
  readonly documents: Documents
  readonly onError: (error: unknown) => void
}

/** Sends what waits in the outbox, where the configuration names a server. */
export function startMail(config: Config, rooms: MailRooms): AsyncDisposable | undefined {
  const { smtpUrl, smtpFrom: from, publicUrl } = config
  if (smtpUrl === undefined || from === undefined || publicUrl === undefined) return undefined
  const { access, documents, onError } = rooms
  const url = publicUrl.replace(/\/$/, '')
  const round = postRounds({
    access,
    send: openSmtp({ url: smtpUrl.reveal(), from }),
    place: async () => ({
      url,
      name: (await getNodeSettings(documents))?.body.name ?? NAME_DEFAULT,
    }),
    // whatever its state: who applied is told by the name they gave
    enterpriseName: async (id) => (await documents.get(ENTERPRISES, id))?.body.entry.name,
    statusToken: (id) => mailedStatusToken(access, id),
  })
  return startLoop({ everyMs: POST_EVERY_MS, round, onError })
}

/** How it stands with letters, for the node's page; undefined where none are sent. */
export async function mailState({ access, documents }: Pick<MailRooms, 'access' | 'documents'>) {
  return access.mails ? await outboxState(documents) : undefined
}
