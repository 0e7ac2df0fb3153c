import type { Measure, Prohibition } from '../measure-schema.ts'
import type { Finding, Place } from './conditions.ts'
import { isJson, itemsAt, liesIn, listAt, look, missing, type Scope, textAt } from './facts.ts'

export type Mode = 'live' | 'as_if_in_force'

/** Each applicant type and the one right above it (reference §0.4, “Applicant types form a tree”). */
const ABOVE: Readonly<Record<string, readonly string[]>> = {
  industrial_enterprise: ['enterprise'],
  manufacturing_enterprise: ['industrial_enterprise'],
  sme: ['enterprise'],
  large_enterprise: ['enterprise'],
  trading_enterprise: ['enterprise'],
  platform_operator: ['enterprise'],
  node_operator: ['enterprise'],
  service_provider: ['enterprise'],
  solution_provider: ['enterprise'],
  service_and_solution_provider: ['service_provider', 'solution_provider'],
  software_developer: ['enterprise'],
  industrial_internet_enterprise: ['enterprise'],
  association: ['social_organization'],
}

export function isOfType(type: string, named: string): boolean {
  return type === named || (ABOVE[type] ?? []).some((it) => isOfType(it, named))
}

const NONE = { refused: [], open: [] }
type Said = Pick<Finding, 'refused' | 'open'>

/** What the law, the batch, the applicant’s kind and place, the documents and earlier awards say. */
export function standingOf(measure: Measure, mode: Mode, scope: Scope, here: Place): Said {
  const all = [
    mode === 'live' ? inForce(measure, scope) : NONE,
    openInBatch(measure, scope),
    beneficiary(measure, scope),
    region(measure, scope, here),
    evidence(scope),
    oneTime(measure, scope),
  ]
  return { refused: all.flatMap((it) => it.refused), open: all.flatMap((it) => it.open) }
}

/** Of a selection among applicants only what holds for all of them. */
export function standingOfRun(measure: Measure, mode: Mode, scope: Scope): Said {
  const all = [
    mode === 'live' ? inForce(measure, scope) : NONE,
    openInBatch(measure, scope),
    evidence(scope),
  ]
  return { refused: all.flatMap((it) => it.refused), open: all.flatMap((it) => it.open) }
}

export function inForce(
  rule: Pick<Measure | Prohibition, 'standing' | 'inForce'>,
  scope: Scope,
): Said {
  if (rule.standing === 'letter') return { refused: ['SOURCE_NOT_A_MEASURE'], open: [] }
  if (rule.standing === 'draft') return { refused: ['NOT_IN_FORCE_DRAFT'], open: [] }
  const span = rule.inForce
  if (span === undefined) return NONE
  const day = textAt(scope, 'application_date')
  if (day === undefined) return { refused: [], open: ['MISSING_FACT:application_date'] }
  const unit = 'from' in span ? day : day.slice(0, 7)
  const [first, last] = 'from' in span ? [span.from, span.to] : [span.fromMonth, span.toMonth]
  if (unit < first || unit > last) return { refused: ['OUT_OF_VALIDITY'], open: [] }
  const isEdge = !('from' in span) && (unit === first || unit === last)
  return { refused: [], open: isEdge ? ['VALIDITY_DAY_UNSPECIFIED'] : [] }
}

function openInBatch({ id }: Measure, scope: Scope): Said {
  const batch = look(scope, 'batch')
  const opened = isJson(batch) ? listAt([batch], 'open_measures') : undefined
  // a batch that opens an article opens its branches
  const article = id.replace(/(?<=\d)[a-z]$/, '')
  const isOpen = opened === undefined || opened.includes(id) || opened.includes(article)
  return isOpen ? NONE : { refused: ['NOT_OPEN_IN_BATCH'], open: [] }
}

function beneficiary({ beneficiaries }: Measure, scope: Scope): Said {
  if (beneficiaries === undefined) return NONE
  const type = textAt(scope, 'applicant.type')
  if (type === undefined) return { refused: [], open: [missing('applicant.type', scope)] }
  const isOne = beneficiaries.some((it) => isOfType(type, it))
  return isOne ? NONE : { refused: ['WRONG_BENEFICIARY_TYPE'], open: [] }
}

function region({ region: where }: Measure, scope: Scope, here: Place): Said {
  if (where === 'free') return NONE
  const place = textAt(scope, 'applicant.location')
  if (place === undefined) return { refused: [], open: [missing('applicant.location', scope)] }
  return liesIn(place, here) ? NONE : { refused: ['WRONG_REGION'], open: [] }
}

function evidence(scope: Scope): Said {
  const provided = listAt(scope, 'evidence_provided') ?? []
  const missing = (listAt(scope, 'evidence_required') ?? []).filter((it) => !provided.includes(it))
  return { refused: [], open: missing.map((it) => `MISSING_EVIDENCE:${String(it)}`) }
}

function oneTime({ id, oneTime: once }: Measure, scope: Scope): Said {
  const isGranted =
    once === true && (itemsAt(scope, 'prior_awards') ?? []).some((it) => it.measure === id)
  return isGranted ? { refused: ['ONE_TIME_ALREADY_GRANTED'], open: [] } : NONE
}
