import { asymmetricOf, type SignatureAlgorithm } from '../token/algorithms.ts';
import { ruleSentence } from './rules.ts';
import { type Contradiction, type RawSettings, type SettingName, settings, type Values } from './settings.ts';
import { userContradictions } from './userSettings.ts';

/**
 * Finds the settings that contradict each other.
 *
 * @param raw settings as given
 * @param values settings as read: undefined for one that breaks its own rule
 */
export function contradictions(raw: RawSettings, values: Partial<Values>): Contradiction[] {
  const found = [
    ...(values.algorithms ? keyContradictions(raw, values, values.algorithms) : []),
    ...userContradictions(raw, values),
  ];
  if (
    (values.binding === 'required' || values.binding === 'if-present') &&
    raw.bindingHeaders === undefined
  ) {
    found.push(['binding', 'asks for token binding, but no binding headers are set']);
  }
  if (values.bindingHeaders?.some((name) => name.toLowerCase() === values.tokenHeader?.toLowerCase())) {
    found.push(['bindingHeaders', 'must not name the header of the token itself']);
  }
  if (values.denialArc === 'on' && values.denial === 'unauthorized') {
    found.push(['denialArc', 'is on, but an error answers a refusal: it takes a Deny (policy)']);
  }
  const { messageSigning } = values;
  if ((messageSigning === 'account' || messageSigning === 'any') && raw.accountKeyId === undefined) {
    found.push([
      'accountKeyId',
      `is required for account message signing: ${ruleSentence(settings.accountKeyId.rule)}`,
    ]);
  }
  if (values.messageSigningMode === 'report-only' && messageSigning === 'off') {
    found.push(['messageSigningMode', 'is report-only, but message signing is off']);
  }
  return found;
}

/** Each algorithm has one source of keys, and there is no source without its algorithm. */
function keyContradictions(
  raw: RawSettings,
  values: Partial<Values>,
  algorithms: readonly SignatureAlgorithm[],
): Contradiction[] {
  const found: Contradiction[] = [];
  const isSet = (name: SettingName) => raw[name] !== undefined;
  if (algorithms.includes('HS256')) {
    if (!isSet('secretId')) found.push(['secretId', `is required: ${ruleSentence(settings.secretId.rule)}`]);
  } else {
    for (const name of ['secretId', 'secretJsonKey'] as const) {
      if (values[name] !== undefined) found.push([name, 'is set, but the algorithms leave out HS256']);
    }
  }
  const keysets = (['keysetJwksUri', 'keysetJwks'] as const).filter(isSet);
  if (asymmetricOf(algorithms).length === 0) {
    for (const name of keysets) {
      if (values[name] !== undefined) found.push([name, 'is set, but the algorithms are all symmetric']);
    }
  } else if (keysets.length !== 1) {
    found.push([
      'algorithms',
      'names an asymmetric one: set either the URL of the keyset or the keyset itself',
    ]);
  }
  return found;
}
