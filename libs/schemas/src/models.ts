/** What callers may ask for. Aliases, never model ids: the model catalogue says which model stands behind each. */
export const MODEL_ALIASES = ['haiku', 'sonnet'] as const;
export type ModelAlias = (typeof MODEL_ALIASES)[number];

export const LANGUAGES = ['en', 'ja', 'auto'] as const;
/** The language to answer in; `auto` is the language of the question. */
export type AnswerLanguage = (typeof LANGUAGES)[number];
