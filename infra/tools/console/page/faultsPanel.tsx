import { useEffect, useRef, useState } from 'preact/hooks';
import type { LogEvent, SendResult, Setup } from '../protocol.ts';
import { call } from './calls.ts';
import { Problem, useAction, useNow } from './parts.tsx';

/** What a probe got. */
interface Probe {
  readonly at: number;
  /** From API Gateway. */
  readonly status: number;
  readonly reason: string | undefined;
  readonly secretVersion: string | undefined;
  /** Whether the authorizer's secret was older than its life. */
  readonly isStale: boolean;
}

const probesKept = 60;

/** Switches the stand-in for Secrets Manager, and shows what that does to a valid request. */
export function FaultsPanel({
  setup,
  fault,
  onFault,
  events,
}: {
  setup: Setup;
  fault: string;
  onFault: (id: string) => void;
  events: readonly LogEvent[];
}) {
  const [isProbing, setProbing] = useState(false);
  const [probes, setProbes] = useState<readonly Probe[]>([]);
  const { problem, run } = useAction();
  const { problem: probeProblem, run: runProbe } = useAction();
  const api = setup.apis[0];
  const fetchedAt = events.findLast(
    ({ api: name, message }) => name === api?.name && message === 'secret refreshed',
  )?.at;
  const latestFetch = useRef(fetchedAt);
  latestFetch.current = fetchedAt;
  const choose = (id: string) =>
    run(async () => {
      // At once, so that the button stays chosen while the call is under way.
      onFault(id);
      await call('fault', { id }).catch((error: unknown) => {
        onFault(fault);
        throw error;
      });
    });
  const probe = async (name: string, body: object) => {
    const { awsStatus: status, decision } = await call<SendResult>(name, body);
    const { reason, secretVersion } = decision?.line ?? {};
    const at = Date.now();
    const isStale = status === 200 && at - (latestFetch.current ?? at) > setup.secretTtlSeconds * 1000;
    const made = { at, status, reason, secretVersion, isStale };
    setProbes((known) => [...known, made].slice(-probesKept));
  };

  useEffect(() => {
    if (!isProbing) return;
    const send = () => runProbe(() => probe('send', { api: api?.name, title: api?.requests[0]?.title }));
    send();
    const timer = setInterval(send, 1000);
    return () => clearInterval(timer);
  }, [isProbing]);

  return (
    <>
      <fieldset class="faults">
        <legend>Secrets Manager</legend>
        {setup.faults.map(({ id, title, effect }) => (
          <label key={id} class="check">
            <input type="radio" name="fault" checked={fault === id} onChange={() => choose(id)} />
            <span>
              {title}: <span class="quiet">{effect}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="bar">
        <button type="button" onClick={() => run(async () => void (await call('rotate')))}>
          Rotate the secret
        </button>
        <button type="button" onClick={() => run(() => probe('sendPrevious', { api: api?.name }))}>
          Send a token of the previous secret
        </button>
      </div>
      <Problem text={problem ?? probeProblem} />
      <label class="check">
        <input
          type="checkbox"
          checked={isProbing}
          onChange={(event) => setProbing(event.currentTarget.checked)}
        />
        Send a valid request every second
      </label>
      <SecretAge setup={setup} fetchedAt={fetchedAt} />
      <p class="quiet">
        In this run the secret is fetched again after {setup.secretTtlSeconds} s. While that fails, the last
        one serves until it is {setup.secretMaxStaleSeconds} s old; then every request fails. A token of a new
        secret makes the authorizer look for it at once, though only once in 30 s. After a rotation the
        previous secret verifies for {setup.previousSecretGraceSeconds} s.
      </p>
      <h3>What the requests got</h3>
      <p role="status">{lastProbe(probes.at(-1))}</p>
      <ol class="probes" aria-label="The last requests, the newest at the end">
        {probes.map((made) => (
          <li key={made.at} class={probeClass(made)} title={lastProbe(made)}>
            <span class="hidden">{lastProbe(made)}</span>
          </li>
        ))}
      </ol>
      <h3>What the authorizers logged</h3>
      {events.length === 0 && <p class="quiet">Nothing yet.</p>}
      <ol class="events">
        {events
          .slice(-30)
          .reverse()
          .map(({ id, at, api: name, level, message }) => (
            <li key={id} class={level}>
              <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString('en-GB')}</time>{' '}
              {name}: {message}
            </li>
          ))}
      </ol>
    </>
  );
}

/** How old the authorizer's secret is, and what that means. It is only fetched when a request comes. */
function SecretAge({ setup, fetchedAt }: { setup: Setup; fetchedAt: number | undefined }) {
  const now = useNow();
  const { secretTtlSeconds: life, secretMaxStaleSeconds: longest } = setup;
  if (fetchedAt === undefined) return <p class="age">The authorizer has not fetched the secret yet.</p>;
  const age = Math.max(0, Math.round(now - fetchedAt / 1000));
  const phase =
    age < life
      ? 'fresh'
      : age < longest
        ? 'stale: still used while fetching fails'
        : 'too old: no longer used';
  return (
    <p class="age">
      The authorizer's secret was fetched <strong>{age} s</strong> ago. It is {phase}.
      <progress max={longest} value={Math.min(age, longest)} aria-label="Age of the secret" />
    </p>
  );
}

function lastProbe(probe: Probe | undefined): string {
  if (probe === undefined) return 'None sent yet.';
  const { at, status, reason, secretVersion, isStale } = probe;
  const by =
    secretVersion === 'previous'
      ? ', verified by the previous secret'
      : isStale
        ? ', with a stale secret'
        : '';
  return `${new Date(at).toLocaleTimeString('en-GB')}: ${status}${reason ? ` ${reason}` : ''}${by}`;
}

function probeClass({ status, secretVersion, isStale }: Probe): string {
  if (status !== 200) return 'bad';
  return secretVersion === 'previous' || isStale ? 'odd' : 'good';
}
