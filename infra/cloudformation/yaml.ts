import type { Section, TemplateValue } from '../stack/intrinsics.ts';
import { sectionsOf, type Template } from '../stack/template.ts';
import { parametersYaml } from './yamlParameters.ts';
import { flowScalar, plainOrQuoted } from './yamlScalar.ts';

/** Columns of a line. Only what has no space to break at is longer. */
const width = 110;

/**
 * Writes a template for CloudFormation, SAM and people: intrinsic functions in their short form, a comment above each
 * part, and what is short on one line.
 */
export function templateYaml(template: Template): string {
  const { head, parts } = sectionsOf(template);
  const sections = Object.entries(parts).filter(([, list]) => list.length > 0);
  const texts = sections.map(([name, list]) => {
    const write = (entries: Section) =>
      name === 'Parameters' ? parametersYaml(entries, width) : toYaml(entries, 2);
    const bodies = list.map(({ comment, entries }) => `${wrap(comment, 2, '# ')}${write(entries)}`);
    return `${name}:\n${bodies.join('\n')}`;
  });
  return [toYaml(head), ...texts].join('\n');
}

/**
 * Writes a value as YAML.
 *
 * @param indent of the lines, in spaces.
 */
export function toYaml(value: TemplateValue, indent = 0): string {
  const margin = ' '.repeat(indent);
  if (Array.isArray(value)) {
    const items = value as readonly TemplateValue[];
    return items.map((item) => `${margin}-${afterDash(item, indent + 2)}`).join('');
  }
  return entriesOf(value)
    .map(([key, item]) => {
      const name = `${margin}${flowScalar(key)}:`;
      return `${name}${after(item, indent + 2, name.length)}`;
    })
    .join('');
}

/** A map begins on the line of its dash. */
function afterDash(item: TemplateValue, indent: number): string {
  const text = after(item, indent, indent - 1);
  return text.startsWith('\n') ? ` ${text.trimStart()}` : text;
}

/** What follows a key or a dash, from that column on. Lines of its own have the indent. */
function after(value: TemplateValue, indent: number, column: number): string {
  const short = shortForm(value);
  // Parameters, resources and outputs have a line for each of their own keys.
  const isEntry = indent <= 4 && short === undefined && !Array.isArray(value);
  const onOneLine = isEntry && isNested(value) ? undefined : flow(value);
  if (onOneLine !== undefined && column + 1 + onOneLine.length <= width) return ` ${onOneLine}\n`;
  if (short !== undefined)
    return ` ${short.tag}${after(short.argument, indent, column + 1 + short.tag.length)}`;
  if (isNested(value)) return `\n${toYaml(value, indent)}`;
  return longScalar(value, indent);
}

function longScalar(value: TemplateValue, indent: number): string {
  if (typeof value !== 'string') return ` ${JSON.stringify(value)}\n`;
  if (value.includes('\n')) return ` |-\n${value.replace(/^/gm, ' '.repeat(indent))}\n`;
  const breaks = / /.test(value) && !/^ | {2}| $/.test(value);
  return breaks ? ` >-\n${wrap(value, indent)}` : ` ${plainOrQuoted(value)}\n`;
}

/** The value on one line; undefined where that would be hard to read. */
function flow(value: TemplateValue, depth = 0): string | undefined {
  const short = shortForm(value);
  if (short !== undefined) {
    const { tag, argument } = short;
    const text =
      typeof argument === 'string' && depth === 0 ? scalarText(argument) : flow(argument, depth + 1);
    return text && `${tag} ${text}`;
  }
  if (!isNested(value)) return depth === 0 ? scalarText(value) : flowScalar(value);
  if (depth > 5) return undefined;
  const texts = Array.isArray(value)
    ? value.map((item: TemplateValue) => flow(item, depth + 1))
    : entriesOf(value).map(([key, item]) => {
        const text = flow(item, depth + 1);
        return text && `${flowScalar(key)}: ${text}`;
      });
  if (texts.includes(undefined)) return undefined;
  if (Array.isArray(value)) return `[${texts.join(', ')}]`;
  return texts.length > 3 ? undefined : `{ ${texts.join(', ')} }`;
}

/** A scalar that stands alone after a key, a dash or a tag. Several lines are none. */
function scalarText(value: TemplateValue): string | undefined {
  if (typeof value !== 'string') return flowScalar(value);
  return value.includes('\n') ? undefined : plainOrQuoted(value);
}

/**
 * The tag and the argument of an intrinsic function; undefined for other values. moto does not understand `!Condition`.
 */
function shortForm(value: TemplateValue): { tag: string; argument: TemplateValue } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [[name, argument] = [], ...others] = entriesOf(value);
  if (name === undefined || argument === undefined || others.length > 0) return undefined;
  if (name === 'Fn::GetAtt') return { tag: '!GetAtt', argument: (argument as string[]).join('.') };
  if (name === 'Ref') return { tag: '!Ref', argument };
  return name.startsWith('Fn::') ? { tag: `!${name.slice('Fn::'.length)}`, argument } : undefined;
}

function isNested(value: TemplateValue): boolean {
  return typeof value === 'object' && value !== null && entriesOf(value).length > 0;
}

function entriesOf(value: TemplateValue): [string, TemplateValue][] {
  return Object.entries(value as object).filter(([, item]) => item !== undefined);
}

/** Text in lines of the width, each after the indent and a mark. */
function wrap(text: string, indent: number, mark = ''): string {
  const margin = `${' '.repeat(indent)}${mark}`;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && margin.length + line.length <= width) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.map((line) => `${margin}${line}\n`).join('');
}
