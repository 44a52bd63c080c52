import { List, ServiceConfig } from '@manga-assist/config';
import { ArrayNotEmpty, IsArray, IsInt, Max, Min } from 'class-validator';

export class AsyncWorkerConfig extends ServiceConfig {
  override port: number = 3003;

  /** The queues this worker serves, most urgent first. */
  @List()
  @IsArray()
  @ArrayNotEmpty()
  queueNames: string[] = ['manga-fm-high-priority', 'manga-fm-normal', 'manga-fm-low-priority', 'manga-fm-ordered.fifo'];

  /** How often the depth of every queue is looked up, in milliseconds. */
  @IsInt()
  @Min(100)
  @Max(300_000)
  depthIntervalMs: number = 15_000;
}
