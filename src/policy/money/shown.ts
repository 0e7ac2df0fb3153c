import { type Static, Type } from 'typebox'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { formatTime, TimeReply } from '../../kernel/access/route-parts.ts'
import type { Author } from '../../lib/author.ts'

type Stamp = { readonly by: Author; readonly at: number }

/** When something was done and by what paper. Who did it is told to the one who asks about themselves alone. */
export const StampReply = Type.Object({
  at: TimeReply,
  isMine: Type.Boolean({ description: 'Whether the caller did it' }),
  reference: Type.Optional(Type.String()),
})

export function shownStamp(
  caller: Caller,
  { by, at, reference }: Stamp & { readonly reference?: string },
): Static<typeof StampReply> {
  const isMine = caller.kind === by.kind && caller.id === by.id
  return { at: formatTime(at), isMine, ...(reference !== undefined && { reference }) }
}

/** Whether the caller looks as the desk does: what is the office's own is told to these alone. */
export function isDesk(caller: Caller): boolean {
  return mayDo(caller, 'policy.read')
}

export function optionalTime<K extends string>(
  name: K,
  at: number | undefined,
): { [P in K]?: string } {
  return (at === undefined ? {} : { [name]: formatTime(at) }) as { [P in K]?: string }
}
