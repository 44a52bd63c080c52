import { describe } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { inMemoryWebhooks, webhookEndpointsContract, webhookOutboxContract, type OpenedWebhooks } from './index.ts';

describe('webhooks in memory', () => {
  const open = async (): Promise<OpenedWebhooks> => {
    const clock = new StoppedClock();
    return { ...inMemoryWebhooks({ clock }), clock };
  };

  webhookEndpointsContract(open);
  webhookOutboxContract(open);
});
