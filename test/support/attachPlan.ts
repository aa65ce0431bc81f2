import { stackPlan } from './templatePlan.ts';

/** What follows for the pages of docs/attach: a function with the settings that they give it. */
export const attachPlan = (hasLogin: boolean) =>
  stackPlan({
    settings: hasLogin
      ? {
          APPROOV_USER_AUTH: 'jwt',
          APPROOV_USER_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE',
          APPROOV_USER_AUDIENCE: 'YOUR-APP-CLIENT-ID',
        }
      : {},
  });

/** @see attachPlan */
export type AttachPlan = ReturnType<typeof attachPlan>;
