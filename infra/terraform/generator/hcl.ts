import type { TemplateValue } from '../../stack/intrinsics.ts';

/** A block of Terraform's language. */
export interface Block {
  /** Such as `resource "aws_lambda_function" "this"`. */
  readonly header: string;
  /** Expressions by name. A group is aligned, and a blank line separates it from the next. */
  readonly attributes: readonly Readonly<Record<string, string | undefined>>[];
  readonly blocks?: readonly Block[];
  /** What it is, for a reader. */
  readonly comment?: string;
}

/** CloudFormation's pseudo parameters in Terraform. */
const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Region': 'data.aws_region.current.region',
  'AWS::URLSuffix': 'data.aws_partition.current.dns_suffix',
};

/** Blocks as `terraform fmt` formats them. */
export function hclText(blocks: readonly Block[]): string {
  return `${blocks.map((block) => blockLines(block).join('\n')).join('\n\n')}\n`;
}

function blockLines({ header, attributes, blocks = [], comment }: Block): string[] {
  const parts = [...attributes.map(attributeLines), ...blocks.map(blockLines)].filter(
    (lines) => lines.length > 0,
  );
  const body = parts.flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
  const indented = body.flatMap((line) => line.split('\n')).map((line) => (line ? `  ${line}` : ''));
  return [...(comment ? [`# ${comment}`] : []), `${header} {`, ...indented, '}'];
}

function attributeLines(attributes: Readonly<Record<string, string | undefined>>): string[] {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${name.padEnd(width)} = ${value}`);
}

/**
 * A template's value as an expression. Text may hold Terraform's own references in `${}`, and CloudFormation's where it
 * is an `Fn::Sub`.
 */
export function expression(value: TemplateValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(', ')}]`;
  if ('Fn::Sub' in value) return quoted(substituted(value));
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const pairs = entries.map(([key, entry]) => `${keyText(key)} = ${expression(entry as TemplateValue)}`);
  return `{ ${pairs.join(', ')} }`;
}

/** The text of an `Fn::Sub`, with Terraform's references for CloudFormation's. */
export function substituted(value: TemplateValue): string {
  const sub = (value as { readonly 'Fn::Sub': string | readonly [string, Record<string, string>] })[
    'Fn::Sub'
  ];
  const [text, values] = typeof sub === 'string' ? [sub, {}] : sub;
  return text.replace(/\$\{([A-Za-z:]+)\}/g, (whole, name: string) => {
    const pseudo = pseudoParameters[name];
    return values[name] ?? (pseudo === undefined ? whole : `\${${pseudo}}`);
  });
}

/** Text that is one reference stands without quotes. */
function quoted(text: string): string {
  return /^\$\{([^{}]+)\}$/.exec(text)?.[1] ?? JSON.stringify(text);
}

function keyText(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : JSON.stringify(key);
}
