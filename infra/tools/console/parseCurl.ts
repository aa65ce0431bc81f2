import type { HttpRequest } from '../approov/httpRequest.ts';

/** What was pasted cannot be read, or what was asked for makes no sense. The message is for the page. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** A request that was pasted. */
export interface PastedRequest {
  readonly request: HttpRequest;
  /** The body, or a part of it, is in a file or a form, which is not read. */
  readonly isBodyUnknown: boolean;
}

/** Short options that take a value, and the long ones of the same meaning. */
const shortNames: Readonly<Record<string, string>> = {
  '--cookie': '-b',
  '--data': '-d',
  '--data-ascii': '-d',
  '--data-binary': '-d',
  '--form': '-F',
  '--form-string': '-F',
  '--get': '-G',
  '--head': '-I',
  '--header': '-H',
  '--referer': '-e',
  '--request': '-X',
  '--upload-file': '-T',
  '--user': '-u',
  '--user-agent': '-A',
};
const shortWithValue = 'AbcCdDeEFHKmoPQrtTuUwxXyYz';

/** Long options that take a value; most of them do not change what is checked. */
const longWithValue = new Set(
  (
    'aws-sigv4 cacert capath cert ciphers config connect-timeout connect-to cookie-jar data-raw data-urlencode dns-servers ' +
    'dump-header interface json key limit-rate max-redirs max-time noproxy oauth2-bearer output pinnedpubkey proxy proxy-user ' +
    'range resolve retry retry-delay retry-max-time tls-max unix-socket url write-out'
  )
    .split(' ')
    .map((name) => `--${name}`),
);

/**
 * Reads a curl command as a POSIX shell would, without running anything or reading a file.
 *
 * @throws InputError for a command without a URL, or an open quote.
 * @see {@link https://curl.se/docs/manpage.html}
 */
export function parseCurl(command: string): PastedRequest {
  const [name, ...words] = shellWords(command.trim());
  if (name !== 'curl') throw new InputError('This is no curl command.');
  let url: string | undefined;
  let method: string | undefined;
  let isQuery = false;
  let isBodyUnknown = false;
  const headers = new HeaderList();
  const data: string[] = [];
  for (const [option, value] of optionsOf(words)) {
    if (option === '' || option === '--url') url ??= value;
    else if (option === '-H') headers.add(value);
    else if (option === '-X') method = value;
    else if (option === '-G') isQuery = true;
    else if (option === '-I') method ??= 'HEAD';
    else if (option === '-A') headers.add(`User-Agent: ${value}`);
    else if (option === '-e') headers.add(`Referer: ${value}`);
    else if (option === '-u') headers.add(`Authorization: Basic ${Buffer.from(value).toString('base64')}`);
    else if (option === '--oauth2-bearer') headers.add(`Authorization: Bearer ${value}`);
    else if (option === '-b') value.includes('=') && headers.add(`Cookie: ${value}`);
    else if (option === '-T' || option === '-F' || (option === '-d' && value.startsWith('@'))) {
      isBodyUnknown = true;
      if (option === '-T') method ??= 'PUT';
    } else if (option === '--data-urlencode') {
      const [, field = '', text = ''] = /^([^=]*=)?(.*)$/s.exec(value) ?? [];
      data.push(field.replace(/^=/, '') + encodeURIComponent(text));
    } else if (option === '-d' || option === '--data-raw' || option === '--json') {
      data.push(value);
      if (option === '--json') headers.add('Content-Type: application/json');
    }
  }
  if (url === undefined) throw new InputError('The curl command has no URL.');
  const joined = data.length === 0 ? undefined : data.join('&');
  const body = isQuery || isBodyUnknown ? undefined : joined;
  const target = isQuery && joined ? `${url}${url.includes('?') ? '&' : '?'}${joined}` : url;
  const defaultMethod = body !== undefined || (isBodyUnknown && !isQuery) ? 'POST' : 'GET';
  return {
    request: { method: method ?? defaultMethod, url: absolute(target), headers: headers.all(), body },
    isBodyUnknown,
  };
}

/** Header fields in the order of their first values. */
export class HeaderList {
  readonly #fields = new Map<string, { name: string; values: string[] }>();

  constructor(headers: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(headers)) this.add(`${name}: ${value}`);
  }

  /**
   * Adds one `Name: value` line. A name that is there already keeps both values, as a list.
   *
   * @throws InputError
   */
  add(line: string): void {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new InputError(`A header must be "Name: value", not "${line.slice(0, 40)}".`);
    }
    const field = this.#fields.get(name.toLowerCase());
    if (field === undefined) this.#fields.set(name.toLowerCase(), { name, values: [value.trim()] });
    else field.values.push(value.trim());
  }

  /** The fields by their names as first written. */
  all(): Record<string, string> {
    return Object.fromEntries(
      [...this.#fields.values()].map(({ name, values }) => [name, values.join(', ')]),
    );
  }
}

/** The options by their short names, each with its value; without a name what is no option. */
function* optionsOf(words: readonly string[]): Generator<[option: string, value: string]> {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as string;
    const next = (option: string) => {
      index += 1;
      if (index === words.length) throw new InputError(`The option ${option} has no value.`);
      return words[index] as string;
    };
    if (word.startsWith('--')) {
      const option = shortNames[word] ?? word;
      const takesValue = longWithValue.has(option) || shortWithValue.includes(option.slice(1));
      yield [option, takesValue ? next(word) : ''];
    } else if (/^-./.test(word)) {
      const letters = word.slice(1);
      const end = [...letters].findIndex((letter) => shortWithValue.includes(letter));
      for (const letter of end < 0 ? letters : letters.slice(0, end)) yield [`-${letter}`, ''];
      if (end >= 0) yield [`-${letters[end]}`, letters.slice(end + 1) || next(`-${letters[end]}`)];
    } else yield ['', word];
  }
}

function absolute(text: string): string {
  const withScheme = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) throw new InputError('The URL cannot be read.');
  return withScheme;
}

/** @see {@link https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02} Quoting */
function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  // Text in $'', '' or "", an escaped character, white space, a run of other characters, or an open quote.
  const parts = /\$'((?:[^'\\]|\\.)*)'|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(\s+)|([^\s'"\\$]+|\$(?!'))|(.)/gs;
  for (const [, ansi, single, double, escaped, space, plain, open] of text.matchAll(parts)) {
    if (open !== undefined) throw new InputError('A quote is not closed.');
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (escaped !== '\n') {
      const unquoted = double?.replace(/\\(["\\$`\n])/g, '$1');
      word = `${word ?? ''}${ansi?.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, ansiCharacter) ?? single ?? unquoted ?? escaped ?? plain}`;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function ansiCharacter(_: string, code: string): string {
  if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  return { n: '\n', r: '\r', t: '\t' }[code] ?? code;
}
