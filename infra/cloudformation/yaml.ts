import type { TemplateValue } from '../stack/intrinsics.ts';

const plainScalar = /^[A-Za-z0-9_/][A-Za-z0-9_./ -]*$/;
/** Words and numbers that YAML 1.1 or 1.2 reads as something else than text. */
const notText =
  /^(true|false|yes|no|on|off|y|n|null|[0-9][0-9_]*(\.[0-9]*)?|[0-9-]+|0[xo][0-9a-f]+|[0-9.]+e[0-9]+)$/i;

/**
 * Writes a template as block YAML that CloudFormation, SAM and people read.
 *
 * @param indent of the lines, in spaces.
 */
export function toYaml(value: TemplateValue, indent = 0): string {
  const margin = ' '.repeat(indent);
  if (Array.isArray(value)) {
    return value.map((item: TemplateValue) => `${margin}-${afterDash(item, indent)}`).join('');
  }
  return entriesOf(value)
    .map(([key, item]) => `${margin}${quoteIfNeeded(key)}:${afterColon(item, indent)}`)
    .join('');
}

function afterColon(value: TemplateValue, indent: number): string {
  return isNested(value) ? `\n${toYaml(value, indent + 2)}` : ` ${scalar(value, indent + 2)}\n`;
}

function afterDash(value: TemplateValue, indent: number): string {
  return isNested(value) ? ` ${toYaml(value, indent + 2).trimStart()}` : ` ${scalar(value, indent + 2)}\n`;
}

function isNested(value: TemplateValue): boolean {
  return typeof value === 'object' && value !== null && entriesOf(value).length > 0;
}

function entriesOf(value: TemplateValue): [string, TemplateValue][] {
  return Object.entries(value as object).filter(([, item]) => item !== undefined);
}

function scalar(value: TemplateValue, indent: number): string {
  if (typeof value === 'string' && value.includes('\n')) {
    const margin = ' '.repeat(indent);
    return `|-\n${value
      .split('\n')
      .map((line) => `${margin}${line}`)
      .join('\n')}`;
  }
  return typeof value === 'string' ? quoteIfNeeded(value) : JSON.stringify(value);
}

function quoteIfNeeded(text: string): string {
  const isPlain = plainScalar.test(text) && !notText.test(text) && !text.endsWith(' ');
  if (isPlain || /^AWS::[A-Za-z0-9:]+$|^Fn::[A-Za-z]+$/.test(text)) {
    return text;
  }
  // JSON's escapes are YAML's too; single quotes save them where there is nothing but quotes to escape.
  return text.includes('"') && !/['\\\p{Cc}]/u.test(text) ? `'${text}'` : JSON.stringify(text);
}
