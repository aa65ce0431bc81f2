import assert from 'node:assert/strict';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: the shape is that of each resource's type, and the tests assert on it
export type Value = any;

/** A template with its functions in their long form. */
export type Template = Readonly<Record<string, Readonly<Record<string, Value>>>>;

/** What CloudFormation makes of a template: only what its conditions leave, with every function evaluated. */
export interface Evaluated {
  /** Logical ids of the resources that are made. */
  readonly ids: readonly string[];
  /** The properties of one of them. */
  properties(id: string): Value;
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Reads a template as CloudFormation does, by YAML 1.1. */
export function readTemplate(text: string): Template {
  const document = parseDocument(text, { version: '1.1', logLevel: 'silent' });
  assert.deepEqual(document.errors, []);
  return toValue(document.contents);
}

function toValue(node: unknown): Value {
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }) => [toValue(key), toValue(value)]);
    return inLongForm(node.tag, Object.fromEntries(entries));
  }
  if (isSeq(node)) return inLongForm(node.tag, node.items.map(toValue));
  if (isScalar(node)) return inLongForm(node.tag, node.value);
  return null;
}

function inLongForm(tag: string | undefined, value: Value): Value {
  if (!tag?.startsWith('!')) return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  return { [`Fn::${name}`]: name === 'GetAtt' ? value.split('.') : value };
}

/**
 * Evaluates a template for a stack called `stack`. A reference to a resource is `RESOURCE`, an attribute `RESOURCE.ATTRIBUTE`.
 *
 * @throws AssertionError for a parameter that its rule or the template's rules refuse, and for a reference to what is not made
 */
export function evaluate(template: Template, given: Readonly<Record<string, string>> = {}): Evaluated {
  const {
    Parameters = {},
    Rules = {},
    Conditions = {},
    Mappings = {},
    Resources = {},
    Outputs = {},
  } = template;
  for (const name of Object.keys(given)) assert.ok(name in Parameters, `no parameter ${name}`);
  const parameters: Record<string, unknown> = {
    'AWS::Partition': 'aws',
    'AWS::Region': 'eu-west-1',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::AccountId': '123456789012',
    'AWS::StackName': 'stack',
  };
  for (const [name, parameter] of Object.entries(Parameters)) {
    parameters[name] = String(given[name] ?? parameter.Default);
    checkParameter(name, parameter, String(parameters[name]));
  }
  for (const { Assertions } of Object.values(Rules)) {
    for (const { Assert, AssertDescription } of Assertions) assert.ok(resolve(Assert), AssertDescription);
  }

  function isMade(entry: { Condition?: string } | undefined): boolean {
    return entry !== undefined && (entry.Condition === undefined || resolve({ Condition: entry.Condition }));
  }

  function reference(id: string, attribute?: string): unknown {
    if (attribute === undefined && id in parameters) return parameters[id];
    assert.ok(isMade(Resources[id]), `a reference to ${id}, which is not made`);
    return attribute === undefined ? id : `${id}.${attribute}`;
  }

  function resolve(value: Value): Value {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = [], ...others] = Object.entries(value);
    const isFunction = name === 'Ref' || name === 'Condition' || name?.startsWith('Fn::');
    // An IAM statement has a Condition too.
    if (!isFunction || others.length > 0 || (name === 'Condition' && typeof argument !== 'string')) {
      const entries = Object.entries(value).map(([key, item]) => [key, resolve(item)]);
      return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
    }
    return call(name, argument);
  }

  function call(name: string | undefined, argument: Value): Value {
    switch (name) {
      case 'Ref':
        return argument === 'AWS::NoValue' ? undefined : reference(argument);
      case 'Condition':
        assert.ok(argument in Conditions, `no condition ${argument}`);
        return resolve(Conditions[argument]);
      case 'Fn::GetAtt':
        return reference(argument[0], argument[1]);
      case 'Fn::If':
        return resolve(argument[resolve({ Condition: argument[0] }) ? 1 : 2]);
      case 'Fn::Equals':
        return resolve(argument[0]) === resolve(argument[1]);
      case 'Fn::Not':
        return !resolve(argument[0]);
      case 'Fn::And':
        return argument.every(resolve);
      case 'Fn::Or':
        return argument.some(resolve);
      case 'Fn::Join':
        return resolve(argument[1]).join(argument[0]);
      case 'Fn::Split':
        return resolve(argument[1]).split(argument[0]);
      case 'Fn::Select':
        return resolve(argument[1])[argument[0]];
      case 'Fn::FindInMap':
        return Mappings[argument[0]]?.[argument[1]][argument[2]];
      case 'Fn::Sub':
        return substituted(argument);
      default:
        return assert.fail(`unknown function ${name}`);
    }
  }

  function substituted(argument: Value): string {
    const [text, values = {}] = Array.isArray(argument) ? argument : [argument];
    return text.replace(/\$\{([\w:]+)(?:\.(\w+))?\}/g, (_: string, id: string, attribute?: string) =>
      String(id in values ? resolve(values[id]) : reference(id, attribute)),
    );
  }

  const idsOf = (section: Template[string]) => Object.keys(section).filter((id) => isMade(section[id]));
  return {
    ids: idsOf(Resources),
    properties(id) {
      assert.ok(isMade(Resources[id]), `${id} is not made`);
      return resolve(Resources[id].Properties);
    },
    outputs: Object.fromEntries(idsOf(Outputs).map((id) => [id, resolve(Outputs[id].Value)])),
  };
}

function checkParameter(name: string, parameter: Value, value: string): void {
  const {
    AllowedPattern,
    AllowedValues,
    MinLength = 0,
    MinValue = -Infinity,
    MaxValue = Infinity,
  } = parameter;
  assert.match(value, new RegExp(`^(?:${AllowedPattern ?? '[^]*'})$`), `${name}: ${value}`);
  assert.ok(AllowedValues === undefined || AllowedValues.map(String).includes(value), `${name}: ${value}`);
  assert.ok(value.length >= MinLength, `${name} is empty`);
  if (parameter.Type === 'Number')
    assert.ok(Number(value) >= MinValue && Number(value) <= MaxValue, `${name}: ${value}`);
}
