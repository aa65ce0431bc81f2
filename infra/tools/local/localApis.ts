import { readConfig } from '../../../src/config/readConfig.ts';
import { type DemoInput, type DemoRequest, demoRequests } from '../approov/demoRequests.ts';
import { signedDemoRequests } from '../approov/signedDemoRequests.ts';
import type { ApiGroup, KeysetKey, LocalApi } from '../console/localRun.ts';
import type { IdentityProvider } from '../standIns/identityProvider/identityProvider.ts';
import { mintUserToken } from '../standIns/identityProvider/userPool.ts';
import { keysetDemoRequests } from './keysetDemoRequests.ts';
import { userDemoRequests } from './userDemoRequests.ts';

/** The name in serverless.yml, so that `npm run secret` can fill it here too. */
export const secretName = 'approov-apigateway-dev/token-secret';

/** Seconds that the demo's valid requests stay valid. */
const usableSeconds = 3600;

/** How long a secret is used while the console runs: short enough to watch an outage and a rotation. */
const watchableLives = {
  secretTtlSeconds: '10',
  secretMaxStaleSeconds: '30',
  previousSecretGraceSeconds: '60',
};

/** What the APIs of this run need. */
export interface LocalKeys {
  readonly keysetUri: string;
  readonly keysetKeys: readonly KeysetKey[];
  readonly identityProvider: IdentityProvider;
}

/**
 * The APIs of this run: those that check Approov tokens, and those that check users too.
 *
 * @param origins scheme, host and port of the two.
 * @param isWatched whether the secret's life is short enough to watch.
 */
export function localApis(
  [origin, usersOrigin]: readonly [string, string],
  { keysetUri, keysetKeys, identityProvider }: LocalKeys,
  isWatched: boolean,
): [ApiGroup, ApiGroup] {
  const { customers, renamed, staff } = identityProvider;
  const issuers = [customers, renamed, staff];
  const common = { secretId: secretName, bindingHeaders: 'Authorization', ...(isWatched && watchableLives) };
  return [
    apiGroup(
      origin,
      '',
      {
        ...common,
        binding: 'if-present',
        // A token with an installation key must come with a signature; the plain tokens have no such key.
        messageSigning: 'install',
        messageSigningWithoutKey: 'allow',
        // The signatures stay valid as long as the tokens, for pasting.
        signatureMaxAgeSeconds: String(usableSeconds),
        publicOrigin: origin,
        algorithms: 'HS256,RS256,ES256',
        keysetJwksUri: keysetUri,
      },
      (url, input) => [
        ...demoRequests(url, input),
        ...keysetDemoRequests(url, keysetKeys, input),
        ...signedDemoRequests(url, input),
      ],
    ),
    {
      ...apiGroup(
        usersOrigin,
        ' with users',
        {
          ...common,
          userAuth: 'jwt',
          userIssuer: issuers.map(({ pool }) => pool.issuer).join(','),
          userAudience: customers.pool.clientId,
          userJwksUri: issuers.map(({ jwksUri }) => jwksUri).join(','),
          userTokenUse: 'access',
          userScopes: 'api/read',
        },
        (url, input) => userDemoRequests(url, identityProvider, input),
      ),
      logins: Object.fromEntries(
        issuers.map(({ pool }) => [pool.issuer, (sub, exp) => mintUserToken(pool, { sub, exp })]),
      ),
    },
  ];
}

/** The REST and the HTTP API behind one authorizer. */
function apiGroup(
  origin: string,
  suffix: string,
  settings: Readonly<Record<string, string>>,
  requestsTo: (url: string, input: DemoInput) => DemoRequest[],
): ApiGroup {
  const { config: rules } = readConfig(settings, (name) => name);
  const api = (name: string, path: string): LocalApi => {
    const url = `${origin}${path}`;
    return {
      name: `${name}${suffix}`,
      url,
      requests: (input) => requestsTo(url, { ...input, usableSeconds, rules }),
    };
  };
  return { rest: api('REST', '/dev/hello'), http: api('HTTP', '/hello'), settings };
}
