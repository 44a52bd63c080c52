import type { AnswerShape } from '@manga-assist/bedrock';
import { object, text } from '../answer-parts.ts';

const DECISIONS = ['approve', 'review', 'reject'] as const;
const CATEGORIES = ['harassment', 'hate', 'sexual', 'violence', 'self-harm', 'profanity', 'spam', 'personal-data', 'piracy', 'spoiler'] as const;
const SEVERITIES = ['none', 'low', 'medium', 'high'] as const;

// A type, not an interface, so that it is JSON to the compiler too.
export type Verdict = {
  id: string;
  decision: (typeof DECISIONS)[number];
  categories: (typeof CATEGORIES)[number][];
  severity: (typeof SEVERITIES)[number];
  reason: string;
};

export const VERDICTS: AnswerShape = {
  name: 'verdicts',
  schema: object({
    items: {
      type: 'array',
      items: object({
        id: text(64),
        decision: { enum: [...DECISIONS] },
        categories: { type: 'array', items: { enum: [...CATEGORIES] }, uniqueItems: true },
        severity: { enum: [...SEVERITIES] },
        reason: text(300),
      }),
    },
  }),
};
