import { unsetWord } from '../../src/config/readEnvironment.ts';
import { type Setting, type SettingName, settings } from '../../src/config/settings.ts';
import type { StackParameter } from './parameters.ts';

/** The settings of the two secrets are not parameters: stacks refer to secrets by ARN, or create them. */
export type SettingParameterName = Exclude<SettingName, 'secretId' | 'accountKeyId'>;

const descriptions: Readonly<Record<SettingParameterName, string>> = {
  secretJsonKey: "JSON key of the base64 secret, if the secret's value is a JSON object.",
  secretTtlSeconds: 'Age at which a cached secret is fetched again.',
  secretMaxStaleSeconds: 'Age up to which the last good secret serves while fetching fails.',
  previousSecretGraceSeconds: 'Time after a rotation in which the previous secret verifies too. 0: never.',
  algorithms: 'Algorithms that tokens may be signed with, comma-separated. All but HS256 need a keyset.',
  keysetJwksUri: 'https URL of the keyset.',
  keysetJwks: 'The keyset itself: a JWK Set, or one PEM public key.',
  keysetTtlSeconds: 'Age at which a cached keyset is fetched again.',
  keysetMaxStaleSeconds: 'Age up to which the last good keyset serves while fetching fails.',
  tokenHeader: 'Header that carries the token.',
  tokenPrefix: 'Word before the token in that header, such as Bearer.',
  tokenQueryParameter: 'Query parameter with the token of a WebSocket handshake without that header.',
  bindingHeaders: 'Headers that the token is bound to, in order, comma-separated.',
  binding: 'Whether a token must be bound. none: required with binding headers, else off.',
  issuer: 'What iss must equal.',
  audience: 'What aud must equal or contain.',
  clockToleranceSeconds: 'Difference of clocks that is tolerated.',
  mode: 'report-only lets every request through and logs what would have been refused.',
  denial: 'Answer to a refusal: a Deny, or a thrown Unauthorized.',
  denialArc: 'on: the Deny of a token whose signature does not verify shows its Attestation Response Code.',
  resourceScope: 'What a policy covers. method needs authorizerTtlSeconds=0.',
  httpApiResponse: 'Answer to an HTTP API with payload version 2.0.',
  contextClaims: 'Claims that the backend gets, comma-separated.',
  logLevel: 'Least level that is logged. Metrics and alarms need info.',
  messageSigning: 'Message signature that must verify.',
  messageSigningMode: 'report-only lets a request with a bad message signature through, and logs it.',
  messageSigningWithoutKey: 'A token without a message signing key.',
  signatureComponents: 'Components that a signature must cover, comma-separated.',
  signatureMaxAgeSeconds: 'Age of a signature that is still accepted.',
  publicOrigin:
    'Scheme and host that clients see, such as https://api.example.com. none: https and the domain name of the event.',
  publicBasePath:
    'Path prefix that clients see in place of the stage or base path, such as /v1. none: as the event says.',
  userAuth: "jwt: the user's token is checked too. The other user parameters are for that.",
  userIssuer: "Issuers of users' tokens, comma-separated, such as the URL of a Cognito user pool.",
  userAudience: 'Audiences or app client IDs, comma-separated, one of which must match.',
  userJwksUri: "https URLs of the issuers' keys, in their order. none: those of the Cognito user pools.",
  userAlgorithms: "Algorithms that users' tokens may be signed with, comma-separated. none: RS256.",
  userTokenUse: 'What token_use must equal. none: access for a Cognito user pool.',
  userTokenType: 'What typ in the header must equal, such as at+jwt.',
  userScopes: 'Scopes, comma-separated, one of which the token must have.',
  userHeader:
    "Header that carries the user's token. none: Authorization. Where it is bound too, name it first in bindingHeaders.",
  userContextClaims:
    'Claims of the user that the backend gets, comma-separated. none: sub,exp,scope,client_id.',
  userClockToleranceSeconds: "Difference of the clocks that is tolerated for users' tokens. none: 0.",
  userKeysTtlSeconds: "Age at which the issuer's cached keys are fetched again. none: 3600.",
  userKeysMaxStaleSeconds:
    "Age up to which the issuer's last good keys serve while fetching fails. none: 7200.",
};

/** Templates make identity sources of these headers, so none may have a space before it. */
const headerPattern = '[A-Za-z0-9._-]{1,128}';
const identitySource = {
  pattern: headerPattern,
  expects: 'a header name of letters, digits, ., _ and -, because it is an identity source',
};

/** Rules that a stack needs and the function does not: API Gateway takes fewer characters in an identity source. */
const stackRules: Partial<Record<SettingParameterName, StackParameter['rule']>> = {
  tokenHeader: identitySource,
  userHeader: identitySource,
  bindingHeaders: { ...settings.bindingHeaders.rule, pattern: `${headerPattern}(,${headerPattern})*` },
};

/** Every setting of the authorizer as a parameter, with the rule and the default of its own table. */
export const settingParameters = Object.fromEntries(
  (Object.keys(descriptions) as SettingParameterName[]).map((name) => {
    const { rule, defaultValue } = settings[name] as Setting;
    // Given while users are not checked, it would fail the start.
    const isIdle = /^user(?!Auth$)/.test(name);
    const parameter: StackParameter = {
      description: descriptions[name],
      rule: stackRules[name] ?? ('expects' in rule ? { expects: rule.expects } : rule),
      // A Deny is what every kind of API understands, so that one function serves them all.
      default: name === 'denial' ? 'policy' : asText(isIdle ? undefined : defaultValue),
    };
    return [name, parameter];
  }),
) as Readonly<Record<SettingParameterName, StackParameter>>;

function asText(value: unknown): string | number {
  if (typeof value === 'number') return value;
  return value === undefined ? unsetWord : String(value);
}
