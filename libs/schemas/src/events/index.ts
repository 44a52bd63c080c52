export { JOB_EVENT_TYPES, type BatchOutcome, type JobEvent, type JobEventType, type JobNotification, type JobOutcome } from './job-event.ts';
