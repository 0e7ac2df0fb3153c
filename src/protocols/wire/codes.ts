/** Operations by their number (RFC 3652 §2.2.2.1, and those of Handle.Net and of industrial-identifier clients). */
export const OP = {
  resolution: 1,
  getSiteInfo: 2,
  createHandle: 100,
  deleteHandle: 101,
  addValue: 102,
  removeValue: 103,
  modifyValue: 104,
  listHandles: 105,
  listPrefixes: 106,
  challengeResponse: 200,
  verifyResponse: 201,
  homePrefix: 300,
  unhomePrefix: 301,
  listHomedPrefixes: 302,
  sessionSetup: 400,
  sessionTerminate: 401,
  sessionExchangeKey: 402,
  loginIdSystem: 2001,
} as const

/** Flags of an operation (RFC 3652 §2.2.2.3; the last three are Handle.Net's). Unknown ones survive. */
export const OP_FLAG = {
  /** AT: ask a primary server. */
  authoritative: 0x8000_0000,
  /** CT: sign the reply. */
  certified: 0x4000_0000,
  encrypted: 0x2000_0000,
  /** REC: the server may ask others. */
  recursive: 0x1000_0000,
  /** CA: a cache may sign. */
  cacheCertified: 0x0800_0000,
  /** CN: more messages of this answer follow. */
  continuous: 0x0400_0000,
  /** KC: the connection stays open. */
  keepConnection: 0x0200_0000,
  /** PO: values that everybody may read alone. */
  publicOnly: 0x0100_0000,
  /** RD: the answer begins with the digest of its request. */
  returnDigest: 0x0080_0000,
  overwrite: 0x0040_0000,
  mintSuffix: 0x0020_0000,
  doNotRefer: 0x0010_0000,
} as const

/** Response codes (RFC 3652 §2.2.2.2), with the meaning that Handle.Net gives them. */
export const RESPONSE = {
  success: 1,
  error: 2,
  serverBusy: 3,
  protocolError: 4,
  operationNotSupported: 5,
  recursionTooHigh: 6,
  serverReadOnly: 7,
  handleNotFound: 100,
  handleExists: 101,
  invalidHandle: 102,
  valuesNotFound: 200,
  valueExists: 201,
  invalidValue: 202,
  siteInfoExpired: 300,
  serverNotResponsible: 301,
  serviceReferral: 302,
  prefixReferral: 303,
  invalidAdmin: 400,
  insufficientPermissions: 401,
  authenticationNeeded: 402,
  authenticationFailed: 403,
  invalidCredential: 404,
  authenticationTimedOut: 405,
  unableToAuthenticate: 406,
  sessionTimedOut: 500,
  sessionFailed: 501,
  invalidSessionKey: 502,
  needRsaKey: 503,
  invalidSessionSetup: 504,
  sessionMessageRejected: 505,
} as const
