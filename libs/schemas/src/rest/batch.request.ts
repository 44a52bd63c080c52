// @Type reads what the compiler wrote down, through this.
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, Matches, ValidateBy, ValidateNested } from 'class-validator';
import { MANGA_ID } from '../jobs/job-inputs.ts';
import { ANALYSIS_TYPES, JOB_PRIORITIES, type AnalysisType, type JobPriority } from '../jobs/job-types.ts';
import { CodePoints, Optional } from '../rules.ts';

/** One analysis of one series. */
export class BatchItem {
  @Matches(MANGA_ID, { message: 'must be MNG- and eight capitals or digits' })
  manga_id: string;

  @IsIn(ANALYSIS_TYPES)
  analysis_type: AnalysisType;

  @Optional()
  @CodePoints(1, 1_000)
  additional_context?: string;
}

/** Names the positions of what is asked for again. */
function EachAnalysisOnce(): PropertyDecorator {
  return ValidateBy({
    name: 'eachAnalysisOnce',
    validator: {
      validate: (items: unknown) => repeatedAt(items).length === 0,
      defaultMessage: (about) => `must not ask for the same analysis of the same series twice: again at ${repeatedAt(about?.value).join(', ')}`,
    },
  });
}

function repeatedAt(items: unknown): number[] {
  if (!Array.isArray(items)) return [];
  const seen = new Set<string>();
  return (items as (Partial<BatchItem> | null)[]).flatMap((item, index) => {
    // What has no id or type is wrong by itself.
    if (item?.manga_id === undefined || item.analysis_type === undefined) return [];
    const asked = JSON.stringify([item.manga_id, item.analysis_type]);
    if (seen.has(asked)) return [index];
    seen.add(asked);
    return [];
  });
}

/** POST /v1/manga/batch. */
export class BatchRequest {
  /** 1 to 100; the same analysis of the same series once. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @EachAnalysisOnce()
  @ValidateNested({ each: true })
  @Type(() => BatchItem)
  items: BatchItem[];

  /** Told when the batch has ended. Checked further by the service: https, a public host, port 443. */
  @Optional()
  @CodePoints(1, 2_048)
  callback_url?: string;

  @IsIn(JOB_PRIORITIES)
  priority: JobPriority = 'normal';
}
