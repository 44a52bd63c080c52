import { describe } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { InMemoryDeliveryRecords, InMemoryEndpointRecords } from './in-memory-records.ts';
import { inMemoryWebhooks, webhookEndpointsContract, webhookOutboxContract, type OpenedWebhooks } from './index.ts';
import { webhookRecordsContract } from './webhook-records.contract.ts';

describe('webhooks in memory', () => {
  const open = async (): Promise<OpenedWebhooks> => {
    const clock = new StoppedClock();
    return { ...inMemoryWebhooks({ clock }), clock };
  };

  webhookEndpointsContract(open);
  webhookOutboxContract(open);
  webhookRecordsContract(async () => ({ endpoints: new InMemoryEndpointRecords(), deliveries: new InMemoryDeliveryRecords() }));
});
