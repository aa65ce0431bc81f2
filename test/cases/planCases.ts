/**
 * What a stack must derive from the settings of its authorizer. Every face is held against this table by what it really
 * produces: Serverless, SAM, attach, Terraform and CDK.
 */

/** A stack with these settings, and what its authorizers and its function must be. */
export interface PlanCase {
  readonly name: string;
  /** Settings of the authorizer by variable, as a user gives them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Seconds that the stack asks API Gateway to keep an answer; its default where left out. */
  readonly ttlSeconds?: number;
  /** Only Serverless and CDK let a user choose them. */
  readonly identitySourceHeaders?: readonly string[];
  readonly expected: {
    readonly ttlSeconds: number;
    /** Identity sources of REST and HTTP APIs, in any order. */
    readonly headers: readonly string[];
    /** Those of WebSocket APIs; the same where left out. */
    readonly webSocketHeaders?: readonly string[];
    /** Whether the function reads the secret of tokens. Default: true. */
    readonly readsSecret?: false;
    /** Whether the function reads the account message signing key. Default: false. */
    readonly readsAccountKey?: true;
    /** Whether the HTTP API expects simple responses. Default: false. */
    readonly isSimple?: true;
    /** Whether the REST API's response to a Deny shows the Attestation Response Code. Default: false. */
    readonly showsArc?: true;
    /** Headers that the users' tokens and the binding add to those a browser may send. */
    readonly corsHeaders?: readonly string[];
  };
}

/** A stack that must not be deployed: packaging, planning or synthesising it fails. */
export interface PlanRefusal extends Omit<PlanCase, 'expected'> {
  readonly hidesToken?: true;
  /** What the message names. Settings are named as the face names them. */
  readonly problem: RegExp;
}

const token = 'Approov-Token';
const keyset = {
  APPROOV_ALGORITHMS: 'RS256,ES256',
  APPROOV_KEYSET_JWKS_URI: 'https://keys.example.com/jwks.json',
};
const users = {
  APPROOV_USER_AUTH: 'jwt',
  APPROOV_USER_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example',
  APPROOV_USER_AUDIENCE: 'app',
};

/** Stacks that are deployed. */
export const planCases: readonly PlanCase[] = [
  { name: 'nothing but defaults', settings: {}, expected: { ttlSeconds: 300, headers: [token] } },
  { name: 'a shorter time', settings: {}, ttlSeconds: 60, expected: { ttlSeconds: 60, headers: [token] } },
  { name: 'no cache', settings: {}, ttlSeconds: 0, expected: { ttlSeconds: 0, headers: [token] } },
  {
    name: 'another token header',
    settings: { APPROOV_TOKEN_HEADER: 'X-Token' },
    expected: { ttlSeconds: 300, headers: ['X-Token'] },
  },
  {
    name: 'a bound header',
    settings: { APPROOV_BINDING_HEADERS: 'Authorization' },
    expected: { ttlSeconds: 300, headers: [token, 'Authorization'] },
  },
  {
    name: 'two bound headers, required in words',
    settings: { APPROOV_BINDING_HEADERS: 'Authorization,X-Device', APPROOV_BINDING: 'required' },
    expected: { ttlSeconds: 300, headers: [token, 'Authorization', 'X-Device'], corsHeaders: ['X-Device'] },
  },
  {
    name: 'a header that only some tokens are bound to',
    settings: { APPROOV_BINDING_HEADERS: 'Authorization', APPROOV_BINDING: 'if-present' },
    expected: { ttlSeconds: 0, headers: [token] },
  },
  {
    name: 'a bound header that is not checked',
    settings: { APPROOV_BINDING_HEADERS: 'Authorization', APPROOV_BINDING: 'off' },
    expected: { ttlSeconds: 300, headers: [token] },
  },
  {
    name: 'report-only',
    settings: { APPROOV_MODE: 'report-only', APPROOV_BINDING_HEADERS: 'Authorization' },
    expected: { ttlSeconds: 0, headers: [] },
  },
  {
    name: 'a policy for the called method',
    settings: { APPROOV_RESOURCE_SCOPE: 'method' },
    expected: { ttlSeconds: 0, headers: [token] },
  },
  {
    name: "the installation's message signature",
    settings: { APPROOV_MESSAGE_SIGNING: 'install' },
    expected: { ttlSeconds: 0, headers: [token] },
  },
  {
    name: "the account's message signature",
    settings: { APPROOV_MESSAGE_SIGNING: 'account' },
    expected: { ttlSeconds: 0, headers: [token], readsAccountKey: true },
  },
  {
    name: 'either message signature, reported alone',
    settings: { APPROOV_MESSAGE_SIGNING: 'any', APPROOV_MESSAGE_SIGNING_MODE: 'report-only' },
    expected: { ttlSeconds: 0, headers: [token], readsAccountKey: true },
  },
  {
    name: 'a keyset alone',
    settings: keyset,
    expected: { ttlSeconds: 300, headers: [token], readsSecret: false },
  },
  {
    name: 'a keyset beside the secret',
    settings: { ...keyset, APPROOV_ALGORITHMS: 'RS256, HS256' },
    expected: { ttlSeconds: 300, headers: [token] },
  },
  {
    name: 'a keyset alone, with the account key',
    settings: { ...keyset, APPROOV_MESSAGE_SIGNING: 'any' },
    expected: { ttlSeconds: 0, headers: [token], readsSecret: false, readsAccountKey: true },
  },
  {
    name: 'simple responses',
    settings: { APPROOV_HTTP_API_RESPONSE: 'simple' },
    expected: { ttlSeconds: 300, headers: [token], isSimple: true },
  },
  {
    name: 'the ARC in the response',
    settings: { APPROOV_DENIAL_ARC: 'on' },
    expected: { ttlSeconds: 300, headers: [token], showsArc: true },
  },
  {
    name: 'a token that may be in the query of a handshake',
    settings: { APPROOV_TOKEN_QUERY_PARAMETER: 'approov_token' },
    expected: { ttlSeconds: 300, headers: [token], webSocketHeaders: [] },
  },
  { name: 'users', settings: users, expected: { ttlSeconds: 300, headers: [token, 'Authorization'] } },
  {
    name: 'users of any provider, with another header',
    settings: {
      ...users,
      APPROOV_USER_ISSUER: 'https://login.example.com/',
      APPROOV_USER_JWKS_URI: 'https://login.example.com/keys',
      APPROOV_USER_HEADER: 'X-User',
    },
    expected: { ttlSeconds: 300, headers: [token, 'X-User'], corsHeaders: ['X-User'] },
  },
  {
    name: 'users, and a token bound to their header in another casing',
    settings: { ...users, APPROOV_BINDING_HEADERS: 'authorization' },
    expected: { ttlSeconds: 300, headers: [token, 'authorization'] },
  },
  {
    name: 'users, and a token bound to their own header first',
    settings: { ...users, APPROOV_USER_HEADER: 'X-User', APPROOV_BINDING_HEADERS: 'X-User,X-Device' },
    expected: {
      ttlSeconds: 300,
      headers: [token, 'X-User', 'X-Device'],
      corsHeaders: ['X-User', 'X-Device'],
    },
  },
  {
    name: 'users, and a token bound to something else',
    settings: { ...users, APPROOV_BINDING_HEADERS: 'X-Device' },
    expected: { ttlSeconds: 300, headers: [token, 'X-Device', 'Authorization'], corsHeaders: ['X-Device'] },
  },
  {
    name: 'users, and a token that may be bound to their header',
    settings: { ...users, APPROOV_BINDING_HEADERS: 'Authorization', APPROOV_BINDING: 'if-present' },
    expected: { ttlSeconds: 0, headers: [token, 'Authorization'] },
  },
  {
    name: 'users and message signing',
    settings: { ...users, APPROOV_MESSAGE_SIGNING: 'install' },
    expected: { ttlSeconds: 0, headers: [token, 'Authorization'] },
  },
  {
    name: 'users in report-only, which every request must name all the same',
    settings: { ...users, APPROOV_MODE: 'report-only' },
    expected: { ttlSeconds: 0, headers: ['Authorization'] },
  },
  {
    name: 'users, a bound header and no cache',
    settings: { ...users, APPROOV_BINDING_HEADERS: 'Authorization' },
    ttlSeconds: 0,
    expected: { ttlSeconds: 0, headers: [token, 'Authorization'] },
  },
  {
    name: 'further identity sources',
    settings: {},
    identitySourceHeaders: ['approov-token', 'X-Tenant.id'],
    expected: { ttlSeconds: 300, headers: ['approov-token', 'X-Tenant.id'] },
  },
  {
    name: 'other identity sources without a cache',
    settings: {},
    ttlSeconds: 0,
    identitySourceHeaders: ['X-Tenant'],
    expected: { ttlSeconds: 0, headers: ['X-Tenant'] },
  },
];

/** Stacks that are refused. */
export const planRefusals: readonly PlanRefusal[] = [
  {
    name: 'a setting that breaks its rule',
    settings: { APPROOV_SECRET_TTL_SECONDS: '1e9' },
    problem: /(APPROOV_SECRET_TTL_SECONDS|secretTtlSeconds|secretTtl) must be a whole number from 0 to 86400/,
  },
  {
    name: 'a setting that nobody knows',
    settings: { APPROOV_BINDNG_HEADERS: 'Authorization' },
    problem: /APPROOV_BINDNG_HEADERS.* did you mean (APPROOV_BINDING_HEADERS|bindingHeaders)\?/,
  },
  {
    name: 'binding without headers',
    settings: { APPROOV_BINDING: 'required' },
    problem: /(APPROOV_BINDING|binding) asks for token binding/,
  },
  {
    name: 'the secret as a setting',
    settings: { APPROOV_SECRET_ID: 'approov/secret' },
    problem: /(APPROOV_SECRET_ID|secretId) cannot be given/,
  },
  {
    name: 'the account key as a setting',
    settings: { APPROOV_MESSAGE_SIGNING: 'account', APPROOV_ACCOUNT_KEY_ID: 'approov/account' },
    problem: /(APPROOV_ACCOUNT_KEY_ID|accountKeyId) cannot be given/,
  },
  {
    name: 'simple responses with users',
    settings: { ...users, APPROOV_HTTP_API_RESPONSE: 'simple' },
    problem: /(APPROOV_HTTP_API_RESPONSE|httpApiResponse) must be policy/,
  },
  ...(
    [
      { name: 'message signing', settings: { APPROOV_MESSAGE_SIGNING: 'install' } },
      { name: 'a policy for the called method', settings: { APPROOV_RESOURCE_SCOPE: 'method' } },
      {
        name: 'a token that may be bound',
        settings: { APPROOV_BINDING_HEADERS: 'Authorization', APPROOV_BINDING: 'if-present' },
      },
      { name: 'report-only', settings: { APPROOV_MODE: 'report-only' } },
    ] as const
  ).map(({ name, settings }) => ({
    name: `a cache with ${name}`,
    settings,
    ttlSeconds: 300,
    problem: /(authorizer_?ttl(_?seconds)?|resultsCacheTtl) must be 0: with/i,
  })),
  {
    name: 'identity sources in report-only',
    settings: { APPROOV_MODE: 'report-only' },
    identitySourceHeaders: [token],
    problem: /identitySourceHeaders must be unset/,
  },
  {
    name: 'identity sources without a bound header',
    settings: { APPROOV_BINDING_HEADERS: 'Authorization' },
    identitySourceHeaders: [token],
    problem: /identitySourceHeaders must name Authorization/,
  },
  {
    name: "identity sources without the users' header, although it is bound and nothing is cached",
    settings: { ...users, APPROOV_BINDING_HEADERS: 'Authorization' },
    ttlSeconds: 0,
    identitySourceHeaders: [token],
    problem: /identitySourceHeaders must name Authorization/,
  },
  {
    name: "identity sources without the users' header in report-only",
    settings: { ...users, APPROOV_MODE: 'report-only' },
    identitySourceHeaders: [token],
    problem: /identitySourceHeaders must (be unset|name Authorization)/,
  },
  {
    name: 'an identity source twice',
    settings: {},
    identitySourceHeaders: [token, 'approov-token'],
    problem: /identitySourceHeaders must not name a header twice/,
  },
  ...['APPROOV_TOKEN_HEADER', 'APPROOV_BINDING_HEADERS', 'APPROOV_USER_HEADER'].map((variable) => ({
    name: `characters in ${variable} that an identity source cannot have`,
    settings: { ...(variable === 'APPROOV_USER_HEADER' && users), [variable]: 'X~Other' },
    problem: /X~Other cannot be an identity source/,
  })),
  ...['Authorization', 'host', 'Via', 'forwarded', 'x-amz-token', 'X-Amzn-Token', 'apigw-token'].map(
    (header) => ({
      name: `hiding the token in ${header}, which HTTP APIs reserve`,
      settings: { APPROOV_TOKEN_HEADER: header },
      hidesToken: true as const,
      problem: /hideToken cannot be on/i,
    }),
  ),
];
