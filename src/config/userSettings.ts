import { isCognitoIssuer, type UserSettings } from '../user/userSettings.ts';
import { ruleSentence } from './rules.ts';
import {
  type Contradiction,
  type RawSettings,
  type SettingName,
  settings,
  type UserSetting,
  type Values,
} from './settings.ts';

const userSettingNames = (Object.keys(settings) as SettingName[]).filter((name): name is UserSetting =>
  name.startsWith('user'),
);

const defaultHeader = 'Authorization';

/** The settings of the user check; undefined when it is off. */
export function userSettingsOf(values: Values): UserSettings | undefined {
  if (values.userAuth === 'off') return undefined;
  const issuer = values.userIssuer as string;
  const isCognito = isCognitoIssuer(issuer);
  return {
    issuer,
    audiences: values.userAudience as readonly string[],
    jwksUri: values.userJwksUri ?? `${issuer}/.well-known/jwks.json`,
    algorithms: values.userAlgorithms ?? ['RS256'],
    tokenUse: values.userTokenUse ?? (isCognito ? 'access' : undefined),
    tokenType: values.userTokenType,
    scopes: values.userScopes,
    header: values.userHeader ?? defaultHeader,
    contextClaims: values.userContextClaims ?? ['sub', 'exp', 'scope', 'client_id'],
    clockToleranceSeconds: values.userClockToleranceSeconds ?? 0,
    keysTtlSeconds: values.userKeysTtlSeconds ?? 3600,
    keysMaxStaleSeconds: values.userKeysMaxStaleSeconds ?? 7200,
  };
}

/**
 * Finds what is missing for the user check, or contradicts it.
 *
 * @param raw settings as given
 * @param values settings as read: undefined for one that breaks its own rule
 */
export function userContradictions(raw: RawSettings, values: Partial<Values>): Contradiction[] {
  const isSet = (name: SettingName) => raw[name] !== undefined;
  if (values.userAuth === 'off') {
    const strays = userSettingNames.filter(
      (name) => name !== 'userAuth' && isSet(name) && values[name] !== undefined,
    );
    return strays.map((name) => [name, 'is set, but users are not checked: that takes jwt']);
  }
  if (values.userAuth === undefined) return [];
  const found: Contradiction[] = [];
  for (const name of ['userIssuer', 'userAudience'] as const) {
    if (!isSet(name)) found.push([name, `is required to check users: ${ruleSentence(settings[name].rule)}`]);
  }
  if (values.userIssuer !== undefined && !isCognitoIssuer(values.userIssuer) && !isSet('userJwksUri')) {
    found.push(['userJwksUri', 'is required, for the issuer is not a user pool of Amazon Cognito']);
  }
  if (values.httpApiResponse === 'simple') {
    found.push([
      'httpApiResponse',
      "must be policy where users are checked: a simple answer outlives the user's token",
    ]);
  }
  const { userHeader = defaultHeader, tokenHeader } = values;
  if (userHeader.toLowerCase() === tokenHeader?.toLowerCase()) {
    found.push(['userHeader', 'must not name the header of the Approov token']);
  }
  return found;
}
