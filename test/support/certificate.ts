import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Of tests that need certificates; false where they can run. */
export const skipWithoutOpenssl =
  spawnSync('openssl', ['version']).status === 0 || process.env.WAYMARK_TEST_STRICT === '1'
    ? false
    : 'needs openssl: apt-get install -y openssl'

/** A self-signed certificate of 127.0.0.1 that holds for two days, with its key. */
export function makeCertificate(folder: string, name: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '2', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { cert, key }
}
