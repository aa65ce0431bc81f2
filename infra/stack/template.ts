import type { Section, TemplateValue } from './intrinsics.ts';

/** Entries of a section that belong together. */
export interface TemplatePart {
  /** What they are, for a reader of the template. */
  readonly comment: string;
  readonly entries: Section;
}

/** A CloudFormation template, in the order in which a person reads it. */
export interface Template {
  readonly description: string;
  readonly transform?: string;
  readonly metadata?: Section;
  readonly globals?: Section;
  readonly parameters: readonly TemplatePart[];
  readonly conditions: readonly TemplatePart[];
  readonly resources: readonly TemplatePart[];
  readonly outputs: readonly TemplatePart[];
}

/** The template's sections by their names in CloudFormation, with what stands before them. */
export function sectionsOf(template: Template) {
  const { description, transform, metadata, globals, parameters, conditions, resources, outputs } = template;
  return {
    head: {
      AWSTemplateFormatVersion: '2010-09-09',
      Transform: transform,
      Description: description,
      Metadata: metadata,
      Globals: globals,
    } satisfies Record<string, TemplateValue | undefined>,
    parts: { Parameters: parameters, Conditions: conditions, Resources: resources, Outputs: outputs },
  };
}
