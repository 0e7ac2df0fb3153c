import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaseWorld, OFFICER, PROCEDURE } from '../../../test/support/case-world.ts'
import { publishProcedure } from './desk.ts'
import { type Need, type Procedure, procedureFaults, type Step } from './procedure.ts'

/** The procedure with one step changed. */
function changed(id: string, change: (step: Step) => Partial<Step>): Procedure {
  const steps = PROCEDURE.steps.map((it) => (it.id === id ? { ...it, ...change(it) } : it))
  return { ...PROCEDURE, steps }
}

const title = { en: 'X', zh: 'X' }
const FAULTS: readonly (readonly [string, Procedure, readonly string[]])[] = [
  ['a sound one', PROCEDURE, []],
  [
    'a step that does not exist',
    changed('approval', () => ({ outcomes: [{ id: 'x', title, to: 'nowhere' }] })),
    ['/steps/4/outcomes/0/to there is no step “nowhere”'],
  ],
  [
    'a role that does not exist',
    changed('acceptance', () => ({ by: ['clerk'] })),
    ['/steps/0/by there is no role “clerk”'],
  ],
  [
    'an outcome twice',
    changed('joint-opinion', ({ outcomes }) => ({
      outcomes: [...outcomes, ...outcomes.slice(0, 1)],
    })),
    ['/steps/2/outcomes/2/id “heard” is there twice'],
  ],
  [
    'a need that no rule can meet',
    changed('acceptance', ({ outcomes }) => ({
      outcomes: outcomes.map((it) => ({ ...it, needs: ['approved' satisfies Need] })),
    })),
    [
      '/steps/0/outcomes/0/needs “approved” can never be so: the step has no rule for it',
      '/steps/0/outcomes/1/needs “approved” can never be so: the step has no rule for it',
    ],
  ],
  [
    'a panel that only ranks and is to pass',
    changed('expert-review', ({ panel }) => {
      assert.ok(panel?.tally.kind === 'scores')
      const { passesAt: _, ...tally } = panel.tally
      return { panel: { ...panel, tally } }
    }),
    [
      '/steps/1/outcomes/0/needs “panel-passed” can never be so: the step has no rule for it',
      '/steps/1/outcomes/1/needs “panel-failed” can never be so: the step has no rule for it',
    ],
  ],
  [
    'members dropped till nobody is left',
    changed('expert-review', ({ panel }) => {
      assert.ok(panel?.tally.kind === 'scores')
      const drop = { highest: 1, lowest: 1, fromMembers: 2 }
      return { panel: { ...panel, tally: { ...panel.tally, drop } } }
    }),
    ['/steps/1/panel/tally/drop would leave nobody'],
  ],
  [
    'thresholds that do not rise',
    changed('approval', () => ({
      approval: {
        levels: [
          { from: '10', roles: ['head'] },
          { from: '9', roles: ['director'] },
        ],
      },
    })),
    ['/steps/4/approval/levels/1/from must be above the row before'],
  ],
  [
    'a step nobody comes to, and no end',
    {
      ...changed('acceptance', () => ({ outcomes: [{ id: 'x', title, to: 'acceptance' }] })),
      steps: changed('acceptance', () => ({
        outcomes: [{ id: 'x', title, to: 'acceptance' }],
      })).steps.slice(0, 2),
    },
    [
      '/steps/1/outcomes/0/to there is no step “joint-opinion”',
      '/steps/1 is never come to',
      '/steps no case ever ends',
    ],
  ],
]

for (const [name, procedure, expected] of FAULTS) {
  test(`procedures: ${name}`, () => {
    const told = procedureFaults(procedure).map((it) => `${it.path} ${it.reason.en}`)
    assert.deepEqual(told, expected)
  })
}

test('a procedure is published once under its version, and never with other steps', async () => {
  await using world = await CaseWorld.open()
  await publishProcedure(world.desk, PROCEDURE, OFFICER.author)
  const other = changed('acceptance', () => ({ isFinal: true }))
  await assert.rejects(publishProcedure(world.desk, other, OFFICER.author), {
    code: 'already-exists',
  })
  await publishProcedure(world.desk, { ...other, version: '2' }, OFFICER.author)
  const broken = { ...changed('acceptance', () => ({ by: ['clerk'] })), version: '3' }
  await assert.rejects(publishProcedure(world.desk, broken, OFFICER.author), {
    code: 'invalid-input',
  })
})
