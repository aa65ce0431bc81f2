import { cfn, type Section } from './intrinsics.ts';
import { isUnset } from './templateParameters.ts';

/** Whether a flood of requests is held back, and where. */
export const floodConditions: Section = {
  ReservesConcurrency: cfn.not(isUnset('ReservedConcurrency')),
};

/** Whether stages have limits of their own. One limit without the other fails the deployment: `none` is no number. */
export const throttlingConditions: Section = {
  IsThrottled: cfn.or(cfn.not(isUnset('ThrottlingRateLimit')), cfn.not(isUnset('ThrottlingBurstLimit'))),
};

/** Environments that only the authorizer may use, and the most it may use. */
export const reservedConcurrency = cfn.if('ReservesConcurrency', cfn.ref('ReservedConcurrency'));

const limits = {
  ThrottlingRateLimit: cfn.ref('ThrottlingRateLimit'),
  ThrottlingBurstLimit: cfn.ref('ThrottlingBurstLimit'),
};

/** `DefaultRouteSettings` of the stage of an HTTP or WebSocket API. */
export const routeThrottling = cfn.if('IsThrottled', limits);

/** `MethodSettings` of the stage of a REST API. */
export const methodThrottling = cfn.if('IsThrottled', [{ ResourcePath: '/*', HttpMethod: '*', ...limits }]);
