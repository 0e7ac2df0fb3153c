import type { Names } from '../support/tenants.ts'

type Asked = {
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * How a route keeps tenants apart.
 * `foreign`: asked for something of another enterprise it answers as for something that is not there.
 * `list`: it tells nothing of another enterprise, whatever it is filtered by.
 * `open`: the same for everybody, and why that tells nothing.
 */
export type Row =
  | { readonly kind: 'foreign'; readonly ask: readonly ((n: Names) => Asked)[] }
  | { readonly kind: 'list'; readonly ask: readonly ((n: Names) => Asked)[] }
  | { readonly kind: 'open'; readonly why: string }

const foreign = (...ask: readonly ((n: Names) => string | Asked)[]): Row => ({
  kind: 'foreign',
  ask: ask.map(asked),
})
const list = (...ask: readonly ((n: Names) => string | Asked)[]): Row => ({
  kind: 'list',
  ask: ask.map(asked),
})
const open = (why: string): Row => ({ kind: 'open', why })

function asked(ask: (n: Names) => string | Asked): (n: Names) => Asked {
  return (names) => {
    const it = ask(names)
    return typeof it === 'string' ? { path: it } : it
  }
}

const v1 = '/api/v1'
const label = { en: 'x', zh: 'x' }
const fields = [{ name: 'name', type: 'text', label }]
const entry = {
  uscc: '91440300708461136T',
  name: 'x',
  legalPerson: { name: 'x' },
  region: '440306',
  sector: '4011',
  contact: { name: 'x', phone: '0755-26001234', email: 'x@mail.example' },
}
const SESSION = 'of the session itself'
const TOKEN = 'opened by a secret alone'
const PUBLIC = 'published for everybody'
const DESK = 'of the policy desk, for its staff'
const CASES = 'as if it were not there: tested apart, in policy/cases'
const AFTER_CARE = 'as if it were not there: tested apart, in policy/money'

const handles = (n: Names) => [n.handle, n.retired, n.held]
const onHandles = (ask: (handle: string, n: Names) => string | Asked): Row =>
  foreign(...[0, 1, 2].map((at) => (n: Names) => ask(handles(n)[at] ?? '', n)))
const onTemplates = (ask: (name: string, n: Names) => string | Asked): Row =>
  foreign(
    (n) => ask(n.template, n),
    (n) => ask(n.draft, n),
  )
const onPrefixes = (deed: string, body: unknown): Row =>
  foreign(
    (n) => ({ path: `${v1}/prefixes/${n.prefix}/${deed}`, body }),
    (n) => ({ path: `${v1}/prefixes/${n.derived}/${deed}`, body }),
  )
const act = (deed: string): Row =>
  onHandles((handle) => ({ path: `${v1}/identifiers/${deed}`, body: { handle, reason: 'x' } }))

/** A row for every operation of the API. */
export const TABLE: Readonly<Record<string, Row>> = {
  live: open('a fixed text'),
  ready: open('the state of the stores'),
  metrics: open('of the node as a whole, for staff'),
  makeBackup: open('of the node, for operators'),
  backupState: open('of the node, for operators'),
  readBackup: open('of the node, for operators'),
  deleteBackup: open('of the node, for operators'),
  signIn: open(TOKEN),
  completeSignIn: open(TOKEN),
  askPasskey: open(TOKEN),
  signInByPasskey: open(TOKEN),
  readMySecondFactor: open(SESSION),
  beginTotp: open(SESSION),
  confirmTotp: open(SESSION),
  removeTotp: open(SESSION),
  renewRecoveryCodes: open(SESSION),
  beginPasskey: open(SESSION),
  addPasskey: open(SESSION),
  renamePasskey: open(SESSION),
  removePasskey: open(SESSION),
  signOut: open(SESSION),
  readMe: open(SESSION),
  changeMe: open(SESSION),
  listMySessions: open(SESSION),
  endMyOtherSessions: open(SESSION),
  endMySession: open(SESSION),
  changeMyPassword: open(SESSION),
  readSetup: open('whether there is an operator'),
  setUp: open(TOKEN),
  resetPassword: open(TOKEN),
  acceptInvitation: open(TOKEN),
  joinByInvitation: open(TOKEN),
  checkPassword: open('of what is sent alone'),
  lookAtInvitation: open(TOKEN),
  lookAtReset: open(TOKEN),
  readMail: open('whether the node sends mail'),
  askForgotten: open('the same for everybody, whoever has the address'),
  askFactorLoss: open(TOKEN),
  lookAtFactorLoss: open(TOKEN),
  redeemFactorLoss: open(TOKEN),
  readMyMailAddress: open(SESSION),
  askMyMailAddress: open(SESSION),
  removeMyMailAddress: open(SESSION),
  confirmMailAddress: open(TOKEN),
  listMyViews: open(SESSION),
  saveMyView: open(SESSION),
  removeMyView: open(SESSION),
  listRoles: open('the same for everybody'),
  listUsers: list(
    () => `${v1}/users`,
    (n) => `${v1}/users?enterprise=${n.enterprise}`,
  ),
  createUser: foreign((n) => ({
    path: `${v1}/users`,
    body: { name: 'somebody-new', memberships: [{ enterprise: n.enterprise, role: 'member' }] },
  })),
  readUser: foreign((n) => `${v1}/users/${n.user}`),
  changeUser: foreign((n) => ({ path: `${v1}/users/${n.user}`, body: { displayName: 'x' } })),
  createResetLink: foreign((n) => `${v1}/users/${n.user}/reset-link`),
  invite: foreign((n) => ({
    path: `${v1}/invitations`,
    body: { enterprise: n.enterprise, role: 'member' },
  })),
  listInvitations: list(() => `${v1}/invitations`),
  withdrawInvitation: foreign((n) => `${v1}/invitations/${n.invitation}`),
  listKeys: list(
    () => `${v1}/keys`,
    (n) => `${v1}/keys?enterprise=${n.enterprise}`,
  ),
  createKey: foreign((n) => ({
    path: `${v1}/keys`,
    body: { label: 'x', scopes: ['identifiers.read'], enterprise: n.enterprise },
  })),
  revokeKey: foreign((n) => `${v1}/keys/${n.key}`),
  listAudit: list(
    () => `${v1}/audit?limit=500`,
    (n) => `${v1}/audit?enterprise=${n.enterprise}`,
    (n) => `${v1}/audit?author=${n.user}`,
    (n) => `${v1}/audit?collection=enterprises&id=${n.enterprise}`,
    (n) => `${v1}/audit?collection=imports&id=${n.import}`,
  ),
  getAuditRetention: open('of the node, the same for whoever reads a trail'),
  exportAudit: list(
    () => `${v1}/audit/export`,
    (n) => `${v1}/audit/export?enterprise=${n.enterprise}`,
    (n) => `${v1}/audit/export?author=${n.user}`,
  ),
  searchRegions: open(PUBLIC),
  getRegion: open(PUBLIC),
  searchSectors: open(PUBLIC),
  getSector: open(PUBLIC),
  checkApplication: open(PUBLIC),
  applyAsEnterprise: open('makes something new for whoever asks'),
  getApplicationStatus: open(TOKEN),
  listEnterprises: list(
    () => `${v1}/enterprises`,
    () => `${v1}/enterprises?q=${encodeURIComponent('三菱')}`,
    () => `${v1}/enterprises?state=admitted`,
  ),
  countEnterprises: list(() => `${v1}/enterprises/counts`),
  listLookAlikes: foreign((n) => `${v1}/enterprises/${n.enterprise}/look-alikes`),
  decideEnterprise: foreign((n) => ({
    path: `${v1}/enterprises/${n.enterprise}/decision`,
    body: { decision: 'approve', version: 2 },
  })),
  suspendEnterprise: foreign((n) => ({
    path: `${v1}/enterprises/${n.enterprise}/suspend`,
    body: { reason: 'x' },
  })),
  resumeEnterprise: foreign((n) => ({
    path: `${v1}/enterprises/${n.enterprise}/resume`,
    body: { reason: 'x' },
  })),
  getEnterprise: foreign((n) => `${v1}/enterprises/${n.enterprise}`),
  correctEnterprise: foreign((n) => ({
    path: `${v1}/enterprises/${n.enterprise}`,
    body: { ...entry, version: 2 },
  })),
  getEnterpriseThread: foreign((n) => `${v1}/enterprises/${n.enterprise}/thread`),
  getLicence: foreign((n) => `${v1}/enterprises/${n.enterprise}/licence`),
  putLicence: foreign((n) => ({
    path: `${v1}/enterprises/${n.enterprise}/licence?version=2`,
    headers: { 'content-type': 'image/png' },
    body: Buffer.from('no picture'),
  })),
  listFiles: list((n) => `${v1}/files?enterprise=${n.enterprise}`),
  uploadFile: foreign((n) => ({
    path: `${v1}/files?enterprise=${n.enterprise}&name=x.txt`,
    headers: { 'content-type': 'text/plain' },
    body: 'x',
  })),
  readFile: foreign((n) => `${v1}/files/${n.file}`),
  deleteFile: foreign((n) => `${v1}/files/${n.file}`),
  evidenceCheckpoint: open(PUBLIC),
  evidenceKey: open(PUBLIC),
  evidenceHandovers: open(PUBLIC),
  evidenceTile: open(PUBLIC),
  listEvidence: list(
    (n) => `${v1}/evidence?subject=${n.enterprise}`,
    (n) => `${v1}/evidence?subject=${n.prefix}`,
    () => `${v1}/evidence?limit=200`,
  ),
  getEvidence: open('the digest and its proof are public; who may open it is tested apart'),
  proveConsistency: open(PUBLIC),
  listPrefixes: list(
    () => `${v1}/prefixes`,
    (n) => `${v1}/prefixes?enterprise=${n.enterprise}`,
    (n) => `${v1}/prefixes?parent=${n.prefix}`,
    () => `${v1}/prefixes?parent=88.100`,
    () => `${v1}/prefixes?state=active`,
    () => `${v1}/prefixes?top=true&growth=30`,
    (n) => `${v1}/prefixes?q=${n.prefix}`,
    (n) => `${v1}/prefixes?q=88&enterprise=${n.enterprise}`,
  ),
  allotPrefix: foreign((n) => ({ path: `${v1}/prefixes`, body: { enterprise: n.enterprise } })),
  readPrefix: foreign(
    (n) => `${v1}/prefixes/${n.prefix}`,
    (n) => `${v1}/prefixes/${n.derived}`,
  ),
  readPrefixGrowth: foreign(
    (n) => `${v1}/prefixes/${n.prefix}/growth`,
    (n) => `${v1}/prefixes/${n.derived}/growth`,
  ),
  readPrefixReach: foreign(
    (n) => `${v1}/prefixes/${n.prefix}/reach`,
    (n) => `${v1}/prefixes/${n.derived}/reach`,
  ),
  derivePrefix: onPrefixes('derive', { segment: '9' }),
  listHandleKeys: foreign(
    (n) => `${v1}/prefixes/${n.prefix}/handle-keys`,
    (n) => `${v1}/prefixes/${n.derived}/handle-keys`,
  ),
  addHandleKey: onPrefixes('handle-keys', { kind: 'secret' }),
  rotateHandleKey: onPrefixes('handle-keys/300/rotate', { kind: 'secret' }),
  revokeHandleKey: foreign(
    (n) => `${v1}/prefixes/${n.prefix}/handle-keys/300`,
    (n) => `${v1}/prefixes/${n.derived}/handle-keys/300`,
  ),
  getNamespace: foreign(
    (n) => `${v1}/prefixes/${n.prefix}/namespace`,
    (n) => `${v1}/prefixes/${n.derived}/namespace`,
  ),
  putNamespace: onPrefixes('namespace', { xml: '<namespace/>' }),
  checkNamespace: onPrefixes('namespace/check', { xml: '<namespace/>', suffix: 'a' }),
  deleteNamespace: foreign(
    (n) => `${v1}/prefixes/${n.prefix}/namespace`,
    (n) => `${v1}/prefixes/${n.derived}/namespace`,
  ),
  suspendPrefix: onPrefixes('suspend', { reason: 'x' }),
  resumePrefix: onPrefixes('resume', {}),
  holdPrefix: onPrefixes('hold', { order: 'x', authority: 'x', reason: 'x' }),
  liftPrefix: onPrefixes('lift', {}),
  releasePrefix: onPrefixes('release', { reason: 'x' }),
  delegatePrefix: onPrefixes('delegate', { sites: [{ url: 'https://x.example' }] }),
  takeBackPrefix: onPrefixes('take-back', {}),
  requestPrefix: foreign((n) => ({
    path: `${v1}/prefix-requests`,
    body: { enterprise: n.enterprise },
  })),
  listPrefixRequests: list(
    () => `${v1}/prefix-requests`,
    () => `${v1}/prefix-requests?state=open`,
  ),
  grantPrefixRequest: foreign((n) => `${v1}/prefix-requests/${n.request}/grant`),
  refusePrefixRequest: foreign((n) => ({
    path: `${v1}/prefix-requests/${n.request}/refuse`,
    body: { reason: 'x' },
  })),
  readNode: open(PUBLIC),
  changeNode: open('of the node, for operators'),
  listTemplates: list(
    () => `${v1}/templates`,
    (n) => `${v1}/templates?prefix=${n.prefix}`,
    (n) => `${v1}/templates?name=${n.template}`,
    (n) => `${v1}/templates?prefix=${n.prefix}&name=${n.draft}`,
  ),
  createTemplate: foreign((n) => ({
    path: `${v1}/templates`,
    body: { prefix: n.prefix, name: n.template, label, fields },
  })),
  checkTemplate: onTemplates((name, n) => ({
    path: `${v1}/templates/check`,
    body: { prefix: n.prefix, name, version: 1, definition: { label, fields } },
  })),
  readNewestTemplate: onTemplates((name, n) => `${v1}/templates/${n.prefix}/${name}`),
  readTemplate: onTemplates((name, n) => `${v1}/templates/${n.prefix}/${name}/1`),
  changeTemplateDraft: onTemplates((name, n) => ({
    path: `${v1}/templates/${n.prefix}/${name}/1`,
    body: { label, fields },
  })),
  discardTemplateDraft: onTemplates((name, n) => `${v1}/templates/${n.prefix}/${name}/1`),
  readTemplateSchema: onTemplates((name, n) => `${v1}/templates/${n.prefix}/${name}/1/schema`),
  createTemplateVersion: onTemplates((name, n) => ({
    path: `${v1}/templates/${n.prefix}/${name}/versions`,
    body: { label, fields },
  })),
  publishTemplate: onTemplates((name, n) => ({
    path: `${v1}/templates/${n.prefix}/${name}/1/publish`,
    body: {},
  })),
  withdrawTemplate: onTemplates((name, n) => ({
    path: `${v1}/templates/${n.prefix}/${name}/1/withdraw`,
    body: {},
  })),
  registerIdentifier: onHandles((handle, n) => ({
    path: `${v1}/identifiers`,
    body: { handle, template: n.template, fields: { name: 'x' } },
  })),
  listIdentifiers: list(
    () => `${v1}/identifiers`,
    (n) => `${v1}/identifiers?prefix=${n.prefix}`,
    (n) => `${v1}/identifiers?template=${n.template}`,
    (n) => `${v1}/identifiers?prefix=${n.prefix}&q=pump`,
    () => `${v1}/identifiers?q=secret`,
    (n) => `${v1}/identifiers?q=${n.handle}`,
    () => `${v1}/identifiers?q=bravo`,
  ),
  readIdentifier: onHandles((handle) => `${v1}/identifiers/${handle}`),
  changeIdentifier: onHandles((handle, n) => ({
    path: `${v1}/identifiers/${handle}`,
    body: { version: 1, template: n.template, fields: { name: 'x' } },
  })),
  changeIdentifierFields: onHandles((handle) => ({
    path: `${v1}/identifiers/${handle}`,
    body: { fields: { name: 'x' } },
  })),
  proposeSuffix: foreign((n) => `${v1}/prefixes/${n.prefix}/next-suffix?stem=P-`),
  retireIdentifier: act('retire'),
  restoreIdentifier: act('restore'),
  holdIdentifier: act('hold'),
  liftIdentifier: act('lift'),
  readIdentifierHistory: onHandles((handle) => `${v1}/history/${handle}`),
  listImports: list(
    () => `${v1}/imports`,
    () => `${v1}/imports?key=x`,
    (n) => `${v1}/imports?prefix=${n.prefix}`,
  ),
  importFile: foreign(
    (n) => ({
      path: `${v1}/imports?prefix=${n.prefix}&template=${n.template}`,
      body: 'suffix,name\nx,x\n',
    }),
    (n) => ({ path: `${v1}/imports?resume=${n.import}.token`, body: 'x,x\n' }),
    (n) => ({
      path: `${v1}/imports?format=handle-json&dryRun=true`,
      body: JSON.stringify({ handle: n.handle, values: [{ index: 1, type: 'URL', data: 'x' }] }),
    }),
  ),
  previewImport: foreign((n) => ({
    path: `${v1}/imports/preview?prefix=${n.prefix}&template=${n.template}`,
    body: 'suffix,name\nx,x\n',
  })),
  getImport: foreign((n) => `${v1}/imports/${n.import}`),
  cancelImport: foreign((n) => `${v1}/imports/${n.import}/cancel`),
  undoImport: foreign((n) => `${v1}/imports/${n.import}/undo`),
  getImportResult: foreign((n) => `${v1}/imports/${n.import}/result`),
  followImport: foreign((n) => `${v1}/imports/${n.import}/events`),
  exportIdentifiers: foreign(
    (n) => `${v1}/exports?prefix=${n.prefix}&template=${n.template}`,
    (n) => `${v1}/exports?prefix=${n.derived}&format=ndjson`,
    (n) => `${v1}/exports?prefix=${n.prefix}&format=ndjson&q=pump`,
  ),
  explainIdentifier: open('what resolution tells everybody: tested apart'),
  listResolutions: list(
    () => `${v1}/resolutions`,
    (n) => `${v1}/resolutions?prefix=${n.prefix}`,
    (n) => `${v1}/resolutions?prefix=${n.derived}`,
  ),
  statisticsByDay: list(
    () => `${v1}/statistics/days`,
    (n) => `${v1}/statistics/days?prefix=${n.prefix}`,
    (n) => `${v1}/statistics/days?prefix=${n.derived}`,
  ),
  statisticsByPrefix: list(() => `${v1}/statistics/prefixes`),
  statisticsByRegion: open('of the node, for operators and auditors'),
  statisticsBySector: open('of the node, for operators and auditors'),
  readNodeHealth: open('of the node, for operators'),
  listSupportCalls: open(PUBLIC),
  readSupportCall: open(PUBLIC),
  openSupportCall: open(DESK),
  changeSupportCallClosing: open(DESK),
  previewApplication: foreign((n) => ({
    path: `${v1}/policy/calls/none/preview`,
    body: { enterprise: n.enterprise, form: { project: 'x', measures: ['x'], facts: {} } },
  })),
  submitApplication: foreign((n) => ({
    path: `${v1}/policy/applications`,
    headers: { 'idempotency-key': 'x' },
    body: {
      call: 'none',
      enterprise: n.enterprise,
      form: { project: 'x', measures: ['x'], facts: {} },
    },
  })),
  listApplications: list(
    () => `${v1}/policy/applications`,
    (n) => `${v1}/policy/applications?enterprise=${n.enterprise}`,
  ),
  listSupportCases: open(DESK),
  countSupportCases: open(DESK),
  readSupportCase: open(CASES),
  readSupportCaseThread: open(CASES),
  readSupportCaseFile: open(CASES),
  actOnSupportCase: open(CASES),
  listDeterminations: open(CASES),
  determine: open(CASES),
  readOutlook: open(CASES),
  listFindings: open(CASES),
  listPosts: open(DESK),
  putPost: open(DESK),
  listOffices: open(DESK),
  nameOffice: open(DESK),
  forgetOffice: open(DESK),
  listCalendars: open(PUBLIC),
  putCalendar: open(DESK),
  simulatePolicy: open(DESK),
  listPolicyBatches: open(DESK),
  startPolicyBatch: open(DESK),
  readPolicyBatch: open(DESK),
  changePolicyBatch: open(DESK),
  readPolicyBatchResult: open(DESK),
  readPolicyBatchCase: open(DESK),
  listLedgers: open(DESK),
  openLedger: open(DESK),
  getLedger: open(DESK),
  listLedgerEntries: open(DESK),
  exportLedger: open(DESK),
  bookLedgerEntry: open(DESK),
  checkLedger: open(DESK),
  listAwardsToPay: list(
    () => `${v1}/policy/payments/awards`,
    (n) => `${v1}/policy/payments/awards?enterprise=${n.enterprise}`,
  ),
  listPayments: list(
    () => `${v1}/policy/payments`,
    (n) => `${v1}/policy/payments?enterprise=${n.enterprise}`,
  ),
  planPayments: open(DESK),
  meetPaymentCondition: open(DESK),
  orderPayment: open(DESK),
  withdrawPaymentOrder: open(DESK),
  confirmPayment: open(DESK),
  reversePayment: open(DESK),
  getPaymentRule: open(DESK),
  setPaymentRule: open(DESK),
  listDuties: list(
    () => `${v1}/policy/duties`,
    (n) => `${v1}/policy/duties?enterprise=${n.enterprise}`,
  ),
  setDuty: open(DESK),
  reportOnDuty: open(AFTER_CARE),
  answerDutyReport: open(DESK),
  endDuty: open(DESK),
  readAfterCareFile: open(AFTER_CARE),
  listRecoveries: list(
    () => `${v1}/policy/recoveries`,
    (n) => `${v1}/policy/recoveries?enterprise=${n.enterprise}`,
  ),
  openRecovery: open(DESK),
  answerRecovery: open(AFTER_CARE),
  decideRecovery: open(DESK),
  bookReturn: open(DESK),
  askUndoReturn: open(DESK),
  answerUndoReturn: open(DESK),
  askUndoVoucher: open(DESK),
  answerUndoVoucher: open(DESK),
  listVoucherSeries: open('the same for everybody who may apply'),
  openVoucherSeries: open(DESK),
  closeVoucherSeries: open(DESK),
  issueVoucher: foreign((n) => ({
    path: `${v1}/policy/voucher-series/none/vouchers`,
    body: { key: 'tenancy-1', enterprise: n.enterprise },
  })),
  listVouchers: list(
    () => `${v1}/policy/vouchers`,
    (n) => `${v1}/policy/vouchers?enterprise=${n.enterprise}`,
    (n) => `${v1}/policy/vouchers?as=provider&enterprise=${n.enterprise}`,
  ),
  claimVoucher: foreign((n) => ({
    path: `${v1}/policy/vouchers/claim`,
    body: { key: 'tenancy-2', provider: n.enterprise, code: 'x', invoice: 'x', invoiceFen: '1' },
  })),
  answerVoucherClaim: open(AFTER_CARE),
  payVoucher: open(DESK),
  listPolicyRegions: open(PUBLIC),
  listMeasures: open(PUBLIC),
  readMeasure: open(PUBLIC),
  policyVocabulary: open(PUBLIC),
  evaluatePolicy: open('reckoned from what is asked alone'),
  explainPolicy: open('reckoned from what is asked alone'),
  policyFits: foreign((n) => ({
    path: `${v1}/policy/fits`,
    body: { facts: {}, enterprise: n.enterprise },
  })),
  listMeasuredFacts: foreign((n) => `${v1}/policy/enterprises/${n.enterprise}/facts`),
  listOwnProposals: foreign((n) => `${v1}/policy/enterprises/${n.enterprise}/proposals`),
  beginAwardPlan: open(DESK),
  listAwardPlans: open(DESK),
  getAwardPlan: open(DESK),
  listPlanCandidates: open(DESK),
  computeAwardPlan: open(DESK),
  actOnAwardPlan: open(DESK),
  listPlanNotices: open(PUBLIC),
  getPlanNotice: open(PUBLIC),
  objectToPlan: open('of what is published for everybody'),
  listPlanResults: list(
    () => `${v1}/policy/results`,
    () => `${v1}/policy/results?case=none`,
  ),
  listAwards: open(PUBLIC),
  exportAwards: open(PUBLIC),
  getAward: open(PUBLIC),
  getAwardBundle: open(PUBLIC),
  listOwnPanels: open('of the expert who asks'),
  listPapers: open(PUBLIC),
  papersFeed: open(PUBLIC),
  getPaper: open(PUBLIC),
  listPaperDrafts: open(DESK),
  getPaperDraft: open(DESK),
  beginPaper: open(DESK),
  writePaper: open(DESK),
  actOnPaper: open(DESK),
  listPolicyDepartments: open(PUBLIC),
  listConsultations: open(PUBLIC),
  getConsultation: open(PUBLIC),
  commentOnDraft: open('anybody comments, and nobody is told of others who do'),
  followComment: open(TOKEN),
  listComments: open(DESK),
  answerComments: open(DESK),
  writeLetter: open('anybody writes, and nobody is told of others who do'),
  followLetter: open(TOKEN),
  rateLetter: open(TOKEN),
  listLetters: open(DESK),
  getLetter: open(DESK),
  actOnLetter: open(DESK),
  attachToLetter: open(TOKEN),
  attachToComment: open(TOKEN),
  attachToPaper: open(DESK),
  detachFromPaper: open(DESK),
  readLetterFile: open(DESK),
  readCommentFile: open(DESK),
  readPaperFile: open('published files for everybody, the others for the desk'),
  getLetterTerms: open(PUBLIC),
  stateLetterTerms: open(DESK),
  listProposals: open('published replies; the rest is for the office alone'),
  getProposal: open('published replies; the rest is for the office alone'),
  takeProposal: open(DESK),
  writeProposal: open(DESK),
  actOnProposal: open(DESK),
  listHigherPlans: open(PUBLIC),
  readEvaluationFigures: open(DESK),
  stateEvaluation: open(DESK),
  listEvaluations: open(PUBLIC),
  readEvaluation: open(PUBLIC),
  listMeasureDrafts: open(DESK),
  createMeasureDraft: open(DESK),
  readMeasureDraft: open(DESK),
  changeMeasureDraft: open(DESK),
  checkMeasureDraft: open(DESK),
  readMeasureYaml: open(DESK),
  proposeMeasureDraft: open(DESK),
  adoptMeasureDraft: open(DESK),
  rejectMeasureDraft: open(DESK),
  withdrawMeasureDraft: open(DESK),
  readEditorVocabulary: open(DESK),
  listRules: open(PUBLIC),
  readDeterminacy: open('sums over all awards'),
  listRuleVersions: open(PUBLIC),
  retireRuleVersion: open(DESK),
  landingPage: open(PUBLIC),
  identifierPage: open('public values alone: tested apart'),
  resolveHandle: open('public values alone: tested apart'),
}
