import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { packRules } from '../../../test/support/policy-rules.ts'
import { openMemoryEvidence } from '../../kernel/evidence/embedded.ts'
import { openingOf, readEntry } from '../../kernel/evidence/entry.ts'
import type { Claim } from '../../kernel/evidence/evidence.ts'
import { parseVerifierKey, type Verifier } from '../../kernel/evidence/note.ts'
import { packageRoot } from '../../lib/package-root.ts'
import {
  BUNDLE_FORMAT,
  type Bundle,
  bundleDigests,
  checkBundle,
  POLICY_DECISION,
} from './bundle.ts'
import { evaluateSlowly, type Question } from './evaluate.ts'
import { rulesOf } from './rules.ts'

const CHECK_MS_MAX = 60_000
const QUESTION: Question = {
  measure: 'D3-M6a',
  mode: 'as_if_in_force',
  facts: {
    application_date: '2021-09-10',
    applicant: { id: 'E1', type: 'industrial_internet_enterprise', location: 'shenzhen/baoan' },
    guidance_fund_investment_yuan: 1234567.89,
  },
}

type Ran = { readonly code: number; readonly out: string; readonly err: string }

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>
let checker = ''
let bundle: Bundle
let verifierKey = ''
let verifier: Verifier

before(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'checker-'))
  const built = await ran([join(packageRoot(), 'checker/build.ts'), folder.path])
  assert.equal(built.code, 0, built.err)
  checker = join(folder.path, 'waymark-check.mjs')
  const made = await decisionOfRecord()
  bundle = made.bundle
  verifierKey = made.verifierKey
  verifier = parseVerifierKey(verifierKey) ?? assert.fail()
  await writeFile(join(folder.path, 'key'), `${verifierKey}\n`)
})
after(() => folder.remove())

function ran(args: readonly string[]): Promise<Ran> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [...args],
      { timeout: CHECK_MS_MAX, cwd: tmpdir() },
      (error, out, err) => {
        done({ code: error === null ? 0 : Number(error.code ?? -1), out, err })
      },
    )
  })
}

/** A decision that stands in the middle of a log, and everything it was decided from. */
async function decisionOfRecord(): Promise<{ bundle: Bundle; verifierKey: string }> {
  const { privateKey: key } = generateKeyPairSync('ed25519')
  await using log = openMemoryEvidence({ key, name: 'node.example', clock: () => 0 })
  const all = await packRules()
  const rules = {
    measures: all.measures.filter((it) => it.measure.id === QUESTION.measure),
    articles: [],
    prohibitions: [],
  }
  const result = evaluateSlowly(rulesOf(rules), QUESTION)
  assert.equal(result.amount_fen, 6_172_839)
  const parts = { rules, readings: [{ id: 'A-23', version: 1 }], facts: QUESTION.facts, result }
  const claim: Claim = {
    kind: POLICY_DECISION,
    subject: 'E1',
    at: 0,
    fields: { measure: QUESTION.measure, mode: QUESTION.mode, digests: bundleDigests(parts) },
    open: 'public',
  }
  const other = (at: number): Claim => ({ ...claim, subject: `other-${at}` })
  await log.append([0, 1, 2].map(other))
  await log.append([claim])
  await log.append([4, 5, 6].map(other))
  const index = 3
  const opened = (await log.open(index)) ?? assert.fail()
  const leaf = await log.leaf(index)
  const { previous } = readEntry(leaf?.entry ?? assert.fail()) ?? assert.fail()
  return {
    verifierKey: log.verifierKey,
    bundle: {
      format: BUNDLE_FORMAT,
      entry: { index, previous: Buffer.from(previous).toString('base64') },
      opened: openingOf(opened.claim, opened.salt),
      checkpoint: await log.checkpoint(),
      inclusion: (await log.inclusionProof(index, 7)).map((it) => String(it)),
      measure: QUESTION.measure,
      mode: QUESTION.mode,
      ...parts,
    },
  }
}

async function checkFile(content: string, key = 'key'): Promise<Ran> {
  const path = join(folder.path, 'bundle.json')
  await writeFile(path, content)
  return ran([checker, path, '--key', join(folder.path, key)])
}

test('the checker is one file that needs nothing but Node', async () => {
  const text = await readFile(checker, 'utf8')
  const imports = [...text.matchAll(/^import .* from "(.*)";$/gm)].map(([, from]) => from)
  assert.ok(imports.length > 0)
  assert.deepEqual(
    imports.filter((it) => !it?.startsWith('node:')),
    [],
  )
  assert.doesNotMatch(text, /\bimport\(|\brequire\(/)
})

test('a decision of record comes out the same: exit code 0', async () => {
  const { code, out, err } = await checkFile(JSON.stringify(bundle))
  assert.deepEqual({ code, err }, { code: 0, err: '' })
  assert.match(out, /comes out the same/)
})

const cap = (yuan: number) => (it: Bundle) => {
  const [rule] = it.rules.measures
  if (rule === undefined) assert.fail()
  const measure = { ...rule.measure, caps: [{ yuan, per: 'enterprise' as const }] }
  return { ...it, rules: { ...it.rules, measures: [{ ...rule, measure }] } }
}

const TAMPERED: Readonly<Record<string, readonly [(it: Bundle) => object, readonly string[]]>> = {
  'another amount': [
    (it) => ({ ...it, result: { ...it.result, amount_fen: 6_172_840 } }),
    ['digest', 'result'],
  ],
  'another fact': [
    (it) => ({ ...it, facts: { ...it.facts, guidance_fund_investment_yuan: 2_000_000 } }),
    ['digest', 'result'],
  ],
  'a rule that changes nothing here': [cap(9_000_000), ['digest']],
  'a rule that changes the amount': [cap(1), ['digest', 'result']],
  'another reading': [(it) => ({ ...it, readings: [] }), ['digest']],
  'another measure': [(it) => ({ ...it, measure: 'D3-M6b' }), ['not-a-bundle']],
  'another mode': [(it) => ({ ...it, mode: 'live' }), ['question']],
  'another place in the log': [
    (it) => ({ ...it, entry: { ...it.entry, index: 4 } }),
    ['inclusion'],
  ],
  'another entry before it': [
    (it) => ({ ...it, entry: { ...it.entry, previous: Buffer.alloc(32).toString('base64') } }),
    ['inclusion'],
  ],
  'another subject': [(it) => ({ ...it, opened: { ...it.opened, subject: 'E2' } }), ['inclusion']],
  'a proof cut short': [(it) => ({ ...it, inclusion: it.inclusion.slice(1) }), ['inclusion']],
  'an unsigned head': [
    (it) => ({ ...it, checkpoint: it.checkpoint.replace('\n7\n', '\n8\n') }),
    ['checkpoint'],
  ],
  'an opening and digests of its own making': [
    (it) => {
      const parts = { ...it, result: { ...it.result, amount_fen: 1 } }
      const fields = { ...it.opened.fields, digests: bundleDigests(parts) }
      return { ...parts, opened: { ...it.opened, fields } }
    },
    ['inclusion', 'result'],
  ],
  'another format': [(it) => ({ ...it, format: 'waymark-policy-bundle/2' }), ['not-a-bundle']],
  'no rules': [(it) => ({ ...it, rules: {} }), ['not-a-bundle']],
}
for (const [name, [tamper, faults]] of Object.entries(TAMPERED)) {
  test(`${name}: told as ${faults.join(' and ')}`, () => {
    const findings = checkBundle(JSON.parse(JSON.stringify(tamper(bundle))), verifier)
    assert.deepEqual([...new Set(findings.map((it) => it.fault))], faults)
  })
}

test('whatever is wrong ends with exit code 1', async () => {
  const tampered = { ...bundle, result: { ...bundle.result, amount_fen: 1 } }
  assert.equal((await checkFile(JSON.stringify(tampered))).code, 1)
  assert.equal((await checkFile('{')).code, 1)
  assert.equal((await checkFile('null')).code, 1)
  const { privateKey } = generateKeyPairSync('ed25519')
  await using other = openMemoryEvidence({ key: privateKey, name: 'node.example', clock: () => 0 })
  await writeFile(join(folder.path, 'other-key'), other.verifierKey)
  assert.match(
    (await checkFile(JSON.stringify(bundle), 'other-key')).err,
    /checkpoint: .*unknown-key/,
  )
  await writeFile(join(folder.path, 'no-key'), 'x')
  assert.equal((await checkFile(JSON.stringify(bundle), 'no-key')).code, 1)
  assert.equal((await ran([checker])).code, 1)
  assert.equal(
    (await ran([checker, join(folder.path, 'nothing.json'), '--key', join(folder.path, 'key')]))
      .code,
    1,
  )
})
