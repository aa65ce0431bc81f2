import type { Decision } from '../protocol.ts';
import { Json, span, useNow } from './parts.tsx';

/** The last answer as API Gateway got it, with when it ends. */
export function PolicyPanel({ decision }: { decision: Decision | undefined }) {
  const now = useNow();
  if (decision === undefined) return <p class="quiet">No decision yet.</p>;
  const { answer, api, at } = decision;
  if ('threw' in answer) {
    return (
      <p>
        The authorizer threw <code>{answer.threw}</code>. API Gateway answers 500 and caches nothing.
      </p>
    );
  }
  const end = endOf(answer.returned);
  return (
    <>
      <p>
        {api}, {new Date(at).toLocaleTimeString('en-GB')}.{' '}
        {end === undefined ? (
          "It does not end by itself: API Gateway may use it for the authorizer's TTL."
        ) : (
          <>
            It ends <strong>{span(end - now)}</strong>, with its token.
          </>
        )}
      </p>
      <Json label="The answer" value={answer.returned} />
    </>
  );
}

/** Seconds since 1970 UTC at which the policy stops allowing. */
function endOf(answer: unknown): number | undefined {
  const [, time] = /"aws:CurrentTime":"([^"]+)"/.exec(JSON.stringify(answer)) ?? [];
  return time === undefined ? undefined : Date.parse(time) / 1000;
}
