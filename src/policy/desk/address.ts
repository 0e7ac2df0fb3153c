const SHORT = /^\/api\/policy(?=[/?#]|$)/

/**
 * The policy desk is also met without a version in its address: `/api/policy/…` is the current one, `/api/v1/policy/…`. No name of
 * the Handle.Net JSON API is below it. For the HTTP library's `rewriteUrl`.
 */
export function policyTarget(target: string): string {
  return target.replace(SHORT, '/api/v1/policy')
}
