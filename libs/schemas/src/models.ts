/** Who answers. Aliases, never model ids: the model catalogue says which model stands behind each. */
export const MODEL_ALIASES = ['haiku', 'sonnet'] as const;
export type ModelAlias = (typeof MODEL_ALIASES)[number];

/** `auto` leaves the choice to the service; an answer always says the alias that gave it. */
export const MODEL_CHOICES = [...MODEL_ALIASES, 'auto'] as const;
export type ModelChoice = (typeof MODEL_CHOICES)[number];

export const LANGUAGES = ['en', 'ja', 'auto'] as const;
/** The language to answer in; `auto` is the language of the question. */
export type AnswerLanguage = (typeof LANGUAGES)[number];
