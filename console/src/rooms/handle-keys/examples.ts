import type { HandleKey } from './keys.ts'

export const CLIENTS = ['curl', 'Java', 'Node.js'] as const
export type Client = (typeof CLIENTS)[number]

export type Place = {
  readonly prefix: string
  readonly origin: string
  readonly host: string
}

/** Clients that prove a key of this kind, the easiest first. */
export function clientsOf({ kind, algorithm }: HandleKey): readonly Client[] {
  if (kind === 'secret') return ['curl', 'Java']
  if (algorithm === 'RSA') return ['Java', 'Node.js']
  return algorithm === 'EC' || algorithm === 'EdDSA' ? ['Node.js'] : []
}

export function exampleOf(client: Client, key: HandleKey, place: Place): string {
  switch (client) {
    case 'curl':
      return curl(key, place)
    case 'Java':
      return java(key, place)
    case 'Node.js':
      return node(key, place)
  }
}

const VALUE =
  '{"index":1,"type":"URL","data":{"format":"string","value":"https://example.com/pump-7"}}'

function curl({ identity }: HandleKey, { origin, prefix }: Place): string {
  return `curl --user '${identity.replace(':', '%3A')}:SECRET' \\
  --request PUT --header 'content-type: application/json' \\
  --data '{"values":[${VALUE}]}' \\
  '${origin}/api/handles/${prefix}/pump-7'`
}

function java({ identity, index, kind }: HandleKey, { host, prefix }: Place): string {
  const owner = identity.slice(identity.indexOf(':') + 1)
  const proof = kind === 'secret' ? JAVA_SECRET : JAVA_RSA
  const files = kind === 'secret' ? '' : JAVA_FILES
  return `// net.handle:handle-client 9.3.1
import java.net.InetAddress;
${files}import net.handle.hdllib.*;

public class Register {
  public static void main(String[] args) throws Exception {
    byte[] owner = Util.encodeString("${owner}");
${proof.replaceAll('INDEX', String(index))}
    HandleResolver resolver = new HandleResolver();
    resolver.getConfiguration().setAutoUpdateRootInfo(false);
    GenericRequest about = new GenericRequest(Common.BLANK_HANDLE, AbstractMessage.OC_GET_SITE_INFO, null);
    InetAddress node = InetAddress.getByName("${host}");
    SiteInfo site = ((GetSiteInfoResponse) resolver.sendHdlTcpRequest(about, node, 2641, null)).siteInfo;
    resolver.getConfiguration().setLocalSites("${owner}", new SiteInfo[] {site});

    HandleValue url = new HandleValue(1, Util.encodeString("URL"), Util.encodeString("https://example.com/pump-7"));
    CreateHandleRequest create =
      new CreateHandleRequest(Util.encodeString("${prefix}/pump-7"), new HandleValue[] {url}, key);
    System.out.println(resolver.sendRequestToServer(create, site, site.servers[0]));
  }
}
`
}

const JAVA_FILES = `import java.nio.file.*;
import java.security.*;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
`
const JAVA_SECRET = `    AuthenticationInfo key = new SecretKeyAuthenticationInfo(owner, INDEX, Util.encodeString("SECRET"));`
const JAVA_RSA = `    String pem = Files.readString(Path.of("private-key.pem")).replaceAll("-----[^-]+-----|\\\\s", "");
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
    PrivateKey own = KeyFactory.getInstance("RSA").generatePrivate(spec);
    AuthenticationInfo key = new PublicKeyAuthenticationInfo(owner, INDEX, own);`

function node({ identity, algorithm }: HandleKey, { origin, prefix }: Place): string {
  const digest = algorithm === 'EdDSA' ? 'null' : "'sha256'"
  return `import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'

const node = '${origin}'
const key = createPrivateKey(readFileSync('private-key.pem'))
const { sessionId, nonce } = await (await fetch(\`\${node}/api/sessions\`, { method: 'POST' })).json()
const cnonce = randomBytes(16)
const signature = sign(${digest}, Buffer.concat([Buffer.from(nonce, 'base64'), cnonce]), key)
const proof = {
  sessionId,
  id: '${identity}',
  type: 'HS_PUBKEY',
  alg: 'SHA256',
  cnonce: cnonce.toString('base64'),
  signature: signature.toString('base64'),
}
const authorization = \`Handle \${Object.entries(proof).map(([name, it]) => \`\${name}="\${it}"\`).join(', ')}\`
const reply = await fetch(\`\${node}/api/handles/${prefix}/pump-7\`, {
  method: 'PUT',
  headers: { authorization, 'content-type': 'application/json' },
  body: JSON.stringify({
    values: [${VALUE}],
  }),
})
console.log(reply.status, await reply.text())
`
}
