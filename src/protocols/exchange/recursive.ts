import { EVERY_VALUE } from '../../identifiers/resolution/values.ts'
import { foreignValues } from '../recursion/foreign-values.ts'
import type { Recurse } from '../recursion/recursing.ts'
import type { Recursed } from '../recursion/recursion.ts'
import { type Answered, headed } from '../wire/bodies.ts'
import { OP_FLAG, RESPONSE } from '../wire/codes.ts'
import type { Outgoing } from './asked.ts'
import { errorTo, replyTo } from './reply.ts'
import { type Elsewhere, valuesAnswer, type Wanted } from './resolution.ts'

/** Has others asked for who wants that (REC) and may have it. */
export function askedElsewhere(recurse: Recurse, siteSerial: number): Elsewhere {
  return (wanted, found) => {
    const { asked, handle, key, filter } = wanted
    const { opFlags, recursionCount } = asked.message.header
    if ((opFlags & OP_FLAG.recursive) === 0) return undefined
    const recursed = recurse({
      ...{ address: asked.peer.asker.address, key, found, name: handle, recursionCount, ...filter },
      isAuthoritative: (opFlags & OP_FLAG.authoritative) !== 0,
      isPublic: (opFlags & OP_FLAG.publicOnly) !== 0,
      isPersonal:
        asked.identity !== undefined ||
        asked.session !== undefined ||
        asked.message.credential !== undefined,
    })
    const told: Wanted = { ...wanted, asked: { ...asked, isToldBySomebodyElse: true } }
    const tell = (it: Recursed) => recursedAnswer(told, it, siteSerial)
    return recursed instanceof Promise ? recursed.then(tell) : recursed && tell(recursed)
  }
}

function recursedAnswer(wanted: Wanted, recursed: Recursed, siteSerial: number): Outgoing {
  const { asked, handle, filter } = wanted
  switch (recursed.kind) {
    case 'found': {
      const { written } = recursed
      if (written !== undefined && filter === EVERY_VALUE) {
        const values = Buffer.from(written, 'latin1')
        const body = ({ digest }: Answered<object>) =>
          headed(digest).text(handle).bytes(values).done()
        return replyTo(asked, { code: RESPONSE.success, siteSerial, body })
      }
      const values = foreignValues(recursed.values, filter)
      return valuesAnswer({ asked, handle }, { values, updatedAt: 0 }, siteSerial)
    }
    case 'absent':
      return errorTo(asked, siteSerial, RESPONSE.handleNotFound)
    case 'valueless':
      return errorTo(asked, siteSerial, RESPONSE.valuesNotFound)
    case 'refused':
      return errorTo(asked, siteSerial, recursed.code, { message: recursed.message.en })
  }
}
