import type { TemplateValue } from '../intrinsics.ts';

/** A function that runs the authorizer, as its template names it. */
export interface ObservedFunction {
  /** Start of the logical ids that are made for it. */
  readonly id: string;
  /** Its name: text, or a function of CloudFormation. */
  readonly functionName: TemplateValue;
  readonly logGroupName: TemplateValue;
  /** The log group's logical id, when `logGroupName` does not refer to it. */
  readonly dependsOn?: string;
  /** Condition of the template under which the function exists. */
  readonly condition?: string;
}

/** What is watched, and whom to tell. */
export interface Observation {
  readonly functions: readonly ObservedFunction[];
  /** Namespace of the metrics and name of the dashboard. */
  readonly namespace: TemplateValue;
  readonly dashboardName: TemplateValue;
  /** Percentage of decisions over five minutes. */
  readonly refusalAlarmPercent: TemplateValue;
  /** A list of ARNs, or a function of CloudFormation that gives one. */
  readonly alarmActions: TemplateValue;
}
