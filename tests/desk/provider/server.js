// A certified OpenID provider with invented users, for the tests of signing in at the desk. It writes its address as a
// line of its output and lives until its input ends. Its own pages for development ask a name and take any password.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [returnAddress, signedOutAddress, secret] = process.argv.slice(2);

const users = {
  'c.bakker@voorbeeld.example': { roles: ['Burgerzaken', 'Iedereen'], gemeente: ['0363'] },
  'p.visser@voorbeeld.example': { roles: ['Privacy'], gemeente: ['0363', '0599'] },
  'b.bezoeker@voorbeeld.example': { roles: ['Iedereen'], gemeente: ['0363'] },
};

const signingKey = (kind, options, alg) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }),
  kid: alg,
  alg,
  use: 'sig',
});

const configuration = {
  clients: ['RS256', 'ES256'].map((alg) => ({
    client_id: `desk-${alg}`,
    client_secret: secret,
    redirect_uris: [returnAddress],
    post_logout_redirect_uris: [signedOutAddress],
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: alg,
  })),
  claims: { openid: ['sub'], profile: ['preferred_username', 'roles', 'gemeente'] },
  conformIdTokenClaims: false, // as Entra ID and Keycloak do: what was asked stands in the ID token
  cookies: { keys: [secret] },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
  findAccount: (_, name) => users[name] && {
    accountId: name,
    claims: () => ({ sub: name, preferred_username: name, ...users[name] }),
  },
  jwks: { keys: [signingKey('rsa', { modulusLength: 2048 }, 'RS256'), signingKey('ec', { namedCurve: 'P-256' }, 'ES256')] },
};

const server = createServer().listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  server.on('request', new Provider(address, configuration).callback());
  console.log(address);
});
process.stdin.on('end', () => process.exit()).resume();
