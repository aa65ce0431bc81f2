/**
 * What a setting may be, as plain data: {@link readValue} reads a value by it, {@link ruleSentence} says it in an error,
 * and the generators of templates and documents make their own checks from it.
 */
export type Rule =
  /** One of a few words, in exactly that spelling. */
  | { readonly oneOf: readonly string[] }
  /** A whole number in plain decimal digits. `''`, `1e9`, `NaN`, `-1`, `+5`, ` 5` and `05` are refused. */
  | { readonly from: number; readonly to: number }
  | TextRule
  | ListRule;

/** Text of a given form. */
export interface TextRule {
  /**
   * Regular expression of the whole text, by the syntax that JavaScript, RE2 (Terraform, Go), Java (CloudFormation) and
   * Python have in common: no flags, look-around, back-references or counts above 1000.
   */
  readonly pattern: string;
  /** Most UTF-16 code units. */
  readonly maxLength?: number;
  /** What the text is. It completes "must be …". */
  readonly expects: string;
  /**
   * Checks what a regular expression cannot express, and brings the text into its normal form. Where it is present, the
   * pattern alone accepts more than the rule does.
   *
   * @returns undefined when the text breaks the rule
   */
  readonly read?: (text: string) => string | undefined;
}

/** Comma-separated items, white space around each ignored, none empty. */
export interface ListRule {
  readonly listOf: Exclude<Rule, ListRule>;
  /** Which items are the same; the same item twice is refused. Default: `exact`. */
  readonly sameness?: 'exact' | 'any-case' | 'may-repeat';
}

/** The type of the values that a rule accepts. */
export type ValueOf<R> = R extends { readonly oneOf: readonly (infer Word)[] }
  ? Word
  : R extends { readonly from: number }
    ? number
    : R extends { readonly listOf: infer Item }
      ? readonly ValueOf<Item>[]
      : string;

/**
 * Reads a value from text.
 *
 * @returns undefined when the text breaks the rule
 */
export function readValue<const R extends Rule>(rule: R, text: string): ValueOf<R> | undefined;
export function readValue(rule: Rule, text: string): unknown {
  if ('oneOf' in rule) return rule.oneOf.find((word) => word === text);
  if ('listOf' in rule) return readList(rule, text);
  if ('from' in rule) {
    const value = Number(text);
    return /^(0|[1-9]\d{0,9})$/.test(text) && value >= rule.from && value <= rule.to ? value : undefined;
  }
  const { pattern, maxLength = Number.POSITIVE_INFINITY, read } = rule;
  if (text.length > maxLength || !new RegExp(`^(?:${pattern})$`, 'u').test(text)) return undefined;
  return read ? read(text) : text;
}

function readList({ listOf, sameness = 'exact' }: ListRule, text: string): readonly unknown[] | undefined {
  const items = text.split(',').map((item) => readValue(listOf as Rule, item.trim()));
  if (items.includes(undefined)) return undefined;
  const distinct = new Set(sameness === 'any-case' ? items.map((item) => String(item).toLowerCase()) : items);
  return sameness === 'may-repeat' || distinct.size === items.length ? items : undefined;
}

/** The rule in words, to complete "must be …". */
export function ruleSentence(rule: Rule): string {
  if ('oneOf' in rule) return `one of ${rule.oneOf.join(', ')}`;
  if ('from' in rule) return `a whole number from ${rule.from} to ${rule.to}`;
  if ('expects' in rule) return rule.expects;
  const distinct = rule.sameness === 'may-repeat' ? '' : ' without repetition,';
  return `comma-separated,${distinct} each ${ruleSentence(rule.listOf)}`;
}

/** Name of a header field. @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-5.1} */
export const headerName = {
  pattern: "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}",
  expects: 'a header name',
} as const satisfies Rule;

/** Header names in order. */
export const headerNames = { listOf: headerName, sameness: 'any-case' } as const satisfies Rule;

/** Name or ARN of a secret. @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html} */
export const secretId = {
  pattern: '[A-Za-z0-9/_+=.@:-]+',
  maxLength: 2048,
  expects: 'the name or ARN of a Secrets Manager secret',
} as const satisfies Rule;

/** Text without control characters. */
export const printable = {
  pattern: '[^\\x00-\\x1f\\x7f-\\x9f]+',
  maxLength: 1024,
  expects: 'text of 1 to 1024 characters without control characters',
} as const satisfies Rule;

/** A scheme and host, such as `https://api.example.com`, in its normal form. */
export const origin = {
  pattern: '[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\\x00-\\x20]+',
  expects: 'an origin such as https://api.example.com, without path',
  read(text) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url?.origin === text.toLowerCase() ? url.origin : undefined;
  },
} as const satisfies Rule;

/** An https URL without user and fragment, in its normal form. */
export const httpsUrl = {
  pattern: '[Hh][Tt][Tt][Pp][Ss]://[^#\\x00-\\x20]+',
  maxLength: 2048,
  expects: 'an https URL of at most 2048 characters, without user and fragment',
  read(text) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url?.username === '' && url.password === '' ? url.href : undefined;
  },
} as const satisfies Rule;

/** The issuer of tokens: an https URL, kept to the character, because `iss` must equal it. */
export const issuerUrl = {
  ...httpsUrl,
  pattern: '[Hh][Tt][Tt][Pp][Ss]://[!-"$-~]+',
  read: (text) => (httpsUrl.read(text) === undefined ? undefined : text),
} as const satisfies Rule;

/** Text of printable ASCII characters that can be one of a list. */
export function word<const Most extends number>(what: string, most: Most) {
  return {
    pattern: `[!-+.-~-]{1,${most}}`,
    expects: `${what} of at most ${most} printable ASCII characters, without comma`,
  } as const satisfies Rule;
}

/** A path prefix, or `/` for none, which is read as an empty one. */
export const basePath = {
  pattern: "/|(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+",
  expects: "a path prefix such as /v1 that starts with '/' and does not end with it, or / alone",
  read: (text) => (text === '/' ? '' : text),
} as const satisfies Rule;

/** Derived components of RFC 9421 without parameters. */
export const derivedComponents = [
  '@method',
  '@target-uri',
  '@authority',
  '@scheme',
  '@request-target',
  '@path',
  '@query',
];

/** A component identifier of RFC 9421 without parameters: a derived component or a header name in lower case. */
export const signatureComponent = {
  pattern: `@[A-Za-z-]+|${headerName.pattern}`,
  expects: `a header name or one of ${derivedComponents.join(', ')}`,
  read(text) {
    const name = text.toLowerCase();
    return name.startsWith('@') && !derivedComponents.includes(name) ? undefined : name;
  },
} as const satisfies Rule;

/**
 * Whether an issuer is an Amazon Cognito user pool, in either form of its URL. The two Regions of a replicated pool differ.
 *
 * @see {@link
 *   https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html}
 */
export function isCognitoIssuer(issuer: string): boolean {
  return /^https:\/\/(?:issuer-)?cognito-idp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.(?:com|com\.cn|eu)\/[a-z0-9-]+_[A-Za-z0-9]+$/.test(
    issuer,
  );
}
