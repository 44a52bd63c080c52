import { PAGE_LANGUAGES } from './words/language.ts';
import type { LanguageChoice } from './words/use-page-language.ts';

const NAMES = { en: { wide: 'English', narrow: 'EN' }, ja: { wide: '日本語', narrow: '日本語' } } as const;

export function PageHeader({ language, say, choose, onNewConversation }: LanguageChoice & { onNewConversation: (() => void) | null }) {
  return (
    <header className="page-header">
      <div className="brand">
        <h1>MangaAssist</h1>
        <p>{say.motto}</p>
      </div>
      <div className="page-tools">
        <button type="button" className="new-conversation" aria-label={say.newConversation} disabled={!onNewConversation} onClick={onNewConversation ?? undefined}>
          <Name wide={say.newConversation} narrow={say.newConversationShort} />
        </button>
        <div className="language-switch" role="group" aria-label={say.languageSwitch}>
          {PAGE_LANGUAGES.map((each) => (
            <button key={each} type="button" lang={each} aria-pressed={each === language} onClick={() => choose(each)}>
              <Name {...NAMES[each]} />
            </button>
          ))}
        </div>
      </div>
    </header>
  );
}

function Name({ wide, narrow }: { wide: string; narrow: string }) {
  if (wide === narrow) return wide;
  return (
    <>
      <span className="wide">{wide}</span>
      <span className="narrow">{narrow}</span>
    </>
  );
}
