/** A value of a template: what JSON can hold; entries that are undefined are left out. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue | undefined };

/** Entries of a template by logical id. */
export type Section = Record<string, TemplateValue>;

/**
 * CloudFormation's functions, by their own names.
 *
 * @see {@link https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html}
 */
export const cfn = {
  ref: (name: string) => ({ Ref: name }),
  att: (resource: string, attribute: string) => ({ 'Fn::GetAtt': [resource, attribute] }),
  sub: (text: string) => ({ 'Fn::Sub': text }),
  /** The text with values for placeholders that are neither parameters nor resources. */
  subWith: (text: string, values: Readonly<Record<string, TemplateValue>>) => ({ 'Fn::Sub': [text, values] }),
  if: (condition: string, then: TemplateValue, otherwise: TemplateValue = { Ref: 'AWS::NoValue' }) => ({
    'Fn::If': [condition, then, otherwise],
  }),
  equals: (left: TemplateValue, right: TemplateValue) => ({ 'Fn::Equals': [left, right] }),
  not: (condition: TemplateValue) => ({ 'Fn::Not': [condition] }),
};
