import type { HttpRequest } from '../approov/httpRequest.ts';

/** What was pasted cannot be read, or what was asked for makes no sense. The message is for the page. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Options of curl that take a value and do not change what is checked. */
const ignoredWithValue =
  /^(-o|--output|-m|--max-time|--connect-timeout|--resolve|--cacert|-x|--proxy|-w|--write-out)$/;
const dataOptions = /^(-d|--data|--data-raw|--data-binary|--data-ascii)$/;

/**
 * Reads a curl command as a POSIX shell would, without running anything.
 *
 * @throws InputError for a command without a URL, an open quote, or an option with a file.
 */
export function parseCurl(command: string): HttpRequest {
  const [name, ...words] = shellWords(command.trim());
  if (name !== 'curl') throw new InputError('This is no curl command.');
  let url: string | undefined;
  let method: string | undefined;
  const headers: Record<string, string> = {};
  const data: string[] = [];
  while (words.length > 0) {
    const word = words.shift() as string;
    const [option, joined] = splitOption(word);
    const value = () => joined ?? words.shift() ?? missing(option);
    if (option === '-H' || option === '--header') addHeader(headers, value());
    else if (option === '-X' || option === '--request') method = value();
    else if (dataOptions.test(option)) data.push(bodyText(option, value()));
    else if (option === '--url') url = value();
    else if (option === '-A' || option === '--user-agent') addHeader(headers, `User-Agent: ${value()}`);
    else if (option === '-I' || option === '--head') method ??= 'HEAD';
    else if (ignoredWithValue.test(option)) value();
    else if (!option.startsWith('-')) url ??= option;
  }
  if (url === undefined) throw new InputError('The curl command has no URL.');
  const body = data.length === 0 ? undefined : data.join('&');
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), url: absolute(url), headers, body };
}

/**
 * Adds one `Name: value` line. A name that is there already keeps both values, as a list.
 *
 * @throws InputError
 */
export function addHeader(headers: Record<string, string>, line: string): void {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw new InputError(`A header must be "Name: value", not "${line.slice(0, 40)}".`);
  }
  const known = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
  if (known === undefined) headers[name] = value.trim();
  else headers[known] = `${headers[known]}, ${value.trim()}`;
}

/** Splits a short option from a value that follows without a space. */
function splitOption(word: string): [option: string, value?: string] {
  const [, short, joined] = /^(-[HXdAomxw])(.+)$/s.exec(word) ?? [];
  if (short !== undefined && joined !== undefined) return [short, joined];
  return [word];
}

function missing(option: string): never {
  throw new InputError(`The option ${option} has no value.`);
}

function bodyText(option: string, value: string): string {
  if (value.startsWith('@') && option !== '--data-raw') {
    throw new InputError('The body is in a file: paste it with --data-raw.');
  }
  return value;
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
