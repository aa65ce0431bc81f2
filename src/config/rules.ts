import { readPublicKeys } from '../keys/readPublicKeys.ts';

/** What a setting may be: how it is read from text, and how an error describes it. */
export interface Rule<Value> {
  /** Completes "must be …". */
  readonly expects: string;
  /** @returns undefined when the text breaks the rule */
  parse(text: string): Value | undefined;
}

/** A whole number in plain decimal digits. `''`, `1e9`, `NaN`, `-1`, `+5`, ` 5` and `05` are refused. */
export function integer(least: number, most: number): Rule<number> {
  return {
    expects: `a whole number from ${least} to ${most}`,
    parse(text) {
      const value = Number(text);
      return /^(0|[1-9]\d{0,9})$/.test(text) && value >= least && value <= most ? value : undefined;
    },
  };
}

/** One of a few words, in exactly that spelling. */
export function oneOf<const Word extends string>(words: readonly Word[]): Rule<Word> {
  return {
    expects: `one of ${words.join(', ')}`,
    parse: (text) => words.find((word) => word === text),
  };
}

/** Text of a given form. */
export function matching(pattern: RegExp, expects: string): Rule<string> {
  return { expects, parse: (text) => (pattern.test(text) ? text : undefined) };
}

/** Comma-separated items, white space around each ignored, none empty and none twice. */
export function listOf<Item extends string>(
  item: Rule<Item>,
  isSame: (text: string) => string = (text) => text,
): Rule<readonly Item[]> {
  return {
    expects: `comma-separated, without repetition, each ${item.expects}`,
    parse(text) {
      const items = text.split(',').map((part) => item.parse(part.trim()));
      if (items.includes(undefined)) return undefined;
      const distinct = new Set((items as Item[]).map(isSame));
      return distinct.size === items.length ? (items as Item[]) : undefined;
    },
  };
}

/** Name of a header field. @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-5.1} */
export const headerName = matching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'a header name');

/** Header names in order. */
export const headerNames = listOf(headerName, (name) => name.toLowerCase());

/** Name or ARN of a secret. @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html} */
export const secretId = matching(
  /^[A-Za-z0-9/_+=.@:-]{1,2048}$/,
  'the name or ARN of a Secrets Manager secret',
);

/** Text without control characters. */
export const printable = matching(
  /^[^\p{Cc}]{1,1024}$/u,
  'text of 1 to 1024 characters without control characters',
);

/** A scheme and host, such as `https://api.example.com`, in its normal form. */
export const origin: Rule<string> = {
  expects: 'an origin such as https://api.example.com, without path',
  parse(text) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url && /^https?:$/.test(url.protocol) && url.origin === text.toLowerCase()
      ? url.origin
      : undefined;
  },
};

/** An https URL without user and fragment. */
export const httpsUrl: Rule<string> = {
  expects: 'an https URL of at most 2048 characters, without user and fragment',
  parse(text) {
    const url = text.length <= 2048 && URL.canParse(text) ? new URL(text) : undefined;
    return url?.protocol === 'https:' && url.username + url.password + url.hash === '' ? url.href : undefined;
  },
};

/** The issuer of tokens: an https URL, kept to the character, because `iss` must equal it. */
export const issuerUrl: Rule<string> = {
  expects: httpsUrl.expects,
  parse: (text) => (/^[!-~]+$/.test(text) && httpsUrl.parse(text) !== undefined ? text : undefined),
};

/** Text of printable ASCII characters that can be one of a list. */
export function word(expects: string): Rule<string> {
  return matching(
    /^[!-+\--~]{1,256}$/,
    `${expects} of at most 256 printable ASCII characters, without comma`,
  );
}

/** Public keys as text. */
export const publicKeys: Rule<string> = {
  expects: 'a JWK Set with a public signature key that has a kid, or one PEM public key',
  parse(text) {
    try {
      readPublicKeys(text);
      return text;
    } catch {
      return undefined;
    }
  },
};

/** A path prefix, or `/` for none, which is read as an empty one. */
export const basePath: Rule<string> = {
  expects: "a path prefix such as /v1 that starts with '/' and does not end with it, or / alone",
  parse(text) {
    if (text === '/') return '';
    return /^(\/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+$/.test(text) ? text : undefined;
  },
};

/** A component identifier of RFC 9421 without parameters: a derived component or a header name in lower case. */
export const signatureComponent: Rule<string> = {
  expects:
    'a header name or one of @method, @target-uri, @authority, @scheme, @request-target, @path, @query',
  parse(text) {
    const name = text.toLowerCase();
    return /^@(method|target-uri|authority|scheme|request-target|path|query)$/.test(name)
      ? name
      : headerName.parse(name);
  },
};
