import { IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { LANGUAGES, MODEL_CHOICES, type AnswerLanguage, type ModelChoice } from '../models.ts';
import { CodePoints, LowerCaseUuid, Optional } from '../rules.ts';

/** POST /v1/manga/query. */
export class MangaQueryRequest {
  /** The question, in any language; 1 to 4,000 characters, counted again after cleaning. */
  @CodePoints(1, 4000)
  query: string;

  @IsIn(MODEL_CHOICES)
  model: ModelChoice = 'haiku';

  @IsInt()
  @Min(1)
  @Max(4096)
  max_tokens: number = 512;

  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(1)
  temperature: number = 0.5;

  /** A conversation of the caller's own, read as context; the answer is then never cached. */
  @Optional()
  @LowerCaseUuid()
  conversation_id?: string;

  @IsIn(LANGUAGES)
  language: AnswerLanguage = 'auto';
}
