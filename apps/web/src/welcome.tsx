import { languageOf } from './words/language.ts';
import type { Words } from './words/words.ts';

export function Welcome({ say, onStarter }: { say: Words; onStarter(question: string): void }) {
  return (
    <section className="welcome" aria-labelledby="greeting">
      <h2 id="greeting">{say.greeting}</h2>
      <p>{say.introduction}</p>
      <ul className="starters" aria-label={say.startersLabel}>
        {say.starters.map((starter) => (
          <li key={starter}>
            <button type="button" lang={languageOf(starter)} onClick={() => onStarter(starter)}>
              {starter}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
