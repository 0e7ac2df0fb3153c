import { qrModules, qrPng } from '../protocols/page/qr.ts'
import { CAST, type Enterprise, PASSWORD, usccOf } from './demo-cast.ts'
import { anybody, refusal, type Session, type Stage, signIn } from './demo-stage.ts'

/** An enterprise that was let in, and what it was given. */
export type Admitted = {
  readonly enterprise: Enterprise
  readonly id: string
  readonly prefix: string
}

type Applied = { readonly enterprise: string; readonly state: string; readonly statusToken: string }
type Entry = ReturnType<typeof entryOf>
type Shown = { readonly id: string; readonly version: number; readonly state: string }
type Queue = { readonly items: readonly Shown[]; readonly total?: number }
type Thread = {
  readonly kind: string
  readonly reasons?: readonly { readonly path: string; readonly reason: string }[]
}[]

const LICENCE_PX = 400
/** The one that is sent back: it says it sells over the internet what it makes. */
export const HASTY = 'honeywell'
const WRONG_SECTOR = '5292'

/** Everybody applies; one is sent back with reasons and corrects itself; all are let in and get their prefixes. */
export async function admitAll(stage: Stage, operator: Session): Promise<readonly Admitted[]> {
  const { story } = stage
  story.step({ en: 'Enterprises apply', zh: '企业申请' })
  await applyWrongly(stage)
  const applied = new Map<string, Applied>()
  for (const enterprise of CAST) applied.set(enterprise.account, await apply(stage, enterprise))
  const { items, total } = await queueOf(operator)
  story.check(
    {
      en: `${items.length} applications wait for a reviewer`,
      zh: `${items.length} 份申请等待审核`,
    },
    items.length === CAST.length && total === CAST.length,
    items,
  )
  story.step({ en: 'The operator reviews them, prefixes are allotted', zh: '审核准入并分配前缀' })
  await sendBack(stage, operator, applied.get(HASTY) as Applied)
  for (const { id, version } of (await queueOf(operator)).items) {
    await operator.call('POST', decisionPath(id), { decision: 'approve', version })
  }
  const admitted: Admitted[] = []
  for (const enterprise of CAST) {
    admitted.push(await prefixOf(stage, operator, enterprise, applied.get(enterprise.account)))
  }
  return admitted
}

async function queueOf(operator: Session): Promise<Queue> {
  return await operator.call<Queue>('GET', '/api/v1/enterprises?waiting=application&limit=100')
}

function decisionPath(id: string): string {
  return `/api/v1/enterprises/${id}/decision`
}

function entryOf(enterprise: Enterprise) {
  const { account, name, nameEn, person, region } = enterprise
  return {
    uscc: usccOf(enterprise),
    name,
    nameEn,
    legalPerson: { name: person },
    region,
    sector: account === HASTY ? WRONG_SECTOR : enterprise.sector,
    address: '演示路 1 号',
    contact: {
      name: person,
      phone: `0755-2600${String(CAST.indexOf(enterprise) + 1).padStart(4, '0')}`,
      email: `${account}@example.com`,
    },
  }
}

async function apply(stage: Stage, enterprise: Enterprise): Promise<Applied> {
  const entry = entryOf(enterprise)
  return await anybody(stage).call<Applied>('POST', '/api/v1/applications', {
    ...entry,
    licenceImage: licenceOf(entry),
    account: { name: enterprise.account, password: PASSWORD, displayName: enterprise.person },
  })
}

/** Stands for the photograph of the licence: the code that is printed on one, in base64. */
function licenceOf({ uscc, name }: Entry): string {
  const modules = qrModules(`${uscc} ${name}`)
  if (modules === undefined) throw new Error('the licence is too long for a code')
  return qrPng(modules, LICENCE_PX).toString('base64')
}

/** A wrong check digit and a division that is none are both told at once, before anything is stored. */
async function applyWrongly(stage: Stage): Promise<void> {
  const [first] = CAST
  if (first === undefined) return
  const uscc = usccOf(first)
  const flipped = `${uscc.slice(0, -1)}${uscc.endsWith('1') ? '2' : '1'}`
  const body = { ...entryOf(first), uscc: flipped, region: '449999' }
  const told = await refusal(anybody(stage).call('POST', '/api/v1/applications', body))
  const paths = told?.fields.map((it) => it.path) ?? []
  stage.story.check(
    {
      en: 'a wrong check digit and an unknown region are refused, both at once',
      zh: '校验位错误与不存在的行政区划一并指出',
    },
    paths.includes('/uscc') && paths.includes('/region'),
    told ?? 'accepted',
  )
}

/** Returned with a reason for a field, read by the enterprise without signing in, corrected and sent again. */
async function sendBack(stage: Stage, operator: Session, applied: Applied): Promise<void> {
  const { story } = stage
  const enterprise = CAST.find((it) => it.account === HASTY) as Enterprise
  const path = `/api/v1/enterprises/${applied.enterprise}`
  const { version } = await operator.call<Shown>('GET', path)
  const reason = '营业执照为制造业，请按实际经营填写行业'
  await operator.call('POST', decisionPath(applied.enterprise), {
    decision: 'return',
    reasons: [{ path: '/sector', reason }],
    note: '请更正后重新提交 / please correct and send again',
    version,
  })
  const token = encodeURIComponent(applied.statusToken)
  const status = await anybody(stage).call<{ state: string; thread: Thread }>(
    'GET',
    `/api/v1/applications/status?token=${token}`,
  )
  const told = status.thread.at(-1)
  story.check(
    {
      en: `${enterprise.nameEn}: returned, with the reason at /sector`,
      zh: `${enterprise.name}：已退回，并在行业字段注明理由`,
    },
    status.state === 'returned' && told?.reasons?.[0]?.reason === reason,
    status,
  )
  const own = await signIn(stage, { name: HASTY, password: PASSWORD })
  const seen = await own.call<Shown>('GET', path)
  const corrected = await own.call<Shown>('PUT', path, {
    ...entryOf(enterprise),
    sector: enterprise.sector,
    version: seen.version,
  })
  story.check(
    { en: 'corrected and sent again', zh: '企业更正后重新提交' },
    corrected.state === 'applied',
    corrected,
  )
}

async function prefixOf(
  { story }: Stage,
  operator: Session,
  enterprise: Enterprise,
  applied: Applied | undefined,
): Promise<Admitted> {
  const id = applied?.enterprise ?? ''
  const { items } = await operator.call<{ items: readonly { prefix: string; state: string }[] }>(
    'GET',
    `/api/v1/prefixes?enterprise=${encodeURIComponent(id)}`,
  )
  const [allotted] = items
  const prefix = allotted?.prefix ?? ''
  story.check(
    { en: `${prefix}  ${enterprise.nameEn}`, zh: `${prefix}  ${enterprise.name}` },
    items.length === 1 && allotted?.state === 'active',
    items,
  )
  return { enterprise, id, prefix }
}
