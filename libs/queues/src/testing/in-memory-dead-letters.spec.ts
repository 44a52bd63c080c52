import { describe } from '@jest/globals';
import { deadLettersContract } from './dead-letters.contract.ts';
import { InMemoryDeadLetters } from './in-memory-dead-letters.ts';

describe('InMemoryDeadLetters', () => {
  deadLettersContract(async () => {
    const deadLetters = new InMemoryDeadLetters();
    const groups = new Map<string, string>();
    return {
      deadLetters,
      bury: async ({ groupId, ...letter }) => {
        const messageId = `message-${deadLetters.letters.length + 1}`;
        if (groupId !== undefined) groups.set(messageId, groupId);
        const deadLetterQueue = letter.sourceQueue.endsWith('.fifo') ? 'manga-fm-ordered-dlq.fifo' : 'manga-fm-dlq';
        deadLetters.letters.push({ ...letter, messageId, deadLetterQueue, sentAtMs: deadLetters.letters.length, receiveCount: 1 });
        return messageId;
      },
      backIn: async (queueName) =>
        deadLetters.redriven
          .splice(0)
          .filter(({ sourceQueue }) => sourceQueue === queueName)
          .map(({ messageId, body, attributes }) => {
            const groupId = groups.get(messageId);
            return { body, attributes, ...(groupId !== undefined && { groupId }) };
          }),
    };
  });
});
