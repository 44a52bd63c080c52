import { memo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkCjkFriendly from 'remark-cjk-friendly';
import type { Words } from '../words/words.ts';
import { closeOpenMarks } from './close-open-marks.ts';
import { markdownBlocks } from './markdown-blocks.ts';
import { remarkSoftBreaks } from './remark-soft-breaks.ts';
import { visibleText } from './visible-text.ts';

const ALLOWED = ['p', 'strong', 'em', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'code', 'pre', 'br', 'hr', 'a', 'img'];
const plugins = [remarkCjkFriendly, remarkSoftBreaks];

export interface AnswerTextProps {
  text: string;
  /** While it streams, and when it was cut off: half a mark is not shown as one. */
  isPartial: boolean;
  say: Words;
}

/** The model's Markdown. Raw HTML shows as the text that it is; nothing is ever loaded because a model wrote it. */
export function AnswerText({ text, isPartial, say }: AnswerTextProps) {
  const blocks = markdownBlocks(visibleText(text));
  return (
    <div className="answer-text">
      {blocks.map((block, index) => {
        const isUnfinished = isPartial && index === blocks.length - 1;
        return <Block key={index} markdown={isUnfinished ? closeOpenMarks(block) : block} linkNote={say.linkOpensElsewhere} />;
      })}
    </div>
  );
}

const Block = memo(function Block({ markdown, linkNote }: { markdown: string; linkNote: string }) {
  return (
    <Markdown remarkPlugins={plugins} allowedElements={ALLOWED} unwrapDisallowed urlTransform={httpsOnly} components={componentsFor(linkNote)}>
      {markdown}
    </Markdown>
  );
});

function httpsOnly(url: string): string | null {
  return URL.parse(url)?.protocol === 'https:' ? url : null;
}

const cached = new Map<string, Components>();

/** One object per language: a new one would make React build every link anew. */
function componentsFor(linkNote: string): Components {
  const known = cached.get(linkNote);
  if (known) return known;
  const components: Components = {
    a: ({ href, children }) =>
      href ? (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={linkNote}>
          {children}
        </a>
      ) : (
        <span>{children}</span>
      ),
    // An image address can carry away what the shopper wrote; its description is all that shows.
    img: ({ alt }) => <>{alt}</>,
    // The page has its own outline.
    h1: ({ children }) => <h3>{children}</h3>,
    h2: ({ children }) => <h3>{children}</h3>,
    h3: ({ children }) => <h3>{children}</h3>,
    h4: ({ children }) => <h4>{children}</h4>,
    h5: ({ children }) => <h4>{children}</h4>,
    h6: ({ children }) => <h4>{children}</h4>,
  };
  cached.set(linkNote, components);
  return components;
}
