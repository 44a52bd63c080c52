// @Type reads what the compiler wrote down, through this.
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, Matches, ValidateNested } from 'class-validator';
import { CodePoints, LowerCaseUuid, Optional } from '../rules.ts';
import type { JobType } from './job-types.ts';

export const MANGA_ID = /^MNG-[A-Z0-9]{8}$/;
/** An object key of the bucket of covers: no way up, no empty part. */
const COVER_KEY = /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*){0,7}$/;
const ITEM_ID = /^[A-Za-z0-9_.:-]{1,64}$/;

/** `prompt`: the customer's free-form request. */
export class PromptInput {
  /** 1 to 20,000 characters. */
  @CodePoints(1, 20_000)
  prompt: string;
}

/** The five analyses of one series. */
export class AnalysisInput {
  @Matches(MANGA_ID, { message: 'must be MNG- and eight capitals or digits' })
  manga_id: string;

  /** What the merchandiser knows besides the catalogue; data, never instructions. */
  @Optional()
  @CodePoints(1, 1_000)
  additional_context?: string;
}

/** One text with a name of the sender's, by which its outcome is found again. */
export class TextItem {
  @Matches(ITEM_ID, { message: 'must be 1 to 64 letters, digits, _ . : or -' })
  id: string;

  @CodePoints(1, 4_000)
  text: string;
}

/** `content_moderation`: reviews, comments and descriptions, many at once. */
export class ContentModerationInput {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique((item: TextItem) => item?.id, { message: 'must not hold the same id twice' })
  @ValidateNested({ each: true })
  @Type(() => TextItem)
  items: TextItem[];
}

/** `summarise_conversation`: one of the caller's own. */
export class SummariseConversationInput {
  @LowerCaseUuid()
  conversation_id: string;
}

export const TRANSLATION_LANGUAGES = ['en', 'ja'] as const;

/** `translate`: Japanese to English or back. */
export class TranslateInput {
  @IsIn(TRANSLATION_LANGUAGES)
  target_language: (typeof TRANSLATION_LANGUAGES)[number];

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique((item: TextItem) => item?.id, { message: 'must not hold the same id twice' })
  @ValidateNested({ each: true })
  @Type(() => TextItem)
  items: TextItem[];
}

/** `heavy_analysis`: a long text over a whole series; jobs of one series run one after the other. */
export class HeavyAnalysisInput {
  @Matches(MANGA_ID, { message: 'must be MNG- and eight capitals or digits' })
  manga_id: string;

  /** What to dwell on, such as "the art style from volume 1 to 40". */
  @Optional()
  @CodePoints(1, 1_000)
  focus?: string;

  @IsIn(TRANSLATION_LANGUAGES)
  language: (typeof TRANSLATION_LANGUAGES)[number] = 'en';
}

/** `pipeline`: one model extracts, another judges and writes. */
export class PipelineInput {
  @Matches(MANGA_ID, { message: 'must be MNG- and eight capitals or digits' })
  manga_id: string;

  /** What the written piece is to answer. */
  @CodePoints(1, 2_000)
  question: string;

  @IsIn(TRANSLATION_LANGUAGES)
  language: (typeof TRANSLATION_LANGUAGES)[number] = 'en';
}

/** `cover_analysis`: the picture lies in the bucket of covers. */
export class CoverAnalysisInput {
  @Matches(MANGA_ID, { message: 'must be MNG- and eight capitals or digits' })
  manga_id: string;

  /** Within the bucket of covers; left out, the series' own cover. */
  @Optional()
  @Matches(COVER_KEY, { message: 'must be the key of an object in the bucket of covers' })
  cover_key?: string;
}

export type JobInput =
  | PromptInput
  | AnalysisInput
  | ContentModerationInput
  | SummariseConversationInput
  | TranslateInput
  | HeavyAnalysisInput
  | PipelineInput
  | CoverAnalysisInput;

/** What each type of job asks for. The door parses with it strictly, the worker leniently. */
export const JOB_INPUTS = {
  prompt: PromptInput,
  genre_classification: AnalysisInput,
  content_summary: AnalysisInput,
  similar_series: AnalysisInput,
  reading_level: AnalysisInput,
  full_enrichment: AnalysisInput,
  content_moderation: ContentModerationInput,
  summarise_conversation: SummariseConversationInput,
  translate: TranslateInput,
  heavy_analysis: HeavyAnalysisInput,
  pipeline: PipelineInput,
  cover_analysis: CoverAnalysisInput,
} as const satisfies Record<JobType, new () => JobInput>;

export type JobInputOf<T extends JobType> = InstanceType<(typeof JOB_INPUTS)[T]>;
