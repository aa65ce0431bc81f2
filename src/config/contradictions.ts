import { asymmetricOf } from '../token/algorithms.ts';
import { isCognitoIssuer, ruleSentence } from './rules.ts';
import { type RawSettings, type SettingName, settings, type Values } from './settings.ts';

/** A setting, and what about it does not go together with the others. */
type Contradiction = readonly [name: SettingName, problem: string];

/**
 * Finds the settings that contradict each other, and those that others require.
 *
 * @param raw settings as given
 * @param values settings as read: undefined for one that breaks its own rule
 * @param nameOf the name of a setting in the errors
 */
export function contradictions(
  raw: RawSettings,
  values: Partial<Values>,
  nameOf: (name: SettingName) => string,
): string[] {
  const found = [
    ...keys(raw, values, nameOf),
    ...answers(raw, values, nameOf),
    ...users(raw, values, nameOf),
  ];
  return found.map(([name, problem]) => `${nameOf(name)} ${problem}`);
}

type Part = (...args: Parameters<typeof contradictions>) => Contradiction[];

/** Each algorithm has one source of keys, and there is no source without its algorithm. */
const keys: Part = (raw, { algorithms, messageSigning, ...values }, nameOf) => {
  const found: Contradiction[] = [];
  if ((messageSigning === 'account' || messageSigning === 'any') && raw.accountKeyId === undefined) {
    found.push(required('accountKeyId', `for ${nameOf('messageSigning')}=${messageSigning}`));
  }
  if (algorithms === undefined) return found;
  if (!algorithms.includes('HS256')) {
    for (const name of ['secretId', 'secretJsonKey'] as const) {
      if (values[name] !== undefined)
        found.push([name, `has no effect unless ${nameOf('algorithms')} has HS256`]);
    }
  } else if (raw.secretId === undefined) {
    found.push(required('secretId', 'for HS256'));
  }
  const sources = (['keysetJwksUri', 'keysetJwks'] as const).filter((name) => raw[name] !== undefined);
  if (asymmetricOf(algorithms).length > 0) {
    if (sources.length === 1) return found;
    const both = `${nameOf('keysetJwksUri')} or ${nameOf('keysetJwks')}`;
    found.push(['algorithms', `has an asymmetric algorithm, which needs either ${both}`]);
  } else {
    for (const name of sources) {
      if (values[name] === undefined) continue;
      found.push([name, `has no effect unless ${nameOf('algorithms')} has an asymmetric algorithm`]);
    }
  }
  return found;
};

const answers: Part = (raw, values, nameOf) => {
  const found: Contradiction[] = [];
  if (
    (values.binding === 'required' || values.binding === 'if-present') &&
    raw.bindingHeaders === undefined
  ) {
    found.push(['binding', `asks for token binding, which needs ${nameOf('bindingHeaders')}`]);
  }
  if (values.bindingHeaders?.some((name) => isSameHeader(name, values.tokenHeader))) {
    found.push(['bindingHeaders', 'must not name the header of the token itself']);
  }
  if (values.denialArc === 'on' && values.denial === 'unauthorized') {
    found.push(['denialArc', `is on, which needs ${nameOf('denial')}=policy`]);
  }
  if (values.messageSigningMode === 'report-only' && values.messageSigning === 'off') {
    found.push(['messageSigningMode', `is report-only, but ${nameOf('messageSigning')} is off`]);
  }
  return found;
};

const users: Part = (raw, values, nameOf) => {
  const userSettings = (Object.keys(settings) as SettingName[]).filter((name) => /^user(?!Auth$)/.test(name));
  const { userAuth, userIssuer, userJwksUri, userHeader, tokenHeader } = values;
  if (userAuth === undefined) return [];
  if (userAuth === 'off') {
    const strays = userSettings.filter((name) => raw[name] !== undefined && values[name] !== undefined);
    return strays.map((name) => [name, `has no effect unless ${nameOf('userAuth')} is jwt`]);
  }
  const found: Contradiction[] = (['userIssuer', 'userAudience'] as const)
    .filter((name) => raw[name] === undefined)
    .map((name) => required(name, 'to check users'));
  if (raw.userJwksUri === undefined && userIssuer?.some((issuer) => !isCognitoIssuer(issuer))) {
    found.push(required('userJwksUri', 'unless every issuer is an Amazon Cognito user pool'));
  }
  if (userIssuer && userJwksUri && userIssuer.length !== userJwksUri.length) {
    found.push([
      'userJwksUri',
      `must have as many URLs as ${nameOf('userIssuer')} has issuers, in their order`,
    ]);
  }
  if (values.httpApiResponse === 'simple') {
    found.push([
      'httpApiResponse',
      "must be policy where users are checked: a simple response outlives the user's token",
    ]);
  }
  if (isSameHeader(userHeader, tokenHeader)) {
    found.push(['userHeader', 'must not name the header of the Approov token']);
  }
  return found;
};

function required(name: SettingName, when: string): Contradiction {
  return [name, `is required ${when}: ${ruleSentence(settings[name].rule)}`];
}

function isSameHeader(name: string | undefined, other: string | undefined): boolean {
  return name !== undefined && name.toLowerCase() === other?.toLowerCase();
}
