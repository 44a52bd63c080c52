import type { Turn } from '../chat/chat-state.ts';
import type { PageLanguage } from '../words/language.ts';
import type { Words } from '../words/words.ts';

/** What the answer took, for whoever wants to know. */
export function TurnDetails({ turn, say, language }: { turn: Turn; say: Words; language: PageLanguage }) {
  const { usage } = turn;
  const tokens = turn.tokens ?? usage?.usage;
  if (!tokens) return null;
  const number = (value: number): string => value.toLocaleString(language);
  const seconds = (valueMs: number): string => `${(valueMs / 1000).toLocaleString(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })} s`;

  return (
    <details className="turn-details">
      <summary>{say.details.summary}</summary>
      <dl>
        <Fact name={say.details.model} value={turn.answeredBy} />
        <Fact name={say.details.tokens} value={say.details.tokenCounts(number(tokens.input_tokens), number(tokens.output_tokens))} />
        {usage && (
          <>
            <Fact name={say.details.cost} value={`$${usage.estimated_cost_usd.toFixed(6)}`} />
            <Fact name={say.details.rounds} value={number(usage.rounds)} />
            <Fact name={say.details.firstToken} value={seconds(usage.first_token_ms)} />
            <Fact name={say.details.latency} value={seconds(usage.latency_ms)} />
          </>
        )}
      </dl>
    </details>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
