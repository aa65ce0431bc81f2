const second = 1000;
const minute = 60 * second;

/** What happens to a fleet of environments. Times are milliseconds since the first one starts. */
export interface Scenario {
  readonly name: string;
  readonly duration: number;
  /** The environments start evenly over this time. */
  readonly startsOver: number;
  /** Mean time between two requests to an environment. Every tenth environment is idle: 60 times as long. */
  readonly gap: number;
  /** When Approov begins to sign with the new secret. */
  readonly rotatedAt?: number;
  /** How much later this Region's Secrets Manager has the new secret. */
  readonly lag?: number;
  readonly outage?: { readonly from: number; readonly to: number };
  /** Share of the requests with a forged token. */
  readonly forged?: { readonly share: number; readonly from: number };
  /** Share of the requests with a token that somebody signs with the old secret after the rotation. */
  readonly withdrawn?: number;
  /** `APPROOV_PREVIOUS_SECRET_GRACE_SECONDS`, in milliseconds; 15 minutes by default. */
  readonly grace?: number;
}

/** All environments are in use, and their refreshes spread, before something happens. */
const warm = { startsOver: 5 * minute, gap: 10 * second };
const event = 6 * minute;

/** The scenarios of docs/capacity.md, in its order. */
export const scenarios: readonly Scenario[] = [
  { name: 'a deployment, all within a second', duration: 12 * minute, startsOver: second, gap: 10 * second },
  { name: 'a deployment, 100 a second', duration: 12 * minute, startsOver: 100 * second, gap: 10 * second },
  { name: 'a rotation', duration: 12 * minute, ...warm, rotatedAt: event },
  {
    name: 'a rotation, one token in a hundred forged',
    duration: 12 * minute,
    ...warm,
    rotatedAt: event,
    forged: { share: 0.01, from: 0 },
  },
  {
    name: 'a rotation that reaches this Region 60 s late',
    duration: 12 * minute,
    ...warm,
    rotatedAt: event,
    lag: minute,
  },
  {
    name: 'a withdrawn secret, grace of 900 s',
    duration: 25 * minute,
    ...warm,
    gap: 20 * second,
    rotatedAt: event,
    withdrawn: 0.5,
  },
  {
    name: 'a withdrawn secret, no grace',
    duration: 75 * minute,
    ...warm,
    gap: 60 * second,
    rotatedAt: event,
    withdrawn: 0.5,
    grace: 0,
  },
  {
    name: 'an outage of 70 minutes',
    duration: 79 * minute,
    ...warm,
    gap: 60 * second,
    outage: { from: event, to: 76 * minute },
  },
  {
    name: 'a flood of forged tokens',
    duration: 9 * minute,
    ...warm,
    gap: 3 * second,
    forged: { share: 0.9, from: event },
  },
  {
    name: 'a rotation during that flood',
    duration: 9 * minute,
    ...warm,
    gap: 3 * second,
    rotatedAt: 7 * minute,
    forged: { share: 0.9, from: event },
  },
];
