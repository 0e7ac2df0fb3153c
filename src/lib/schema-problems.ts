import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { Check, Errors } from 'typebox/value'
import type { FieldProblem } from './problem.ts'
import { reasonFor } from './schema-reasons.ts'

/** Problems told about one value; the rest would only bury them. */
const FIELD_PROBLEMS_MAX = 200

/** What a validator says of one place. TypeBox and Ajv both speak this. */
export type SchemaError = {
  readonly keyword: string
  /** JSON Pointer of the value. */
  readonly instancePath: string
  /** JSON Pointer of the schema that holds the keyword, after `#`. */
  readonly schemaPath: string
  readonly params: object
}

type Checker = { Check(value: unknown): boolean; Errors(value: unknown): readonly SchemaError[] }

/** To compile a schema costs as much as to walk it this often; many are asked a few dozen times in all. */
const WALKS_MAX = 100

type Known = { walks: number; readonly walking: Checker; compiled?: Checker }
const checkers = new WeakMap<TSchema, Known>()

/** What checks by a schema: at first by walking it, compiled once it is asked often. Both say the same. */
function checkerOf(schema: TSchema): Checker {
  const known = checkers.get(schema) ?? begun(schema)
  if (known.walks++ < WALKS_MAX) return known.walking
  known.compiled ??= Compile(schema) as unknown as Checker
  return known.compiled
}

function begun(schema: TSchema): Known {
  const walking: Checker = {
    Check: (value) => Check(schema, value),
    Errors: (value) => Errors(schema, value) as readonly SchemaError[],
  }
  const known = { walks: 0, walking }
  checkers.set(schema, known)
  return known
}

/** Whether a value is what the schema says. */
export function matches(schema: TSchema, value: unknown): boolean {
  return checkerOf(schema).Check(value)
}

/**
 * Everything that is wrong with a value by its schema: empty when nothing is. At most 200 problems are told. A subschema
 * may say in people's words what would be right by an annotation `x-expected: {en, zh}`.
 */
export function fieldProblems(schema: TSchema, value: unknown): FieldProblem[] {
  const checker = checkerOf(schema)
  if (checker.Check(value)) return []
  return problemsOf(schema, allErrors(checker, value))
}

/** TypeBox stops at eight errors unless its process-wide setting says otherwise; it is put back at once. */
function allErrors(checker: Checker, value: unknown): readonly SchemaError[] {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: FIELD_PROBLEMS_MAX * 4 })
  try {
    return checker.Errors(value)
  } finally {
    Settings.Set({ maxErrors })
  }
}

/** The same from errors a validator already found, e.g. at the HTTP edge. */
export function problemsOf(schema: TSchema, errors: readonly SchemaError[]): FieldProblem[] {
  const problems = new Map<string, FieldProblem>()
  for (const error of withoutRepeats(withoutAlternatives(errors))) {
    for (const problem of reasonFor(error, subschema(schema, error.schemaPath))) {
      const key = `${problem.path} ${problem.reason.en}`
      if (!problems.has(key)) problems.set(key, problem)
      if (problems.size === FIELD_PROBLEMS_MAX) return [...problems.values()]
    }
  }
  return [...problems.values()]
}

/** A text that is too short is told so, and not also that it has not the right form. */
function withoutRepeats(errors: readonly SchemaError[]): SchemaError[] {
  const short = new Set(
    errors.filter((it) => it.keyword === 'minLength').map((it) => it.instancePath),
  )
  return errors.filter((it) => it.keyword !== 'pattern' || !short.has(it.instancePath))
}

/**
 * A union reports the errors of all its alternatives and then that none matched. A person meant one of them: where that
 * one can be told, only its errors stay; otherwise only the union's.
 */
function withoutAlternatives(errors: readonly SchemaError[]): SchemaError[] {
  let kept = [...errors]
  const unions = errors.filter((it) => it.keyword === 'anyOf' || it.keyword === 'oneOf')
  for (const union of unions) {
    const below = `${union.schemaPath}/${union.keyword}/`
    const inside = kept.filter((it) => isInside(it, union, below))
    const meant = meantAlternative(inside, union, below)
    const dropped = new Set<SchemaError>(inside)
    if (meant === undefined) {
      const at = kept.indexOf(union)
      const values = inside.flatMap((it) => allowed(it, union))
      const literals = inside.length > 0 && values.length === inside.length
      if (literals && at >= 0)
        kept[at] = { ...union, keyword: 'enum', params: { allowedValues: values } }
    } else {
      for (const error of meant) dropped.delete(error)
      dropped.add(union)
    }
    kept = kept.filter((it) => !dropped.has(it))
  }
  return kept
}

function isInside(error: SchemaError, union: SchemaError, below: string): boolean {
  return (
    error !== union &&
    error.schemaPath.startsWith(below) &&
    (error.instancePath === union.instancePath ||
      error.instancePath.startsWith(`${union.instancePath}/`))
  )
}

/** The errors of the one alternative that is of the right type and has the right literals, if exactly one is. */
function meantAlternative(
  inside: readonly SchemaError[],
  union: SchemaError,
  below: string,
): readonly SchemaError[] | undefined {
  const alternatives = Object.groupBy(
    inside,
    (it) => it.schemaPath.slice(below.length).split('/')[0] ?? '',
  )
  const near = Object.values(alternatives).filter(
    (them) =>
      them !== undefined &&
      !them.some(
        (it) =>
          it.keyword === 'const' ||
          (it.keyword === 'type' && it.instancePath === union.instancePath),
      ),
  )
  return near.length === 1 ? near[0] : undefined
}

function allowed(error: SchemaError, union: SchemaError): unknown[] {
  if (error.keyword !== 'const' || error.instancePath !== union.instancePath) return []
  return 'allowedValue' in error.params ? [error.params.allowedValue] : []
}

function subschema(schema: TSchema, schemaPath: string): unknown {
  let here: unknown = schema
  for (const step of schemaPath.replace(/^#?\/?/, '').split('/')) {
    if (step === '') continue
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return here
}
