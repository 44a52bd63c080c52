import type { QueueDepth } from '@manga-assist/queues';
import { Public } from '@manga-assist/service-kit';
import { Controller, Get } from '@nestjs/common';
import { QueueWatch } from './queue-watch.ts';

/** For operators: this service's port is never reachable from outside. */
@Controller('queues')
export class QueuesController {
  constructor(private readonly watch: QueueWatch) {}

  @Public()
  @Get()
  depths(): { queues: { name: string; waiting: number; in_flight: number; delayed: number }[] } {
    return { queues: this.watch.depths.map(toBody) };
  }
}

function toBody({ queueName, waiting, inFlight, delayed }: QueueDepth): { name: string; waiting: number; in_flight: number; delayed: number } {
  return { name: queueName, waiting, in_flight: inFlight, delayed };
}
