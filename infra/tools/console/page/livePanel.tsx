import { useState } from 'preact/hooks';
import type { Decision, Setup } from '../protocol.ts';
import { Choice, Explained, Json, Pairs, Verdict } from './parts.tsx';

/** How many decisions are listed at once. */
const listed = 100;
/** How many reasons the chart shows at first. */
const charted = 8;
const anything = 'all';

/** Every decision as it happens, the newest first, with the counts by reason. */
export function LivePanel({ setup, decisions }: { setup: Setup; decisions: readonly Decision[] }) {
  const [kind, setKind] = useState(anything);
  const [reason, setReason] = useState(anything);
  const shown = decisions
    .filter(({ line }) => kind === anything || line.decision === kind)
    .filter(({ line }) => reason === anything || line.reason === reason)
    .slice(-listed)
    .reverse();
  const latest = decisions.at(-1);
  return (
    <>
      <p class="hidden" aria-live="polite">
        {latest && `${latest.api}: ${latest.line.decision} ${latest.line.reason ?? ''}`}
      </p>
      <Counts decisions={decisions} />
      <div class="bar">
        <Choice
          label="Decision"
          value={kind}
          values={allOf(
            kind,
            decisions.map(({ line }) => line.decision),
          )}
          onChoose={setKind}
        />
        <Choice
          label="Reason"
          value={reason}
          values={allOf(
            reason,
            decisions.flatMap(({ line }) => line.reason ?? []),
          )}
          onChoose={setReason}
        />
      </div>
      {decisions.length === 0 && (
        <p class="quiet">
          None yet. Send a request here, or from your app to{' '}
          {setup.apis.map(({ name, url }, index) => (
            <span key={name}>
              {index > 0 && ', '}
              <code>{url}</code>
            </span>
          ))}
          . A request without the token header never gets here: the gateway answers it with a 401.
        </p>
      )}
      <ol class="decisions scrolls">
        {shown.map((decision) => (
          <li key={decision.id}>
            <DecisionEntry setup={setup} decision={decision} />
          </li>
        ))}
      </ol>
    </>
  );
}

function DecisionEntry({ setup, decision }: { setup: Setup; decision: Decision }) {
  const { at, api, method, path, userAgent, line, answer, awsStatus } = decision;
  return (
    <details>
      <summary>
        <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString('en-GB')}</time>
        <Verdict line={line} />
        <span class="reason">{line.reason ?? line.message}</span>
        <span class="quiet">
          {api} · {method} {path} · {line.durationMs} ms{line.coldStart ? ' · cold' : ' · warm'}
          {awsStatus && ` · ${awsStatus}`}
          {line.clientStatus && ` · ${line.clientStatus}`}
          {line.arc && ` · ARC ${line.arc}`}
          {line.secretVersion === 'previous' && ' · previous secret'}
        </span>
      </summary>
      <Explained explanation={setup.explanations[line.reason ?? '']} />
      <Pairs
        pairs={[
          ['Client status', line.clientStatus],
          ['ARC', line.arc ?? line.unverifiedArc],
          ['Route', line.route],
          ['User agent', userAgent],
        ]}
      />
      <Json label="Log line" value={line} />
      <Json label="Answer to API Gateway" value={answer} />
    </details>
  );
}

/** What can be chosen: anything, what is chosen, and what has been seen. */
function allOf(value: string, values: readonly string[]): string[] {
  return [...new Set([anything, value, ...values])];
}

/** Bars by reason; an Allow has none. The most frequent ones, or all. */
function Counts({ decisions }: { decisions: readonly Decision[] }) {
  const [isWhole, setWhole] = useState(false);
  const counts = new Map<string, { count: number; decision: string }>();
  for (const { line } of decisions) {
    const name = line.reason ?? line.decision;
    counts.set(name, { count: (counts.get(name)?.count ?? 0) + 1, decision: line.decision });
  }
  const rows = [...counts].sort(([, one], [, other]) => other.count - one.count);
  const most = rows[0]?.[1].count ?? 1;
  if (rows.length === 0) return null;
  const more = rows.length - charted;
  return (
    <>
      <table class="counts">
        <caption>{decisions.length} decisions by reason</caption>
        <tbody>
          {rows.slice(0, isWhole ? undefined : charted).map(([name, { count, decision }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="chart">
                <svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">
                  <rect class={decision} width={(count / most) * 100} height="10" rx="1" />
                </svg>
              </td>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <button type="button" class="small" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Fewer reasons' : `${more} more`}
        </button>
      )}
    </>
  );
}
