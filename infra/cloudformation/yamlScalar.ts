import type { TemplateValue } from '../stack/intrinsics.ts';

/** Words and numbers that YAML 1.1 or 1.2 reads as something else than text. */
const notText =
  /^(true|false|yes|no|on|off|y|n|null|[0-9][0-9_]*(\.[0-9]*)?|[0-9-]+|0[xo][0-9a-f]+|[0-9.]+e[0-9]+)$/i;

/** Plain text within brackets, and as a key. */
const plainInFlow = /^[A-Za-z0-9_/](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?$/;
/** Names of CloudFormation as keys, such as `Fn::Transform`. */
const plainKey = /^(AWS|Fn)::[A-Za-z0-9:]+$/;
/** Plain text that stands alone: only the first character, `: ` and ` #` have a meaning there. */
const plainAlone = /^[A-Za-z0-9_/$][\x20-\x7e]*$/;

/** A scalar within brackets, or a key. */
export function flowScalar(value: TemplateValue): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return plainInFlow.test(value) && !notText.test(value) ? value : quoted(value);
}

/** Text that stands alone on its line, behind a key, a dash or a tag. */
export function plainOrQuoted(text: string): string {
  const isPlain = plainAlone.test(text) && !/: | #|[: ]$/.test(text) && !notText.test(text);
  return isPlain || plainKey.test(text) ? text : quoted(text);
}

/** JSON's escapes are YAML's too; single quotes save them where there is nothing but quotes to escape. */
function quoted(text: string): string {
  return text.includes('"') && !/['\\\p{Cc}]/u.test(text) ? `'${text}'` : JSON.stringify(text);
}
