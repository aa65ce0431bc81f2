import { readFile } from 'node:fs/promises';

/** An attribute as Terraform's protocol describes it. Its type is Terraform's JSON, such as `["list", "string"]`. */
interface Attribute {
  readonly type: string | readonly [string, string];
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
}

/** A resource, a data source, the provider's configuration, or a block of one of them. */
export interface SchemaBlock {
  readonly attributes: Record<string, Attribute>;
  readonly blocks: Record<string, { nesting: string; min: number; max: number; block: SchemaBlock }>;
}

/** The part of the provider's schema that a stand-in serves. */
export interface ProviderSchema {
  /** Of the provider that it describes. */
  readonly version: string;
  readonly provider: SchemaBlock;
  readonly resources: Record<string, SchemaBlock>;
  readonly data: Record<string, SchemaBlock>;
}

/** What the bindings say of an entry where they write it out as HCL. */
interface HclEntry {
  readonly isBlock: boolean;
  readonly type: string;
  readonly storageClass: string;
}

/** The two files of one resource in the bindings. */
interface Bindings {
  readonly js: string;
  readonly types: string;
}

/**
 * Reads the AWS provider's own schema out of `@cdktn/provider-aws`, which is generated from it: names, types, what is
 * required and what is computed, for each attribute and block.
 *
 * @param folder of the package.
 * @param wanted names of resources and data sources, such as `aws_lambda_function`.
 * @throws Error when the package does not have one, or is not generated as expected.
 */
export async function providerSchema(
  folder: string,
  wanted: { readonly resources: readonly string[]; readonly data: readonly string[] },
): Promise<ProviderSchema> {
  const readme = await readFile(`${folder}/README.md`, 'utf8');
  const version = /provider version (\d+\.\d+\.\d+)/.exec(readme)?.[1];
  if (version === undefined) throw new Error(`${folder}/README.md does not name the version of the provider`);
  const blocks = async (names: readonly string[], prefix: string) =>
    Object.fromEntries(
      await Promise.all(
        names.map(async (name) => [name, await topBlock(folder, name.replace(/^aws_/, prefix))] as const),
      ),
    );
  return {
    version,
    provider: await topBlock(folder, 'provider'),
    resources: await blocks(wanted.resources, ''),
    data: await blocks(wanted.data, 'data_aws_'),
  };
}

async function topBlock(folder: string, name: string): Promise<SchemaBlock> {
  const path = `${folder}/lib/${name.replaceAll('_', '-')}/index`;
  const bindings = {
    js: await readFile(`${path}.js`, 'utf8'),
    types: await readFile(`${path}.d.ts`, 'utf8'),
  };
  const className = /class (\w+) extends cdktn\.Terraform(?:Resource|DataSource|Provider) /.exec(
    bindings.js,
  )?.[1];
  if (className === undefined) throw new Error(`${path}.js has no class of a resource`);
  const body = classBody(bindings.js, className);
  const hcl = hclEntries(body.slice(body.indexOf('synthesizeHclAttributes')));
  const block = blockOf(bindings, className, hcl, `${className}Config`);
  if (Object.keys(block.attributes).length === 0) throw new Error(`${path}.js has no attributes`);
  return block;
}

function blockOf(
  bindings: Bindings,
  className: string,
  hcl: Readonly<Record<string, HclEntry>>,
  interfaceName: string,
): SchemaBlock {
  const block: SchemaBlock = { attributes: {}, blocks: {} };
  const body = classBody(bindings.js, className);
  for (const { name, required, optional, computed, getter } of flaggedEntries(body)) {
    const entry = hcl[name];
    if (entry?.isBlock) {
      block.blocks[name] = nestedBlock(bindings, name, entry, required, interfaceName);
    } else {
      const type = entry ? typeOf(entry) : typeOfGetter(getter);
      block.attributes[name] = { type, required, optional, computed };
    }
  }
  // The blocks of the provider's configuration have no classes: they are only ever written.
  if (body === '') {
    for (const [name, entry] of Object.entries(hcl)) {
      block.attributes[name] = { type: typeOf(entry), required: false, optional: true, computed: false };
    }
  }
  return block;
}

function nestedBlock(
  bindings: Bindings,
  name: string,
  { type, storageClass }: HclEntry,
  required: boolean,
  interfaceName: string,
): SchemaBlock['blocks'][string] {
  const isSingle = type === 'struct';
  const struct = storageClass.replace(/List$/, '');
  const property = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const declared = section(bindings.types, new RegExp(`interface ${interfaceName} `));
  const isArray = new RegExp(`readonly ${property}\\??: [^;]*\\[\\]`).test(declared);
  const writer = `${struct.charAt(0).toLowerCase()}${struct.slice(1)}ToHclTerraform`;
  const hcl = hclEntries(section(bindings.js, new RegExp(`function ${writer}\\(`)));
  return {
    nesting: isSingle ? 'single' : type,
    min: required && !isSingle ? 1 : 0,
    max: isArray || isSingle ? 0 : 1,
    block: blockOf(bindings, `${struct}OutputReference`, hcl, struct),
  };
}

/** Entries of a class with the flags of the schema, which the bindings have in comments. */
function flaggedEntries(body: string) {
  const entries = body.matchAll(
    /\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n([\s\S]*?)(?=\n {4}\/\/ \w+ - computed|\n {4}\/\/ =====|\n\}\n)/g,
  );
  return [...entries].map(([, name = '', computed, optional, required, getter = '']) => ({
    name,
    computed: computed === 'true',
    optional: optional === 'true',
    required: required === 'true',
    getter,
  }));
}

function hclEntries(text: string): Record<string, HclEntry> {
  const entries = text.matchAll(
    /\n {8}(?: {4})?(\w+): \{\n\s+value: [\s\S]*?\n\s+isBlock: (\w+),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)",/g,
  );
  return Object.fromEntries(
    [...entries].map(([, name, isBlock, type = '', storageClass = '']) => [
      name,
      { isBlock: isBlock === 'true', type, storageClass },
    ]),
  );
}

function typeOf({ type, storageClass }: HclEntry): Attribute['type'] {
  const element = { string: 'string', number: 'number', boolean: 'bool' }[
    storageClass.replace(/(List|Map)$/, '')
  ];
  if (element === undefined) return 'dynamic';
  return type === 'simple' ? element : [type, element];
}

/** The type of what is only computed, which is not written out. */
function typeOfGetter(getter: string): Attribute['type'] {
  const [, one = ''] = /get(String|Number|Boolean)Attribute\(/.exec(getter) ?? [];
  const simple = { String: 'string', Number: 'number', Boolean: 'bool' }[one];
  if (simple !== undefined) return simple;
  if (/getListAttribute/.test(getter)) return ['list', 'string'];
  return /StringMap/.test(getter) ? ['map', 'string'] : 'dynamic';
}

function classBody(js: string, name: string): string {
  return section(js, new RegExp(`class ${name} extends`));
}

/** From a declaration to the end of its block; empty where there is none. */
function section(text: string, start: RegExp): string {
  const at = text.search(start);
  return at < 0 ? '' : text.slice(at, text.indexOf('\n}\n', at) + 3);
}
