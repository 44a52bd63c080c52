import { IsArray, IsNumber, IsString, Matches, Max, Min, MinLength } from 'class-validator';
import { List } from './fields.ts';
import { ServiceConfig } from './service-config.ts';

/** What every service that asks a language model is configured by, besides `ServiceConfig`. */
export class ModelConfig extends ServiceConfig {
  /** The DynamoDB table in which every call of the model is written down with its cost. */
  @MinLength(1)
  ledgerTable: string = 'manga-fm-ledger';

  /** The Redis in which quotas are counted for all processes. */
  @Matches(/^rediss?:\/\//, { message: 'must begin with redis:// or rediss://' })
  redisUrl: string = 'redis://127.0.0.1:4568';

  /** Model or inference profile behind `haiku`, several by commas in the order they are asked; empty: the model catalogue's own. */
  @IsString()
  haikuModelId: string = '';

  /** Model or inference profile behind `sonnet`, several by commas in the order they are asked; empty: the model catalogue's own. */
  @IsString()
  sonnetModelId: string = '';

  /**
   * Further names for models, each as name=model-id, such as opus=global.anthropic.claude-opus-4-7; a
   * name given again gets another model to ask. For `THOROUGH_MODEL`.
   */
  @List()
  @IsArray()
  @Matches(/^[a-z][a-z0-9-]*=\S+$/, { each: true, message: 'must be name=model-id, several by commas' })
  modelAliases: string[] = [];

  /** A JSON file with models, aliases and prices of one's own, as libs/bedrock/src/models.schema.json describes it; empty: none. */
  @IsString()
  modelFile: string = '';

  /** Who answers what is hard and asked of `auto`: `sonnet`, or a name of `MODEL_ALIASES` or the model file, which clients then see. */
  @MinLength(1)
  thoroughModel: string = 'sonnet';

  /** Part of what is asked of `auto` that the thorough model is to answer, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  sonnetShare: number = 0.2;

  /**
   * What Bedrock allows a minute, each as model-id=tokens/requests: calls beyond it wait or go to the
   * cheaper model instead of being refused. Empty: not counted.
   */
  @List()
  @IsArray()
  @Matches(/^[^=\s]+=[1-9]\d*\/[1-9]\d*$/, { each: true, message: 'must be model-id=tokens/requests, several by commas' })
  modelQuotas: string[] = [];

  /**
   * Asked as well when the first token is later than nineteen in twenty are, each as name=model-id, such as
   * haiku=us.anthropic.claude-haiku-4-5-20251001-v1:0: who speaks first is heard. At most one call in twenty
   * is made twice. Empty: never.
   */
  @List()
  @IsArray()
  @Matches(/^[a-z][a-z0-9-]*=\S+$/, { each: true, message: 'must be name=model-id, several by commas' })
  hedgeModels: string[] = [];

  /** The Bedrock guardrail, by id or ARN, that checks every question and every answer; empty: none. */
  @IsString()
  guardrailId: string = '';

  /** The guardrail's version: a number, or `DRAFT`. */
  @Matches(/^(?:[1-9]\d{0,7}|DRAFT)$/, { message: 'must be a number or DRAFT' })
  guardrailVersion: string = 'DRAFT';
}
