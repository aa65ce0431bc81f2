import { globSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { root } from './tools.ts';

/** A shape of AWS's API model, as far as it is checked. */
interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly member?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

interface Operation {
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input: { readonly shape: string };
  readonly output: { readonly shape: string };
}

/** AWS's own description of a service, which botocore installs with itself. */
export class ApiModel {
  readonly #operations: Readonly<Record<string, Operation>>;
  readonly #shapes: Readonly<Record<string, Shape>>;

  /** @param service as botocore names its folder, such as `apigateway`. */
  constructor(service: string) {
    const pattern = `.cache/verify-venv/lib/python*/site-packages/botocore/data/${service}/*/service-2.json.gz`;
    const [file] = globSync(pattern, { cwd: root }).sort().reverse();
    if (file === undefined) throw new Error(`botocore has no ${service}: run npm run verify once`);
    const { operations, shapes } = JSON.parse(gunzipSync(readFileSync(`${root}${file}`)).toString());
    this.#operations = operations;
    this.#shapes = shapes;
  }

  /** What is wrong with the path of a call, or with what it sends or gets; empty when nothing is. */
  faults(operation: string, direction: 'input' | 'output', value: unknown, path: string): string[] {
    const { http, [direction]: type } = this.#operations[operation] as Operation;
    const uri = http.requestUri.replaceAll(/\{\w+\}/g, '[^/]+');
    const isRouted = direction === 'output' || new RegExp(`^${http.method} ${uri}$`).test(path);
    return [
      ...(isRouted ? [] : [`${path} is not ${operation}`]),
      ...this.#faults(type.shape, value, operation),
    ];
  }

  #faults(name: string, value: unknown, at: string): string[] {
    const shape = this.#shapes[name] as Shape;
    const { required = [], members = {}, pattern, min = 0, max = Number.POSITIVE_INFINITY } = shape;
    switch (shape.type) {
      case 'structure': {
        if (!isObject(value)) return [`${at} is no structure`];
        return [
          ...required
            .filter((member) => value[member] === undefined)
            .map((member) => `${at} lacks ${member}`),
          ...Object.entries(value).flatMap(([member, inner]) => {
            const known = Object.hasOwn(members, member) ? members[member] : undefined;
            if (known === undefined) return [`${at} has no member ${member}`];
            return inner === undefined ? [] : this.#faults(known.shape, inner, `${at}.${member}`);
          }),
        ];
      }
      case 'map':
        if (!isObject(value)) return [`${at} is no map`];
        return Object.entries(value).flatMap(([key, inner]) => [
          ...this.#faults(shape.key?.shape ?? '', key, `${at} key`),
          ...this.#faults(shape.value?.shape ?? '', inner, `${at}.${key}`),
        ]);
      case 'list':
        if (!Array.isArray(value)) return [`${at} is no list`];
        return value.flatMap((inner) => this.#faults(shape.member?.shape ?? '', inner, `${at}[]`));
      case 'string': {
        if (typeof value !== 'string') return [`${at} is no string`];
        const isAllowed = shape.enum?.includes(value) ?? true;
        const fits = pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value);
        return isAllowed && fits && value.length >= min && value.length <= max
          ? []
          : [`${at} may not be ${value}`];
      }
      case 'integer':
      case 'long':
        return Number.isInteger(value) ? [] : [`${at} is no whole number`];
      default:
        return typeof value === shape.type ? [] : [`${at} is no ${shape.type}`];
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
