import type { TemplateValue } from '../intrinsics.ts';
import { alarms } from './alarms.ts';
import { dashboard } from './dashboard.ts';
import { metricFilters } from './metricFilters.ts';
import type { Observation } from './observation.ts';

/**
 * All that operators see, as CloudFormation resources: metrics from the JSON log, alarms and a dashboard. The Serverless,
 * SAM and attach templates take them from here.
 */
export function observabilityResources(observation: Observation): Record<string, TemplateValue> {
  const { functions, namespace } = observation;
  return {
    ...Object.assign({}, ...functions.map((observed) => metricFilters(observed, namespace))),
    ...alarms(observation),
    ApproovDashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardName: observation.dashboardName, DashboardBody: dashboard(namespace) },
    },
  };
}
